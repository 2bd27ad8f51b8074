"""What governs publication, the theme and the tables in force, and what happens where history proves nothing."""

import re
import shutil

import pytest

from site_builder.opened import open_site
from tests.sites import MEASURED
from tests.trail.figures import (
    CONDUCT_FILE,
    INCIDENT,
    PUBLICATION_FILE,
    approve_all,
    build,
    built,
    in_order,
    merged,
    record,
    run,
    scores,
    waiting,
)
from tests.trail.repositories import verify

SETTINGS_FILE = "content/site.yaml"
TABLE = "incidents/2021/measurements/spending.csv"
BASE = "themes/campus/templates/404.html"
FINAL = "stages:\n  2021: {stage: final, decided: 2022-01-21, decision: No. 3}\n"
GOVERNED = (
    "stages:\n  2021: {stage: notice, from: 2022-01-10, to: 2022-01-14}\n"
    "internal: {fields: [evidence]}\n"
    "targets:\n  office: {kind: zip, path: kaohe.zip}\n"
)
TARGETS = "targets:\n  office: {kind: zip, path: hers.zip}\n  more: {kind: zip, path: more.zip}\n"
HERS = FINAL + "internal: {fields: [text]}\n" + TARGETS


@pytest.fixture(params=["reviewed", "signed"])
def repo(request, bases, tmp_path):
    return bases[request.param].copy(tmp_path / "site")


def _governing(repo):
    """The stage, the internal fields, and the targets that count."""
    settings = open_site(repo.folder).sources.site.settings
    return settings.standing(2021).stage.value, sorted(settings.internal.fields), dict(settings.targets)


# What governs publication


@pytest.mark.parametrize("path", [PUBLICATION_FILE, SETTINGS_FILE])
def test_a_stranger_governs_no_publication(repo, path):
    in_order(repo, {path: GOVERNED})
    before, pages = _governing(repo), built(repo)
    assert before[0] == "notice"
    repo.commit({path: HERS}, by="mallory", sign=None)
    assert _governing(repo) == before
    assert waiting(repo) == {path: "amendment"}
    assert _stage(built(repo)) == _stage(pages) == "公示"
    assert verify(repo.folder).exit == 1
    approve_all(repo, {path: HERS}, "pia", "olivia")
    assert _governing(repo)[0] == "final"
    assert verify(repo.folder).exit == 0


def _stage(pages):
    page = pages["2021/index.html"].decode()
    return re.search('<p class="release">([^ ]+)', page)[1]


def _words(page):
    """A page without the line that names the release."""
    return re.sub(b'<p class="release">.*', b"", page)


@pytest.mark.parametrize("path", [PUBLICATION_FILE, SETTINGS_FILE])
def test_a_stranger_makes_nothing_final(repo, path):
    """Where nothing governed publication, a new file of a stranger governs nothing either."""
    merged(repo, {INCIDENT: record()})
    before = _governing(repo)
    repo.commit({path: HERS}, by="mallory", sign=None)
    assert _governing(repo) == before
    assert build(repo).exit == 0


def test_a_stranger_removes_what_governs_publication(repo):
    in_order(repo, {PUBLICATION_FILE: GOVERNED})
    before = _governing(repo)
    repo.commit({PUBLICATION_FILE: None}, by="mallory", sign=None)
    assert _governing(repo) == before
    assert waiting(repo) == {PUBLICATION_FILE: "removal"}
    approve_all(repo, {PUBLICATION_FILE: None}, "pia", "olivia")
    assert _governing(repo)[0] == "draft"


def test_a_strangers_publication_file_beside_settings_that_govern(repo):
    """The settings of an older site govern until the file that takes their place is approved."""
    in_order(repo, {SETTINGS_FILE: GOVERNED})
    before = _governing(repo)
    repo.commit({PUBLICATION_FILE: HERS}, by="mallory", sign=None)
    assert _governing(repo) == before
    assert build(repo).exit == 0


