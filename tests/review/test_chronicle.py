"""What each commit of the main line did to the scores: what `score --at` says before and after it."""

import re
import shutil

import pytest

from site_builder.assessment import READERS
from site_builder.model import Happening, plain
from site_builder.opened import open_site
from site_builder.review import chronicle as chronicle_module
from site_builder.review.chronicle import chronicle
from site_builder.review.kept import kept_chronicle
from site_builder.store import key_of
from site_builder.trail import gathered
from tests.publication.conftest import kaohe
from tests.publication.test_same_bytes import files
from tests.sites import CONDUCT, DEPARTMENTS, incident
from tests.trail.repositories import POLICY, START, policy

A, B = "incidents/2021/2021-0001.md", "incidents/2021/2021-0002.md"
ONE = incident(count="{person: 1, day: 1}")


def told(folder, memory=None):
    return chronicle(gathered(folder, None, READERS), {} if memory is None else memory)


def shown(episode):
    """An episode in a few words: what was touched, and the differences in the top sections."""
    touches = [f"{one.happening.value} {one.incident or one.path.rpartition('/')[2]}" for one in episode.touches]
    scores = [
        f"{one.department} {one.section} {plain(one.difference)}" for one in episode.scores if "." not in one.section
    ]
    return ", ".join(touches), ", ".join(scores)


def record(repository, path, branch):
    """An incident that Rita records and Olivia merges."""
    repository.branch(branch)
    repository.commit({path: ONE})
    repository.switch("main")
    repository.merge(branch)


@pytest.fixture
def repository(bases, tmp_path):
    return bases["reviewed"].copy(tmp_path / "site")


@pytest.fixture(scope="module")
def demo(demonstration, tmp_path_factory):
    return shutil.copytree(demonstration, tmp_path_factory.mktemp("demo") / "site", symlinks=True)


def test_the_episodes_add_up_to_the_scores_of_every_commit(demo):
    standing = {}
    episodes = told(demo)
    assert len(episodes) > 20
    for episode in episodes:
        for one in episode.scores:
            if (one.department, one.section) in standing:
                assert one.before and standing[one.department, one.section] == plain(one.before.score)
            else:
                assert one.before is None or not one.before.deducted
            standing[one.department, one.section] = plain(one.after.score) if one.after else None
        assessment = open_site(demo, episode.commit).assessment
        if assessment is None:
            continue
        for ledger in assessment.ledgers.values():
            for department, sections in ledger.scores.items():
                for section, one in sections.items():
                    if (department, section) in standing:
                        assert standing[department, section] == plain(one.score), (episode.commit, department, section)
                    else:
                        assert not one.deducted, (episode.commit, department, section)


def test_what_was_counted_before_is_not_counted_again(demo):
    memory = {}
    first = told(demo, memory)
    assert memory and told(demo, memory) == first == told(demo)
    poisoned = dict.fromkeys(memory, ())
    assert told(demo, poisoned) != first, "the memory is used"


def test_recorded_approved_amended_withdrawn_moved_and_removed(repository):
    repository.branch("record")
    repository.commit({A: ONE})
    repository.switch("main")
    repository.merge("record", by="rita")
    repository.approve(A)
    repository.commit({A: ONE.replace("person: 1", "person: 2")})
    repository.commit({A: incident(count="{person: 2, day: 1}", withdrawn="{date: 2021-05-01, reason: In error}")})
    repository.commit({A: None, "incidents/2021/may/2021-0001.md": ONE})
    repository.commit({"incidents/2021/may/2021-0001.md": None})
    assert [shown(one) for one in told(repository.folder)[-6:]] == [
        ("recorded 2021-0001", ""),
        ("approved 2021-0001", "library conduct -0.5"),
        ("amended 2021-0001", ""),
        ("withdrawn 2021-0001", ""),
        ("amended 2021-0001", ""),
        ("removed 2021-0001", ""),
    ], "what was approved counts until something else is"


