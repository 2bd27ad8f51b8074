"""Every text and every attribute that is read out is in its page's language, or marked with its own."""

from html.parser import HTMLParser

import pytest

from site_builder.assessment import assess
from site_builder.language import tag_of
from site_builder.render import write_site
from site_builder.sources import read_site
from tests.sites import MEASURED, incident, site

READ_OUT = ("aria-label", "title", "alt", "label", "placeholder", "content")
ALONE = ("meta", "link", "br", "img", "input", "hr", "wbr", "col")
CODE = ("code", "script", "style")
"""Commands and programs are in no language."""


class Reader(HTMLParser):
    """Reads a page as one who asks of each word in which language it is to be spoken."""

    def __init__(self):
        super().__init__()
        self.inside, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.inside.append((tag, given.get("lang") or (self.inside[-1][1] if self.inside else None)))
        said = tag != "meta" or given.get("name") == "description" or "og:" in given.get("property", "")
        for name in READ_OUT if said else ():
            self.read(f"{tag} {name}", given.get(name) or "")
        if tag in ALONE:
            self.inside.pop()

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.inside and self.inside[-1][0] not in CODE:
            self.read(self.inside[-1][0], data)

    def read(self, where, text):
        if tag_of(text) not in (None, self.inside[-1][1] if self.inside else None):
            self.wrong.append(f"{where}: {text.strip()}")


def wrong_in(folder):
    """What is not marked, by page."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        reader = Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        if reader.wrong:
            found[path.relative_to(folder).as_posix()] = reader.wrong
    return found


def built(tree, folder):
    assessment, problems = assess(read_site(tree))
    assert assessment is not None, problems
    folder.mkdir(exist_ok=True)
    write_site(assessment, folder, folder / "output", jobs=1)
    return folder / "output"


def test_the_reader_sees_what_is_not_marked():
    reader = Reader()
    reader.feed(
        '<html lang="en"><p title="单位">人 <b lang="zh-CN">天 <i lang="en">two days</i> two days</b></p></html>'
    )
    assert reader.wrong == ["p title: 单位", "p: 人", "b: two days"]


def test_no_page_of_the_demonstration_reads_chinese_as_english_or_english_as_chinese(output):
    assert (output / "en/2022/simulator.html").is_file() and (output / "2022/simulator.html").is_file()
    assert wrong_in(output) == {}


def test_units_are_marked_on_the_page_that_tries_events_out(output):
    page = (output / "en/2022/simulator.html").read_text(encoding="utf-8")
    for unit in ("人", "天", "次"):
        assert f'<dd lang="zh-CN">{unit}</dd>' in page
        assert f"<dd>{unit}</dd>" in (output / "2022/simulator.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_an_english_rule_book_is_marked_on_chinese_pages(language, tmp_path):
    other = {"zh_CN": "en", "en": "zh_CN"}[language]
    settings = f"title: Assessment of departments\norganization: The Party School\nlanguage: {language}\n"
    files = {"content/site.yaml": f"{settings}translations: [{other}]\n"}
    warned = incident(case="x-1", criterion="conduct.sanctions", clause="warned", count=None)
    assert wrong_in(built(site({"2021-0001": warned}, files=files), tmp_path / "plain")) == {}
    rows = "department,project,name,kind,spent,done\nlibrary,p-01,New books,routine,70,\n"
    measured = site(criteria={"conduct": MEASURED}, measurements={"spending": rows}, files=files)
    assert wrong_in(built(measured, tmp_path / "measured")) == {}


def test_a_chinese_rule_book_with_english_items_is_marked_on_english_pages(tmp_path):
    files = {"content/site.yaml": "title: 部门考核\nlanguage: en\ntranslations: [zh_CN]\n"}
    conduct = (
        "title: 作风建设\npoints: 2\nassessor: office\nitems:\n  attendance:\n    text: 考勤\n    clauses:\n"
        "      absence: {text: Absent without leave, deduct: 0.5, per: [person, day]}\n"
        "  other:\n    text: Anything else\n    clauses:\n      fitting: {text: 酌情扣分, deduct: discretionary}\n"
    )
    departments = "office: {name: 办公室}\nlibrary: {name: 图书馆, group: 教辅部门}\n"
    tree = site({"2021-0001": incident("2人缺勤。")}, {"conduct": conduct}, departments, files=files)
    assert wrong_in(built(tree, tmp_path)) == {}