def test_what_governs_moves_in_good_order(repo):
    in_order(repo, {SETTINGS_FILE: GOVERNED})
    in_order(repo, {SETTINGS_FILE: "language: en\n", PUBLICATION_FILE: GOVERNED})
    assert _governing(repo)[0] == "notice"
    assert verify(repo.folder).exit == 0
    repo.commit({SETTINGS_FILE: None}, by="mallory", sign=None)
    assert _governing(repo)[0] == "notice"


HIDING = GOVERNED.replace("[evidence]", "[evidence], pages: [secret]")
PAGE, OBJECTING, SECRET = "content/pages/hers.md", "content/pages/objecting.md", "content/pages/secret.md"
ENGLISH = "language: en\nobjections: objecting\n"
_IN_PROSE = {
    "bytes": b"\xff\xfe",
    "no front matter": "Hers",
    "front matter without end": "---\ntitle: Hers\n",
    "unknown key": "---\ntitle: Hers\nodd: 1\n---\n",
    "too large": b"x" * 2**21,
    "picture": "---\ntitle: Hers\n---\n![](hers.png)\n",
    "script": "---\ntitle: Hers\n---\n[Hers](javascript:alert)\n",
    "brackets": "---\ntitle: Hers\n---\n" + "[" * 5000,
}
_IN_SETTINGS = {
    "governs": "language: en\n" + HERS,
    "theme": "theme: nothing\n",
    "yaml": "language: [\n",
    "key": "language: en\nodd: 1\n",
    "type": "title: [1]\n",
    "bytes": b"\xff\xfe",
    "too large": b"#" * 2**21,
    "objections": "language: en\nobjections: nowhere\n",
    "empty": "",
}


@pytest.fixture
def governed(repo):
    """Once `publication.yaml` is in force, the settings are nobody's business, as pages are."""
    in_order(repo, {PUBLICATION_FILE: HIDING, SECRET: "---\ntitle: Secret\n---\nOurs\n"})
    in_order(repo, {SETTINGS_FILE: ENGLISH, OBJECTING: "---\ntitle: Objecting\n---\nOurs\n"})
    return repo


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(pytest.param(SETTINGS_FILE, text, id=f"settings-{name}") for name, text in _IN_SETTINGS.items()),
        *(pytest.param(PAGE, text, id=f"page-{name}") for name, text in _IN_PROSE.items()),
        pytest.param(OBJECTING, b"\xff\xfe", id="objecting-bytes"),
        pytest.param(OBJECTING, _IN_PROSE["picture"], id="objecting-picture"),
        pytest.param(OBJECTING, None, id="objecting-gone"),
        pytest.param(SECRET, None, id="secret-gone"),
        pytest.param("content/logo.svg", "<script/>", id="logo"),
        pytest.param("content/pages/Hers!.md", "---\n", id="name"),
    ],
)
def test_an_error_of_a_stranger_in_what_nobody_approves_stops_nothing(governed, path, text):
    """What the file said before counts, as far as it said anything; `check` alone calls it an error."""
    before, governing = scores(governed), _governing(governed)
    governed.commit({path: text}, by="mallory", sign=None)
    told = build(governed)
    assert (told.exit, "warning[set-aside]" in told.complaint) == (0, text is not None), told
    assert (scores(governed), _governing(governed)) == (before, governing)
    settings = open_site(governed.folder).sources.site.settings
    assert (settings.language, settings.theme) == ("en", "campus")
    assert run(governed.folder, "check").exit == 1


def test_a_link_of_a_stranger_in_place_of_the_settings(governed):
    governed.commit({SETTINGS_FILE: None}, by="mallory", sign=None)
    (governed.folder / SETTINGS_FILE).symlink_to("/etc/passwd")
    shutil.rmtree(governed.folder / "content/pages")
    (governed.folder / "content/pages").symlink_to("/etc")
    governed.git("add", "--all")
    governed.git("commit", "-q", "-m", "Links", by="mallory", sign=None)
    after = built(governed)
    assert b'<html lang="en"' in after["index.html"]
    assert "pages/objecting.html" in after
    assert run(governed.folder, "check").exit == 1


