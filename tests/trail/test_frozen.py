"""Frozen years: what is approved of them waits for its restatement, and enters together with it."""

import pytest

from tests.sites import CONDUCT, DEPARTMENTS
from tests.trail.figures import (
    CONDUCT_FILE,
    DEPARTMENTS_FILE,
    INCIDENT,
    OTHER,
    approve_all,
    approving,
    build,
    built,
    in_order,
    merged,
    proposals,
    record,
    run,
    scores,
    waiting,
)
from tests.trail.repositories import verify

RESULTS = "criteria/2021/results.yaml"
SAID = ("--reason", "Corrected", "--decision", "No. 8", "--date", "2022-03-01")
PARTY = "party: {name: The party}\n"


@pytest.fixture(params=["reviewed", "signed"])
def repo(request, bases, tmp_path):
    """A site whose results of 2021 are fixed in good order; one record of one person."""
    found = bases[request.param].copy(tmp_path / "site")
    merged(found, {INCIDENT: record()})
    _frozen(found)
    assert verify(found.folder).exit == 0
    return found


def _frozen(repo):
    _freeze(repo)
    in_order(repo, {RESULTS: _written(repo)})


def _freeze(repo, *options):
    ran = run(repo.folder, "freeze", "2021", *options)
    assert ran.exit == 0, ran


def _written(repo):
    """The text that `kaohe freeze` wrote, and the file as it was committed again."""
    text = (repo.folder / RESULTS).read_text(encoding="utf-8")
    if repo.git("ls-files", repo.named(RESULTS)):
        repo.git("checkout", "-q", "--", repo.named(RESULTS))
    else:
        (repo.folder / RESULTS).unlink()
    return text


def _score(repo):
    return scores(repo)["library conduct"]


def test_an_approved_change_of_a_frozen_year_waits(repo):
    merged(repo, {INCIDENT: record(2)})
    assert _score(repo) == "1.5"
    assert build(repo).exit == 0
    assert waiting(repo) == {INCIDENT: "amendment"}
    shown = verify(repo.folder)
    assert shown.exit == 1 and "2021 is frozen" in shown.of("2021-0001")["reason"]
    said = run(repo.folder, "verify").output
    assert "2021 is frozen, and this waits for its restatement" in said and "1.5 → 1" in said


def test_it_enters_with_its_restatement(repo):
    merged(repo, {INCIDENT: record(2)})
    asked = run(repo.folder, "freeze", "2021")
    assert asked.exit == 1 and "1.5 → 1" in asked.complaint
    _freeze(repo, *SAID)
    text = _written(repo)
    merged(repo, {RESULTS: text}, by="pia")
    assert _score(repo) == "1.5", "one approval of the two is missing"
    assert set(waiting(repo)) == {INCIDENT, RESULTS}
    repo.approve(RESULTS, by="paul")
    assert _score(repo) == "1" and waiting(repo) == {} and verify(repo.folder).exit == 0
    assert b"Corrected" in built(repo)["2021/departments/library.html"]


def test_a_restatement_that_is_approved_first_waits_for_its_change(repo):
    repo.commit({INCIDENT: record(2)})
    _freeze(repo, *SAID, "--proposed")
    in_order(repo, {RESULTS: _written(repo)})
    assert _score(repo) == "1.5" and build(repo).exit == 0
    assert waiting(repo) == {INCIDENT: "amendment", RESULTS: "amendment"}
    assert "all that it accounts for" in verify(repo.folder).of(RESULTS)["reason"]
    repo.approve(INCIDENT)
    assert _score(repo) == "1" and waiting(repo) == {} and build(repo).exit == 0


def test_both_come_in_one_merge(repo):
    repo.branch("topic")
    repo.commit({INCIDENT: record(2)})
    _freeze(repo, *SAID, "--proposed")
    repo.commit({RESULTS: _written(repo)})
    repo.switch("main")
    repo.merge("topic", by="olivia")
    assert _score(repo) == "1.5"
    repo.approve(RESULTS, by="pia")
    assert _score(repo) == "1" and waiting(repo) == {}


def test_what_is_covered_only_in_part_waits_whole(repo):
    repo.commit({INCIDENT: record(2)})
    repo.commit({OTHER: record()})
    _freeze(repo, *SAID, "--proposed")
    in_order(repo, {RESULTS: _written(repo)})
    repo.approve(INCIDENT)
    assert _score(repo) == "1.5", "the other record that the restatement names is not approved"
    repo.approve(OTHER)
    assert _score(repo) == "0.5" and waiting(repo) == {}