def test_a_withdrawal_and_a_removal_count_once_they_are_approved(repository):
    repository.branch("record")
    repository.commit({A: ONE})
    repository.switch("main")
    repository.merge("record")
    repository.commit({A: incident(withdrawn="{date: 2021-05-01, reason: In error}")})
    repository.approve(A)
    repository.branch("again")
    repository.commit({A: ONE})
    repository.switch("main")
    repository.merge("again")
    repository.branch("gone")
    repository.commit({A: None})
    repository.switch("main")
    repository.merge("gone")
    assert [shown(one) for one in told(repository.folder)[-5:]] == [
        ("recorded 2021-0001", "library conduct -0.5"),
        ("withdrawn 2021-0001", ""),
        ("approved 2021-0001", "library conduct 0.5"),
        ("amended 2021-0001", "library conduct -0.5"),
        ("removed 2021-0001", "library conduct 0.5"),
    ]


def test_rules_departments_and_the_policy_are_told_too(repository):
    repository.branch("record")
    repository.commit({A: ONE})
    repository.switch("main")
    repository.merge("record")
    repository.commit({"criteria/2021/conduct.yaml": CONDUCT.replace("deduct: 0.5", "deduct: 0.7")})
    repository.commit({"content/departments.yaml": DEPARTMENTS + "law: {name: Law}\n"})
    repository.commit({"criteria/approvals.yaml": policy("recorded")}, by="mallory")
    found = [shown(one) for one in told(repository.folder)[-4:]]
    assert found == [
        ("recorded 2021-0001", "library conduct -0.5"),
        ("amended conduct.yaml", ""),
        ("amended departments.yaml", ""),
        ("amended approvals.yaml", ""),
    ]


def test_while_the_sources_have_errors_what_changed_waits(bases, tmp_path):
    repository = bases["reviewed"].copy(tmp_path / "site")
    repository.commit({POLICY: policy("recorded")}, by="rita")
    repository.approve(POLICY, by="pia")
    repository.approve(POLICY, by="olivia")
    repository.branch("record")
    repository.commit({A: ONE})
    repository.switch("main")
    repository.merge("record")
    repository.branch("wrong")
    repository.commit({A: ONE.replace("library", "nobody")})
    repository.switch("main")
    repository.merge("wrong")
    repository.branch("other")
    repository.commit({B: ONE})
    repository.switch("main")
    repository.merge("other")
    repository.branch("mended")
    repository.commit({A: ONE.replace("library", "office")})
    repository.switch("main")
    repository.merge("mended")
    *_, wrong, other, mended = told(repository.folder)
    assert wrong.broken and other.broken and not mended.broken
    assert wrong.scores == other.scores == ()
    assert sorted(shown(mended)[1].split(", ")) == ["office conduct -0.5"], "library lost as much again in the other"


@pytest.mark.parametrize(
    "other", ["incidents/2021/may/2021-0001.md", "incidents/2021/README.md", "incidents/2021/.x/a.md"]
)
def test_files_that_are_no_incidents_or_have_an_id_of_another(repository, other):
    repository.commit({A: ONE})
    repository.commit({other: ONE})
    assert told(repository.folder)[-1].broken == (open_site(repository.folder).sources.site is None)


def test_a_commit_off_the_main_line_is_none_of_the_chronicle(repository):
    before = told(repository.folder)
    repository.branch("record")
    repository.commit({A: ONE})
    assert told(repository.folder) == before


def test_the_page_is_complete_newest_first_and_names_nobody(demo, tmp_path):
    built = kaohe("build", "-o", tmp_path / "output", folder=demo)
    assert built.returncode == 0, built.stderr
    page = (tmp_path / "output/2021/changes.html").read_text(encoding="utf-8")
    days = re.findall(r'<h2 id="day-([0-9-]+)"', page)
    assert days == sorted(days, reverse=True) and len(days) == len(set(days))
    assert page.count('<div class="change">') == len(told(demo))
    assert not re.search(r"[\w.+-]+@[\w-]+\.", page) and 'href="../2021/incidents/2021-0017.html"' in page
    again = kaohe("build", "-o", tmp_path / "again", folder=demo)
    assert again.returncode == 0 and files(tmp_path / "again") == files(tmp_path / "output")