def test_a_stranger_takes_away_where_a_link_leads(governed):
    """The page is gone, the figure is not."""
    merged(governed, {PAGE: "---\ntitle: Ours\n---\nOurs\n"})
    merged(governed, {INCIDENT: record(body="It was so: [more](../../content/pages/hers.md).")})
    before = scores(governed)
    assert before["library conduct"] == "1.5"
    governed.commit({PAGE: None}, by="mallory", sign=None)
    assert scores(governed) == before
    assert "warning[broken-link]" in build(governed).complaint
    assert (run(governed.folder, "check").exit, build(governed).exit) == (1, 0)


@pytest.mark.parametrize(
    "body", ["![](hers.png)", "[" * 5000, "[more](nowhere.md)"], ids=["picture", "brackets", "nowhere"]
)
def test_a_strangers_record_of_which_no_page_can_be_made(governed, body):
    before = scores(governed)
    governed.commit({INCIDENT: record(body=body)}, by="mallory", sign=None)
    assert (run(governed.folder, "check").exit, build(governed).exit) == (1, 0)
    assert scores(governed) == before


def test_targets_are_those_in_force(governed):
    """`publish` neither takes a stranger's targets nor is stopped by a stranger's settings."""
    governed.commit({PUBLICATION_FILE: HERS, SETTINGS_FILE: "theme: ["}, by="mallory", sign=None)
    told = run(governed.folder, "audit", "more")
    assert (told.exit, "office" in told.complaint) == (2, True), told


def test_publication_broken_by_a_stranger(repo):
    in_order(repo, {PUBLICATION_FILE: GOVERNED})
    before = _governing(repo)
    repo.commit({PUBLICATION_FILE: "stages: [\n"}, by="mallory", sign=None)
    assert _governing(repo) == before
    assert (run(repo.folder, "check").exit, build(repo).exit) == (1, 0)


# The theme


def test_a_strangers_theme_prints_nothing(repo):
    """The pages keep their bytes; the figures' page tells of no proposal of a score."""
    in_order(repo, {BASE: '{% extends "base.html" %}{% block main %}<p>Ours</p>{% endblock %}'})
    before = built(repo)
    assert b"Ours" in before["404.html"]
    repo.commit({BASE: "Hers"}, by="mallory", sign=None)
    after = built(repo)
    assert _words(after["404.html"]) == _words(before["404.html"])
    assert waiting(repo) == {BASE: "amendment"}
    approve_all(repo, {BASE: "Hers"}, "pia", "olivia")
    assert built(repo)["404.html"].strip() == b"Hers"


def test_a_strangers_first_theme_prints_nothing(repo):
    before = built(repo)
    repo.commit({BASE: "Hers", "themes/campus/static/hers.js": "alert()"}, by="mallory", sign=None)
    after = built(repo)
    assert _words(after["404.html"]) == _words(before["404.html"])
    assert not [path for path in after if "hers" in path]


def test_a_theme_that_is_not_committed_prints_nothing(repo):
    before = built(repo)
    repo.write({BASE: "Hers"})
    repo.ticks += 1
    assert _words(built(repo)["404.html"]) == _words(before["404.html"])


def test_a_theme_removed_by_a_stranger_prints_still(repo):
    in_order(repo, {BASE: "Ours"})
    repo.commit({BASE: None}, by="mallory", sign=None)
    assert built(repo)["404.html"].strip() == b"Ours"
    assert waiting(repo) == {BASE: "removal"}


# Tables


def _table(spent):
    return f"department,project,name,kind,spent,done\nlibrary,books,Books,routine,{spent},\n"


@pytest.fixture
def measured(repo):
    in_order(repo, {CONDUCT_FILE: MEASURED})
    merged(repo, {TABLE: _table(70)})
    assert scores(repo)["library conduct"] == "1.5"
    return repo


