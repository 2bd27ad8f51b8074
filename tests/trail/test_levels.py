"""What carries over when more is demanded, or less, by score and by what `verify` says."""

import pytest

from tests.sites import CONDUCT
from tests.trail.figures import (
    CONDUCT_FILE,
    DEPARTMENTS_FILE,
    INCIDENT,
    OTHER,
    approve_all,
    build,
    counting,
    in_order,
    merged,
    proposals,
    record,
    run,
    scores,
    waiting,
)
from tests.trail.repositories import POLICY, RULES, SETTINGS, SIGNERS, found, policy, verify

TAKEN_OVER = dict.fromkeys((*RULES, *SETTINGS, POLICY, SIGNERS), "taken-over")
DEARER = CONDUCT.replace("deduct: 0.5", "deduct: 1")


@pytest.fixture(params=["reviewed", "signed"])
def raised(request, keys, tmp_path):
    """A site at level recorded with two incidents, one merged by Olivia, who signed; then the level is raised."""
    repo = found(tmp_path / "site", keys, "recorded")
    repo.commit({CONDUCT_FILE: DEARER}, by="rita")
    repo.branch("topic")
    repo.commit({INCIDENT: record()}, by="rita")
    repo.switch("main")
    repo.merge("topic", by="olivia", sign="olivia")
    repo.commit({OTHER: record()}, by="rita")
    assert scores(repo)["library conduct"] == "0"
    repo.level = request.param
    repo.commit({POLICY: policy(request.param)}, by="rita", sign=None)
    repo.record_line()
    return repo


def test_raised_from_recorded(raised):
    """Rules and departments are taken over; records need their approvals, given before or now."""
    assert scores(raised)["library conduct"] == "1"
    assert list(counting(raised)) == ["2021-0001"]
    kinds = waiting(raised)
    assert kinds.pop(OTHER) == "new"
    assert kinds.items() >= {CONDUCT_FILE: "taken-over", POLICY: "taken-over"}.items()
    assert set(kinds.values()) == {"taken-over"}
    assert verify(raised.folder).exit == 1
    assert build(raised).exit == 0


def test_raised_from_recorded_and_approved(raised):
    """Once all that was taken over and the records are approved, verify exits with 0."""
    taken = sorted(set(waiting(raised)) - {OTHER})
    approve_all(raised, dict.fromkeys(taken, ""), "pia", "paul")
    assert set(waiting(raised)) == {OTHER}
    raised.approve(OTHER, by="oscar")
    assert scores(raised)["library conduct"] == "0"
    assert verify(raised.folder).exit == 0


def test_raised_from_recorded_who_wrote_what_was_taken_over_does_not_approve_it(raised):
    departments = "office: {name: The office}\nlibrary: {name: The library}\nparty: {name: P}\n"
    raised.commit({DEPARTMENTS_FILE: departments}, by="pia")
    approve_all(raised, {DEPARTMENTS_FILE: ""}, "pia", "paul")
    assert proposals(raised)[DEPARTMENTS_FILE]["missing"] == 1


def test_raised_from_recorded_a_stranger_changes_nothing_then(raised):
    before = scores(raised)
    raised.commit({CONDUCT_FILE: CONDUCT, INCIDENT: None}, by="mallory", sign=None)
    assert scores(raised) == before
    assert waiting(raised).items() >= {CONDUCT_FILE: "amendment", INCIDENT: "removal"}.items()


@pytest.fixture
def reviewed(bases, tmp_path):
    """A site at level reviewed with two incidents, one merged by Olivia with her signature, one without."""
    repo = bases["reviewed"].copy(tmp_path / "site")
    for path, sign in ((INCIDENT, "olivia"), (OTHER, None)):
        repo.branch("topic")
        repo.commit({path: record()}, by="rita")
        repo.switch("main")
        repo.merge("topic", by="olivia", sign=sign)
    assert scores(repo)["library conduct"] == "1"
    return repo


