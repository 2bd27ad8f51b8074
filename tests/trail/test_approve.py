"""`kaohe approve`: an approval that would count for nothing is not made, and the reason is said."""

import pytest

from tests.sites import CONDUCT
from tests.trail.figures import (
    CONDUCT_FILE,
    INCIDENT,
    OTHER,
    approving,
    counting,
    in_order,
    merged,
    record,
    scores,
    waiting,
)
from tests.trail.repositories import POLICY, SIGNERS, policy, verify

DEARER = CONDUCT.replace("deduct: 0.5", "deduct: 1")


@pytest.fixture(params=["reviewed", "signed"])
def repo(request, bases, tmp_path):
    repo = bases[request.param].copy(tmp_path / "site")
    repo.commit({INCIDENT: record()}, by="rita")
    return repo


def refused(repo, reason, person, *arguments, key=None, code=1):
    """The command makes no commit, says why, and exits as it should."""
    head, log = repo.head(), repo.git("for-each-ref")
    told = approving(repo, person, *arguments, key=key)
    assert told.exit == code, told
    assert reason in told.complaint + told.output, told
    assert (repo.head(), repo.git("for-each-ref")) == (head, log)


def test_an_approval_that_counts(repo):
    assert approving(repo, "olivia", "2021-0001").exit == 0
    assert counting(repo) == {"2021-0001": "0.5"}
    assert verify(repo.folder).exit == 0
    assert repo.git("for-each-ref", "refs/heads/kaohe-line")


def test_ones_own_content(repo):
    repo.commit({OTHER: record()}, by="olivia")
    refused(repo, "you wrote this content", "olivia", "2021-0002")


def test_ones_own_content_in_another_spelling(repo):
    repo.commit({OTHER: record()}, by="Olivia@Example.ORG")
    refused(repo, "you wrote this content", "olivia", "2021-0002")


def test_ones_own_content_as_a_co_author_by_name(repo):
    """A claim without an address is anybody's who bears the name."""
    repo.commit({OTHER: record()}, "Record\n\nCo-authored-by: Olivia\n", by="rita")
    refused(repo, "you wrote this content", "olivia", "2021-0002")


def test_without_the_right(repo):
    refused(repo, "you may not approve it", "leo", "2021-0001")


def test_a_stranger(repo):
    reason = "you may not approve it" if repo.level == "reviewed" else "not among the allowed signers"
    refused(repo, reason, "mallory", "2021-0001")


def test_twice(repo):
    assert approving(repo, "olivia", "2021-0001").exit == 0
    refused(repo, "you have approved it already", "olivia", "2021-0001")


def test_twice_where_two_are_needed(repo):
    merged(repo, {CONDUCT_FILE: DEARER}, by="pia")
    refused(repo, "you have approved it already", "pia", CONDUCT_FILE)
    assert approving(repo, "paul", CONDUCT_FILE).exit == 0
    assert waiting(repo) == {INCIDENT: "new"}


def test_unsigned_where_signatures_count(repo):
    if repo.level == "signed":
        refused(repo, "signed approvals", "olivia", "--no-sign", "2021-0001")
    else:
        assert approving(repo, "olivia", "--no-sign", "2021-0001").exit == 0


def test_with_a_key_that_is_not_listed(repo):
    if repo.level == "signed":
        refused(repo, "not among the allowed signers", "olivia", "2021-0001", key="mallory")
        refused(repo, "you may not approve it", "olivia", "2021-0001", key="leo")


def test_with_a_revoked_key(repo):
    """A key that the list in force has no longer is not listed, though an earlier list had it."""
    if repo.level == "signed":
        in_order(repo, {SIGNERS: repo.keys.signers(olivia=None)})
        refused(repo, "not among the allowed signers", "olivia", "2021-0001")


def test_with_a_key_that_is_not_valid_any_more(bases, tmp_path):
    """The list gives the key a last day before the one on which it is used."""
    repo = bases["signed"].copy(tmp_path / "site")
    repo.commit({INCIDENT: record()}, by="rita")
    line = repo.keys.line("olivia", options='namespaces="git",valid-before="20210601Z"')
    in_order(repo, {SIGNERS: repo.keys.signers(olivia=line)})
    refused(repo, "your signature does not count now", "olivia", "2021-0001")
    assert counting(repo) == {}


@pytest.mark.parametrize(
    "options", ['namespaces="file"', 'cert-authority,namespaces="git"', 'namespaces="git",valid-after="20300101Z"']
)
def test_with_a_key_that_is_for_something_else(bases, tmp_path, options):
    repo = bases["signed"].copy(tmp_path / "site")
    repo.commit({INCIDENT: record()}, by="rita")
    in_order(repo, {SIGNERS: repo.keys.signers(oscar=repo.keys.line("oscar", options=options))})
    refused(repo, "your signature does not count now", "oscar", "2021-0001")


