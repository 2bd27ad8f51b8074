"""What the site says: every page, every link, the words of the rules, and nothing from elsewhere."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

VOID = {"meta", "link", "br", "hr", "img", "input", "rect", "path"}


class Page(HTMLParser):
    """Ids, links and text of a page, and whether its elements are closed in order."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.headings: list[int] = []
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert not self._open, f"{path}: {self._open} not closed"

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in ("link", "script", "img", "iframe", "object", "source"):
            self.loads.append(found.get("href") or found.get("src") or "inline")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        assert not any(name.startswith("on") or name == "style" for name in found), found
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open and self._open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.fixture(scope="module")
def pages(output):
    return {path.relative_to(output).as_posix(): Page(path) for path in sorted(output.rglob("*.html"))}


def test_the_pages_of_the_design_are_there(pages):
    for url in (
        "index.html",
        "404.html",
        "2021/index.html",
        "2021/handbook/index.html",
        "2021/handbook/base.secrecy.html",
        "2021/handbook/base.budget-control.budget.html",
        "2021/departments/academic-affairs.html",
        "2021/incidents/2021-0001.html",
        "2021/incidents/budget-execution-fire-control-room.html",
        "2021/assessors/general-office.html",
        "2021/incidents.html",
        "2021/interpretations.html",
        "2021/changes.html",
        "2021/downloads.html",
        "2021/simulator.html",
        "glossary.html",
        "en/2021/departments/law.html",
        "pages/about.html",
    ):
        assert url in pages


def placed(output, url, link):
    """The file that a link leads to; those of the page for what is not there begin at the root of the server."""
    return output / link[1:] if link.startswith("/") else (output / url).parent / link


def test_every_link_and_anchor_resolves(pages, output):
    for url, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            assert not parts.scheme and link.startswith("/") == (url == "404.html" and link != "#main"), (
                f"{url}: {link}"
            )
            target = placed(output, url, unquote(parts.path)) if parts.path else output / url
            assert target.is_file(), f"{url}: {link}"
            if parts.fragment and target.suffix == ".html":
                name = target.resolve().relative_to(output.resolve()).as_posix()
                assert unquote(parts.fragment) in pages[name].ids, f"{url}: {link}"


def test_pages_load_only_files_of_the_site_and_no_script_stands_in_them(pages, output):
    for url, page in pages.items():
        for load in page.loads:
            assert placed(output, url, load).is_file(), f"{url}: {load}"


def test_the_site_and_its_data_are_described_for_machines(output):
    described = json.loads((output / "data/2021/dataset.jsonld").read_text(encoding="utf-8"))
    assert described["@context"] == "https://schema.org" and described["@type"] == "Dataset"
    for file in described["distribution"]:
        assert (output / "data/2021" / file["contentUrl"]).is_file()
    site = json.loads((output / "data/site.jsonld").read_text(encoding="utf-8"))
    assert site["@type"] == "WebSite" and (output / site["hasPart"][0]["url"]).is_file()


def test_ids_are_unique_and_headings_in_order(pages):
    for url, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), url
        assert page.headings[0] == 1 and page.headings.count(1) == 1, url
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), f"{url}: {page.headings}"


def test_the_demonstration_is_marked_on_every_page(pages):
    for url, page in pages.items():
        assert ("Demonstration" if url.startswith("en/") else "演示站点") in page.text, url


def test_a_department_page_explains_every_deduction(pages, output):
    scores = json.loads((output / "data/2021/scores.json").read_text(encoding="utf-8"))
    for name, incident in scores["incidents"].items():
        page = pages[f"2021/departments/{incident['department']}.html"]
        assert f"i-{name}" in page.ids
        for step in incident["steps"][1:]:  # the first one, a product in the data, is a sentence on the page
            assert step["text"] in page.text


def test_an_incident_page_shows_the_words_of_its_rule(pages, output):
    handbook = json.loads((output / "data/2021/handbook.json").read_text(encoding="utf-8"))
    records = json.loads((output / "data/2021/incidents.json").read_text(encoding="utf-8"))["incidents"]
    items = {item["id"]: item for section in _sections(handbook["sections"]) for item in section["items"]}
    for name, incident in records.items():
        item = items[incident["criterion"]]
        clause = handbook["clauses"][item["clauses"][incident["clause"]]]
        page = pages[f"2021/incidents/{name}.html"]
        assert clause["text"] in page.text and item["text"] in page.text


def _sections(sections):
    for section in sections:
        yield section
        yield from _sections(section["sections"])


def test_the_handbook_table_has_the_cells_of_the_source_and_no_others(output):
    """The source's cells, joined, each once (a heading that a page break repeats is one heading)."""
    source = Path(__file__).parents[2] / "criteria/2021/source.txt"
    words = "".join(source.read_text(encoding="utf-8").split())
    html = (output / "2021/handbook/index.html").read_text(encoding="utf-8")
    around = re.compile(r'<span class="again">(?:<span class="cell-\w+">.*?</span>)+</span>', re.S)
    behind = re.compile(r'<div class="again[^>]*>.*?</div>', re.S)
    repeated = [
        *re.findall(r'<span class="cell-\w+">.*?</span>', "".join(around.findall(html)), re.S),
        *behind.findall(html),
    ]
    cells = [
        re.sub(r"<[^>]*>|\s+", "", cell)
        for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", behind.sub("", around.sub("", html)), re.S)
    ]
    again = [re.sub(r"<[^>]*>|\s+", "", one) for one in repeated]
    head, body = cells[:4], cells[4:]
    assert head == ["考核目标", "考核内容", "计分办法", "考核部门"]
    assert len(body) == 95
    for cell in body:
        assert cell in words, cell
    assert again and set(again) <= set(body), "what a phone's cards repeat are these cells"


def test_hostile_text_is_shown_as_text(tmp_path):
    from tests.publication.conftest import kaohe

    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    assert kaohe("init", tmp_path / "site", "--year", "2021").returncode == 0
    site = tmp_path / "site"
    record = site / "incidents/2021/2021-0001.md"
    text = record.read_text(encoding="utf-8").replace("evidence: [", f"evidence: ['{hostile}', ")
    link = "[点](javascript:alert(1)) "
    record.write_text(
        text + f"\n{hostile}\n\n`{link}`\n\n**{hostile}**\n\n| a |\n|---|\n| {hostile} |\n", encoding="utf-8"
    )
    departments = site / "content/departments.yaml"
    departments.write_text(
        departments.read_text(encoding="utf-8").replace("name: ", f"name: '{hostile}' #", 1), encoding="utf-8"
    )
    built = kaohe("build", folder=site)
    assert built.returncode == 0, built.stderr
    for path in (site / "output").rglob("*.html"):
        page = Page(path)
        assert "img" not in page.tags and "inline" not in page.loads, path
        assert not any(link.startswith("javascript") for link in page.links), path
    assert hostile in Page(site / "output/2021/incidents/2021-0001.html").text


def test_links_that_run_code_are_refused(tmp_path):
    from tests.publication.conftest import kaohe

    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    record = tmp_path / "incidents/2021/2021-0001.md"
    record.write_text(record.read_text(encoding="utf-8") + "\n[点](javascript:alert(1))\n", encoding="utf-8")
    checked = kaohe("check", folder=tmp_path)
    assert checked.returncode == 1
    assert "incidents/2021/2021-0001.md:10:1: error[unsafe-link]" in checked.stdout