def test_raised_from_reviewed(reviewed):
    """Signed statements made before count; what rests on addresses alone waits, or is taken over."""
    in_order(reviewed, {POLICY: policy("signed")})
    assert verify(reviewed.folder).result["level"] == "signed"
    assert "kaohe line --record" in run(reviewed.folder, "score").complaint
    reviewed.record_line(sign="olivia")
    assert scores(reviewed)["library conduct"] == "1.5"
    assert waiting(reviewed) == {OTHER: "new", **TAKEN_OVER}
    assert verify(reviewed.folder).exit == 1
    reviewed.level = "signed"
    approve_all(reviewed, dict.fromkeys(TAKEN_OVER, ""), "pia", "paul")
    reviewed.approve(OTHER, by="olivia")
    assert scores(reviewed)["library conduct"] == "1"
    assert verify(reviewed.folder).exit == 0


def test_raised_by_a_stranger(reviewed):
    """A higher level is a change like any other: it is not in force before it is approved."""
    before = scores(reviewed)
    reviewed.commit({POLICY: policy("signed")}, by="mallory", sign=None)
    assert scores(reviewed) == before
    assert verify(reviewed.folder).result["level"] == "reviewed"


def test_what_raising_would_change_is_told_first(reviewed):
    before, head = scores(reviewed), reviewed.head()
    told = run(reviewed.folder, "verify", "--as", "signed", "--format", "json").result
    assert told["level"] == "signed"
    assert {one["subject"]: one["kind"] for one in told["proposals"]} == {OTHER: "new", **TAKEN_OVER}
    words = run(reviewed.folder, "verify", "--as", "signed")
    assert words.exit == 1
    assert "kaohe line --record" in words.output
    assert "1 → 1.5" in words.output
    assert (scores(reviewed), reviewed.head(), verify(reviewed.folder).exit) == (before, head, 0)


def test_lowered_to_reviewed(bases, tmp_path):
    """What was signed counts still, and addresses do from then on; a statement made at signed must be signed."""
    repo = bases["signed"].copy(tmp_path / "site")
    merged(repo, {INCIDENT: record()})
    repo.commit({OTHER: record()}, by="rita")
    repo.approve(OTHER, sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    in_order(repo, {POLICY: policy("reviewed")})
    assert scores(repo)["library conduct"] == "1.5"
    repo.approve(OTHER, sign=None)
    assert scores(repo)["library conduct"] == "1"
    assert verify(repo.folder).exit == 0


@pytest.mark.parametrize("level", ["reviewed", "signed"])
def test_lowered_to_recorded(level, bases, tmp_path):
    """Nothing is demanded any more: all that stands counts."""
    repo = bases[level].copy(tmp_path / "site")
    repo.commit({INCIDENT: record(), CONDUCT_FILE: DEARER}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "2"
    in_order(repo, {POLICY: policy("recorded")})
    assert scores(repo)["library conduct"] == "1"
    assert (verify(repo.folder).exit, verify(repo.folder).result["level"]) == (0, "recorded")


@pytest.mark.parametrize("level", ["reviewed", "signed"])
def test_lowered_by_a_stranger(level, bases, tmp_path):
    repo = bases[level].copy(tmp_path / "site")
    repo.commit({POLICY: policy("recorded"), INCIDENT: record()}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "2"
    assert verify(repo.folder).result["level"] == level


@pytest.mark.parametrize("level", ["reviewed", "signed"])
def test_lowered_and_raised_again(level, bases, tmp_path):
    """What came in meanwhile is taken over where it is rules, and waits where it is a record."""
    repo = bases[level].copy(tmp_path / "site")
    in_order(repo, {POLICY: policy("recorded")})
    repo.commit({INCIDENT: record(), CONDUCT_FILE: DEARER}, by="mallory", sign=None)
    repo.commit({POLICY: policy(level)}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "2"
    assert waiting(repo).items() >= {INCIDENT: "new", CONDUCT_FILE: "taken-over"}.items()
    repo.approve(INCIDENT)
    assert scores(repo)["library conduct"] == "1"
