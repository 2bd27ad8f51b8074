"""Feeds: every entry has an id of its own, is as new as what changed last, and none is lost behind its old date."""

import subprocess
from datetime import datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.assessment import assess
from site_builder.exports import feeds
from site_builder.language import language
from site_builder.model import Happening
from site_builder.model.review import Episode, Touch
from site_builder.sources import read_site
from tests.publication.conftest import kaohe
from tests.sites import MEASURED, incident, site

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = {"content/site.yaml": "title: Assessment\nlanguage: en\nurl: http://kaohe.example/\n"}
PLAIN = {"content/site.yaml": "title: Assessment\nlanguage: en\n"}


def changed(path, moment, commit="a1", happening=Happening.AMENDED):
    """A commit of the main line that did something to a file."""
    return Episode(commit * 20, moment, "", "", None, (Touch(happening, path),), ())


def told(tree, *episodes):
    """The feeds of a site with this main line, by URL."""
    assessment, problems = assess(read_site(tree), episodes=episodes)
    assert assessment is not None, problems
    return {url: ElementTree.fromstring(data) for url, data in feeds(assessment, language("en")).items()}


def entries(feed):
    """Name of the page and time of each entry, in the order of the feed."""
    return [
        (one.find(f"{ATOM}link").get("href").rpartition("/")[2], one.findtext(f"{ATOM}updated"))
        for one in feed.iter(f"{ATOM}entry")
    ]


def ids(feed):
    """The ids of a feed: its own, and those of its entries."""
    return [one.text for one in feed.iter(f"{ATOM}id")]


def updated(keys, *episodes, body="Two people did not come."):
    """When an incident of 15 March last changed, by its feed."""
    return entries(told(site({"2021-0001": incident(body, **keys)}), *episodes)["feed.xml"])[0][1]


# Ids


@pytest.mark.parametrize("settings_file", [ADDRESS, PLAIN], ids=["with an address", "without one"])
def test_two_changes_of_the_rules_on_one_day_have_two_ids(settings_file):
    moments = "2021-05-01T09:00:00+08:00", "2021-05-01T10:00:00+08:00"
    episodes = [
        changed("criteria/2021/conduct.yaml", moment, commit)
        for moment, commit in zip(moments, ("a1", "b2"), strict=True)
    ]
    found = told(site(files=settings_file), *episodes)["2021/handbook/feed.xml"]
    assert len(ids(found)) == len(set(ids(found))) == 3
    assert [time for _, time in entries(found)] == [moments[1], moments[0]], "the last first"
    assert {page for page, _ in entries(found)} == {"changes.html#day-2021-05-01"}, "both are told there"


def test_in_a_real_repository_every_id_is_given_once(tmp_path):
    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

    assert kaohe("init", "site", "--year", "2026", folder=tmp_path).returncode == 0
    folder = tmp_path / "site"
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Anna")
    git("config", "user.email", "anna@example.org")
    file = next(one for one in sorted((folder / "criteria/2026").glob("*.yaml")) if "items:" in one.read_text("utf-8"))
    for number in range(3):
        file.write_text(file.read_text("utf-8") + f"# {number}\n", encoding="utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", str(number))
    assert kaohe("build", folder=folder).returncode == 0
    rules = ElementTree.fromstring((folder / "output/2026/handbook/feed.xml").read_bytes())
    assert len(entries(rules)) == 3
    for path in (folder / "output").rglob("*.xml"):
        found = ids(ElementTree.fromstring(path.read_bytes()))
        assert len(found) == len(set(found)), path.name


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_ids_are_unique_and_times_fall_in_every_feed(data):
    days = data.draw(st.lists(st.dates(datetime(2021, 1, 1).date(), datetime(2021, 12, 31).date()), max_size=40))
    incidents = {f"2021-{number:04}": incident(date=str(day)) for number, day in enumerate(days, 1)}
    paths = ["criteria/2021/conduct.yaml", *(f"incidents/2021/{name}.md" for name in incidents)]
    moments = st.datetimes(datetime(2021, 1, 1), datetime(2022, 1, 1)).map(lambda at: f"{at.isoformat()}+08:00")
    drawn = data.draw(st.lists(st.tuples(st.sampled_from(paths), moments), max_size=40))
    episodes = [changed(path, moment, f"{number:02x}") for number, (path, moment) in enumerate(drawn)]
    for feed in told(site(incidents, files=data.draw(st.sampled_from([ADDRESS, PLAIN]))), *episodes).values():
        assert len(ids(feed)) == len(set(ids(feed)))
        times = [datetime.fromisoformat(time) for _, time in entries(feed)]
        assert times == sorted(times, reverse=True) and len(times) <= 30
        assert not times or datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == times[0]


# Times


def test_without_a_history_an_incident_is_as_new_as_its_last_day():
    assert updated({}) == "2021-03-15T00:00:00Z"
    assert updated({"withdrawn": "{date: 2021-04-02, reason: A mistake}"}) == "2021-04-02T00:00:00Z"
    assert updated({"appeal": "{filed: 2021-03-20}"}) == "2021-03-20T00:00:00Z"
    decided = "{filed: 2021-03-20, decided: 2021-03-29, outcome: rejected}"
    assert updated({"appeal": decided}) == "2021-03-29T00:00:00Z"


def test_what_the_main_line_did_to_the_file_makes_it_new():
    own, late = "incidents/2021/2021-0001.md", "2021-06-01T23:30:00+08:00"
    assert updated({}, changed(own, late)) == late
    assert updated({}, changed(own, late, happening=Happening.APPROVED)) == late
    assert updated({}, changed(own, late), changed(own, "2021-05-01T08:00:00+08:00")) == late, "dated back, it stays"
    assert updated({}, changed("incidents/2021/2021-0002.md", late)) == "2021-03-15T00:00:00Z", "another's"
    assert updated({"withdrawn": "{date: 2021-07-02, reason: A mistake}"}, changed(own, late)) == "2021-07-02T00:00:00Z"


def test_a_row_of_measurements_is_as_new_as_its_file():
    rows = "department,project,name,kind,spent,done\nlibrary,p-01,Books,routine,70,\n"
    tree = site(criteria={"conduct": MEASURED}, measurements={"spending": rows})
    late = "2022-01-05T10:00:00+08:00"
    assert [time for _, time in entries(told(tree)["feed.xml"])] == ["2021-12-20T00:00:00Z"]
    found = told(tree, changed("incidents/2021/measurements/spending.csv", late))
    assert [time for _, time in entries(found["feed.xml"])] == [late]


def test_an_old_event_that_is_recorded_late_is_told():
    incidents = {f"2021-{number:04}": incident(date=f"2021-06-{number:02}") for number in range(1, 31)}
    incidents["2021-0099"] = incident(date="2021-01-05")
    first = ("2021-0099.html", "2021-07-01T09:00:00+08:00")
    late = changed("incidents/2021/2021-0099.md", first[1], happening=Happening.RECORDED)
    for url in ("feed.xml", "2021/departments/library.xml"):
        found = entries(told(site(incidents), late)[url])
        assert found[0] == first and len(found) == 30
        assert found[1][0] == "2021-0030.html" and "2021-0001.html" not in dict(found), "the oldest makes room"
        assert "2021-0099.html" not in dict(entries(told(site(incidents))[url]))


def test_a_withdrawal_shows_in_the_feed_of_the_demonstration(output):
    feed = ElementTree.fromstring((output / "2022/departments/research-office.xml").read_bytes())
    assert dict(entries(feed))["2022-0052.html"][:10] >= "2022-11-24"