def test_a_broken_record(repo):
    repo.commit({OTHER: "nothing\n"}, by="rita")
    refused(repo, "cannot be read", "olivia", "2021-0002")


def test_what_is_not_committed(repo):
    repo.write({OTHER: record()})
    refused(repo, "not committed", "olivia", "2021-0002")


def test_on_another_branch(repo):
    repo.branch("topic")
    refused(repo, "git switch main", "olivia", "2021-0001", code=2)


def test_what_does_not_exist(repo):
    refused(repo, "There is no incident", "olivia", "2021-0009", code=2)


def test_a_removal(repo):
    approving(repo, "olivia", "2021-0001")
    repo.commit({INCIDENT: None}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert approving(repo, "oscar", "2021-0001").exit == 0
    assert scores(repo)["library conduct"] == "2"
    assert verify(repo.folder).exit == 0


def test_ones_own_removal(repo):
    approving(repo, "oscar", "2021-0001")
    repo.commit({INCIDENT: None}, by="olivia")
    refused(repo, "you wrote this content", "olivia", "2021-0001")


def test_a_renumbered_incident(repo):
    """The same bytes under a new id are one step: approving the new id, nothing counts twice."""
    approving(repo, "olivia", "2021-0001")
    repo.commit({INCIDENT: None, OTHER: record()}, by="mallory", sign=None)
    assert counting(repo) == {"2021-0001": "0.5"}
    assert approving(repo, "oscar", "2021-0002").exit == 0
    assert counting(repo) == {"2021-0002": "0.5"}
    assert verify(repo.folder).exit == 0


def test_a_revival(repo):
    approving(repo, "olivia", "2021-0001")
    merged(repo, {INCIDENT: record(withdrawn="{date: 2021-04-01, reason: A mistake}")}, by="oscar")
    repo.git("revert", "--no-edit", "-m", "1", "HEAD", by="oscar")
    refused(repo, "you wrote this content", "oscar", "2021-0001")
    assert scores(repo)["library conduct"] == "2"
    assert approving(repo, "olivia", "2021-0001").exit == 0
    assert scores(repo)["library conduct"] == "1.5"


def test_an_approval_says_what_it_replaces(repo):
    """After a rebase onto an amendment that came into force, the approval is of another step, and void."""
    approving(repo, "olivia", "2021-0001")
    repo.commit({INCIDENT: record(2)}, by="rita")
    assert approving(repo, "oscar", "2021-0001").exit == 0
    message = repo.git("log", "-1", "--format=%B")
    assert f"Replaces: {repo.blob(INCIDENT, 'HEAD~2')} {INCIDENT}" in message
    repo.git("update-ref", "-d", "refs/heads/kaohe-line")
    repo.reset("HEAD~2")
    repo.record_line()
    merged(repo, {INCIDENT: record(3)})
    repo.commit({INCIDENT: record(2)}, by="rita")
    repo.commit(message=message, by="oscar")
    assert scores(repo)["library conduct"] == "0.5"


def test_all(repo):
    """Of everything that waits, what this person's approval counts for; the rest is told."""
    repo.commit({OTHER: record()}, by="olivia")
    repo.commit({CONDUCT_FILE: DEARER}, by="rita")
    told = approving(repo, "olivia", "--all")
    assert told.exit == 0
    assert "2021-0002.md: you wrote this content" in told.complaint + told.output
    assert set(waiting(repo)) == {OTHER, CONDUCT_FILE}
    assert list(counting(repo)) == ["2021-0001"]
    assert approving(repo, "pia", "--all").exit == 0
    assert set(waiting(repo)) == {OTHER}
    assert scores(repo)["library conduct"] == "1"


def test_all_for_a_department(repo):
    """Only what waits for that department, by its id or its name."""
    repo.commit({CONDUCT_FILE: DEARER}, by="rita")
    for office in ("party", "The party"):
        assert approving(repo, "pia", "--all", "--for", office).exit in (0, 1)
    assert INCIDENT in waiting(repo)
    refused(repo, "There is no department", "olivia", "--all", "--for", "nobody", code=2)
    assert approving(repo, "olivia", "--all", "--for", "office").exit == 0
    assert waiting(repo) == {}


def test_all_where_nothing_waits(repo):
    approving(repo, "olivia", "2021-0001")
    refused(repo, "Nothing is approved", "olivia", "--all", code=0)


def test_a_changed_policy_before_it_is_in_force(repo):
    """Whom only a proposed policy names may not approve."""
    people = {"office": ("olivia", "mallory"), "library": ("leo",), "party": ("pia", "paul")}
    signers = repo.keys.signers(mallory=repo.keys.line("mallory"))
    repo.commit({POLICY: policy(repo.level, people), SIGNERS: signers}, by="mallory", sign=None)
    reason = "you may not approve it" if repo.level == "reviewed" else "not among the allowed signers"
    refused(repo, reason, "mallory", "2021-0001")