@pytest.mark.parametrize(
    ("text", "kind"), [(_table(90), "amendment"), (None, "removal"), ("", "amendment"), (_table(90)[:30], "amendment")]
)
def test_a_table_changed_by_a_stranger(measured, text, kind):
    measured.commit({TABLE: text}, by="mallory", sign=None)
    assert scores(measured)["library conduct"] == "1.5"
    assert waiting(measured) == {TABLE: kind}
    assert build(measured).exit == 0
    assert verify(measured.folder).exit == 1


@pytest.mark.parametrize("text", [_table(90), None], ids=["changed", "removed"])
def test_a_table_changed_and_approved(measured, text):
    measured.commit({TABLE: text}, by="mallory", sign=None)
    approve_all(measured, {TABLE: text}, "olivia")
    assert scores(measured)["library conduct"] == "2"
    assert verify(measured.folder).exit == 0


def test_a_table_is_not_approved_by_who_does_not_assess(measured):
    measured.commit({TABLE: _table(90)}, by="mallory", sign=None)
    approve_all(measured, {TABLE: ""}, "leo", "pia")
    assert scores(measured)["library conduct"] == "1.5"


def test_a_record_with_the_id_of_a_row(measured):
    """Somebody's record under the id that a row of an approved table has does not stop the table."""
    measured.commit({"incidents/2021/spending-books.md": record()}, by="mallory", sign=None)
    assert scores(measured)["library conduct"] == "1.5"
    assert build(measured).exit == 0


# Where history proves nothing


def _shallow(repo, path):
    repo.git("clone", "-q", "--depth", "1", repo.path.as_uri(), path)
    return path


def _without_git(repo, path):
    shutil.copytree(repo.folder, path, ignore=shutil.ignore_patterns(".git", ".kaohe-cache"))
    return path


@pytest.mark.parametrize("made", [_shallow, _without_git])
def test_without_history_nothing_is_scored(repo, made, tmp_path):
    merged(repo, {INCIDENT: record()})
    folder = made(repo, tmp_path / "other")
    _nothing_is_scored(folder, tmp_path)


def test_without_git_nothing_is_scored(repo, tmp_path, monkeypatch):
    merged(repo, {INCIDENT: record()})
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    _nothing_is_scored(repo.folder, tmp_path)


def test_a_site_that_was_scored_is_not_scored_from_memory_without_history(repo, tmp_path):
    """What was remembered while there was history proves nothing where there is none."""
    merged(repo, {INCIDENT: record()})
    assert scores(repo)["library conduct"] == "1.5"
    shutil.rmtree(repo.path / ".git")
    _nothing_is_scored(repo.folder, tmp_path)


def _nothing_is_scored(folder, tmp_path):
    commands = (["score", "--year", "2021", "--format", "json"], ["build", "--output", tmp_path / "pages"])
    for command in (*commands, ["explain", "2021-0001"]):
        told = run(folder, *command)
        assert (told.exit, "unproved" in told.complaint, "1.5" in told.output) == (1, True, False), told
    assert not (tmp_path / "pages").exists()
    assert run(folder, "verify").exit == 1
    told = run(folder, "build", "--unproved", "--output", tmp_path / "marked")
    assert told.exit == 0, told
    pages = list((tmp_path / "marked").rglob("*.html"))
    assert len(pages) > 5
    unmarked = [path.name for path in pages if "<strong>未能证明</strong>" not in path.read_text("utf-8")]
    assert unmarked == []


def test_proposed_is_marked_on_every_page(repo):
    repo.commit({INCIDENT: record()}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "2"
    assert scores(repo, "--proposed")["library conduct"] == "1.5"
    pages = {path: data for path, data in built(repo, "--proposed").items() if path.endswith(".html")}
    assert [path for path, data in pages.items() if "<strong>含未批准内容</strong>" not in data.decode()] == []