def test_a_clause_has_its_own_history_with_the_words_before_and_after(demo, tmp_path):
    assert kaohe("build", "-o", tmp_path / "output", folder=demo).returncode == 0
    page = (tmp_path / "output/2021/handbook/base.conduct.html").read_text(encoding="utf-8")
    clause = page.partition('id="attendance.sheet-late"')[2].partition('class="clause"')[0]
    assert "<del>0.1</del><ins>0.2</ins>" in clause and "<time" in clause
    other = page.partition('id="attendance.absence"')[2].partition('class="clause"')[0]
    assert "<ins>" not in other


def test_the_remembered_chronicle_is_that_of_the_same_history_only(repository, tmp_path):
    repository.commit({A: ONE})
    changes = [kaohe("build", "-o", tmp_path / str(number), folder=repository.folder) for number in range(2)]
    assert all(one.returncode == 0 for one in changes)
    cache = repository.folder / ".kaohe-cache"
    (kept,) = (path for path in (cache / "chronicle").rglob("*") if path.is_file())
    before = (tmp_path / "0/2021/changes.html").read_bytes()
    assert (tmp_path / "1/2021/changes.html").read_bytes() == before
    forged = kept.read_bytes().replace(b"library", b"forgery")
    assert forged != kept.read_bytes()
    kept.write_bytes(forged)
    kaohe("build", "-o", tmp_path / "2", folder=repository.folder)
    assert (tmp_path / "2/2021/changes.html").read_bytes() == before
    repository.commit({B: ONE})
    kaohe("build", "-o", tmp_path / "3", folder=repository.folder)
    assert b"2021-0002" in (tmp_path / "3/2021/changes.html").read_bytes()


def test_what_was_counted_for_another_head_is_not_counted_again(repository, monkeypatch):
    record(repository, A, "one")

    def kept(head):
        return kept_chronicle(repository.folder, key_of(head), lambda: gathered(repository.folder, None, READERS))

    assert kept(b"one head") == told(repository.folder)
    record(repository, B, "other")
    expected = told(repository.folder)
    counted = []
    counting = chronicle_module.scores
    monkeypatch.setattr(chronicle_module, "scores", lambda *given: counted.append(given) or counting(*given))
    assert kept(b"another head") == expected and len(counted) == 1, "the department of the new incident"
    assert kept(b"another head") == expected and len(counted) == 1


def test_happenings_have_words():
    from site_builder.pages.timeline import WHAT

    assert set(WHAT) == set(Happening)


def test_very_many_changes_are_split_by_months_and_every_link_leads_somewhere(repository, tmp_path):
    for number in range(230):
        repository.commit({A: ONE.replace("Two", f"Number {number}")}, at=START + 10**6 + 40_000 * number)
    assert kaohe("build", "-o", tmp_path / "output", folder=repository.folder).returncode == 0
    folder = tmp_path / "output/2021"
    months = sorted(path.stem for path in (folder / "changes").glob("*.html"))
    assert len(months) > 1
    pages = [(folder / f"changes/{month}.html").read_text(encoding="utf-8") for month in months]
    assert sum(page.count('<div class="change">') for page in pages) == len(told(repository.folder))
    newest = (folder / "changes.html").read_text(encoding="utf-8")
    assert newest.count('<div class="change">') == pages[-1].count('<div class="change">')
    home = (tmp_path / "output/index.html").read_text(encoding="utf-8")
    for link, anchor in re.findall(r'href="\./([^"]+changes[^"#]*)#(day-[0-9-]+)"', home):
        assert f'id="{anchor}"' in (tmp_path / "output" / link).read_text(encoding="utf-8")
