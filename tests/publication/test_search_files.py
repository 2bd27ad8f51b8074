"""What the search page reads holds every word, and is data and nothing else."""

import json

from site_builder.assessment import assess
from site_builder.exports.scripts import script
from site_builder.exports.search import search_scripts
from site_builder.sources import read_site
from tests.sites import incident, site, years


def data(files, url, function):
    text = next(one.data for name, one in files.items() if url in (name, one.url)).decode()
    assert text.startswith(f"{function}(") and text.endswith(");\n")
    return json.loads(text[len(function) + 1 : -3])


def test_every_word_of_an_incident_can_be_put_together_again():
    bodies = {
        f"2021-{number:04}": incident(f"Number {number}: " + "这里写了很多字。" * number) for number in range(1, 40)
    }
    assessment, _ = assess(read_site(site(bodies)))
    files = search_scripts(assessment)
    index = data(files, "search/index.js", "kaohe.index")
    texts = {one[0]: one[5] for one in index["incidents"]}
    names = [one[0] for one in index["incidents"]]
    for url in index["shards"]:
        for number, rest in data(files, url, "kaohe.bodies"):
            texts[names[number]] += rest
    assert texts == {name: text.partition("---\n")[2].partition("---\n")[2].strip() for name, text in bodies.items()}


def test_rules_departments_and_interpretations_are_there():
    assessment, _ = assess(read_site(site()))
    index = data(search_scripts(assessment), "search/index.js", "kaohe.index")
    assert ["2021/handbook/conduct.html#attendance.absence", "Absent", "", "conduct.attendance#absence"] in index[
        "rules"
    ]
    assert [one[1] for one in index["departments"]] == ["The office", "The library"]


def test_nothing_in_the_data_can_end_a_script():
    text = script("f", "</script><!--\u2028\u2029").decode()
    assert "<" not in text and "\u2028" not in text and "\u2029" not in text
    assert json.loads(text[2:-3]) == "</script><!--\u2028\u2029"


def test_years_are_told_apart_and_a_department_is_found_in_its_last():
    departments = "office: {name: The office}\nlibrary: {name: The library, to: 2021, successor: hall}\n"
    tree = years(2021, 2022, departments=departments + "hall: {name: The hall, from: 2022}\n")
    assessment, _ = assess(read_site(tree))
    index = data(search_scripts(assessment), "search/index.js", "kaohe.index")
    absent = [one[:2] for one in index["rules"] if one[1].startswith("Absent")]
    assert absent == [[f"{year}/handbook/conduct.html#attendance.absence", f"Absent · {year}"] for year in (2021, 2022)]
    assert [one[0] for one in index["departments"]] == [
        "2022/departments/office.html",
        "2021/departments/library.html",
        "2022/departments/hall.html",
    ]