def test_what_a_restatement_does_not_cover_waits_on(repo):
    merged(repo, {INCIDENT: record(2)})
    _freeze(repo, *SAID)
    text = _written(repo)
    merged(repo, {OTHER: record()})
    in_order(repo, {RESULTS: text})
    assert _score(repo) == "1" and waiting(repo) == {OTHER: "new"}


def test_a_change_that_was_withdrawn_again_does_not_come_with_a_late_restatement(repo):
    merged(repo, {INCIDENT: record(2)})
    _freeze(repo, *SAID)
    text = _written(repo)
    merged(repo, {INCIDENT: record()}, author="leo")
    assert waiting(repo) == {}
    in_order(repo, {RESULTS: text})
    assert _score(repo) == "1.5" and waiting(repo) == {RESULTS: "amendment"} and build(repo).exit == 0


@pytest.mark.parametrize(("path", "text", "kind"), [(INCIDENT, None, "removal"), (OTHER, record(), "new")])
def test_removed_and_new_records_wait(repo, path, text, kind):
    repo.commit({path: text})
    approve_all(repo, {path: text}, "olivia")
    assert _score(repo) == "1.5" and waiting(repo) == {path: kind} and build(repo).exit == 0
    _freeze(repo, *SAID)
    in_order(repo, {RESULTS: _written(repo)})
    assert _score(repo) == ("2" if text is None else "1") and waiting(repo) == {} and build(repo).exit == 0


def test_rules_wait(repo):
    dearer = {CONDUCT_FILE: CONDUCT.replace("deduct: 0.5", "deduct: 0.7")}
    in_order(repo, dearer)
    assert _score(repo) == "1.5" and waiting(repo) == {CONDUCT_FILE: "amendment"} and build(repo).exit == 0
    _freeze(repo, *SAID)
    in_order(repo, {RESULTS: _written(repo)})
    assert _score(repo) == "1.3" and waiting(repo) == {} and build(repo).exit == 0


def test_a_department_with_another_name_waits(repo):
    in_order(repo, {DEPARTMENTS_FILE: DEPARTMENTS.replace("The library", "Books") + PARTY})
    assert waiting(repo) == {DEPARTMENTS_FILE: "amendment"}
    assert b"The library" in built(repo)["2021/index.html"]
    _freeze(repo, *SAID)
    in_order(repo, {RESULTS: _written(repo)})
    assert waiting(repo) == {} and b"Books" in built(repo)["2021/index.html"]


def test_a_department_of_a_later_year_does_not(repo):
    in_order(repo, {DEPARTMENTS_FILE: DEPARTMENTS + PARTY + "lab: {name: The laboratory, from: 2022}\n"})
    assert waiting(repo) == {} and build(repo).exit == 0


def test_a_stranger_stops_nothing(repo):
    for path, text in ((INCIDENT, record(3)), (CONDUCT_FILE, "x: [\n"), (RESULTS, "version: x\n"), (OTHER, record())):
        repo.commit({path: text}, by="mallory", sign=None)
        assert _score(repo) == "1.5" and build(repo).exit == 0, path


def test_a_proposed_freeze_freezes_nothing(bases, tmp_path):
    repo = bases["reviewed"].copy(tmp_path / "site")
    merged(repo, {INCIDENT: record()})
    _freeze(repo)
    repo.commit({RESULTS: _written(repo)}, by="mallory", sign=None)
    merged(repo, {INCIDENT: record(2)})
    assert _score(repo) == "1" and waiting(repo) == {RESULTS: "new"}


def test_nobody_approves_what_only_waits_for_its_restatement(repo):
    merged(repo, {INCIDENT: record(2)})
    told = approving(repo, "oscar", "--all")
    assert told.exit == 0 and "Nothing is approved" in told.complaint
    told = approving(repo, "oscar", "2021-0001")
    assert told.exit == 1 and "waits for its restatement" in told.complaint


def test_an_amendment_of_what_waits_is_approved_in_its_place(repo):
    merged(repo, {INCIDENT: record(2)})
    repo.commit({INCIDENT: record(3)})
    approving(repo, "olivia", "2021-0001")
    assert proposals(repo)[INCIDENT]["missing"] == 0 and _score(repo) == "1.5"
    _freeze(repo, *SAID)
    in_order(repo, {RESULTS: _written(repo)})
    assert _score(repo) == "0.5"
