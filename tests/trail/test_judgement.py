"""The rule for approvals: whose statement on a content counts, and why another's does not."""

import pytest

from site_builder.model import Approval, Level, Statement
from site_builder.trail.judgement import Tally, tally
from site_builder.trail.people import Authors, People
from tests.trail.repositories import address
from tests.trail.spoken import LIST, commit, said, signed, under

OFFICES = {"olivia": "office", "oscar": "office", "leo": "library", "rita": "office"}
RITA = Authors(frozenset([address("rita")]))


def role(_, person):
    return OFFICES.get(person.partition("@")[0].lower())


def counted(statements, authors=RITA, level=Level.REVIEWED, signers=""):
    """Who counts, and how many statements do not: by authors, by people not entitled, unsigned."""
    people = People({LIST: signers.encode()})
    people.learn(LIST)
    found = tally(people, statements, authors, level, role)
    return [one.by.partition("@")[0] for one in found.approvals], found.own, found.not_entitled, found.unsigned


def test_a_tally_of_nothing_counts_nothing():
    assert Tally() == Tally((), own=0, not_entitled=0, unsigned=0)
    assert counted([]) == ([], 0, 0, 0)


@pytest.mark.parametrize(
    ("speakers", "found"),
    [
        (["olivia"], (["olivia"], 0, 0, 0)),
        (["leo", "olivia"], (["leo", "olivia"], 0, 0, 0)),
        (["olivia", "oscar", "olivia"], (["olivia", "oscar"], 0, 0, 0)),
        (["olivia", "Olivia@Example.org"], (["olivia"], 0, 0, 0)),
        (["rita"], ([], 1, 0, 0)),
        (["rita", "Rita@Example.org", "olivia"], (["olivia"], 2, 0, 0)),
        (["mallory"], ([], 0, 1, 0)),
        (["mallory", "pia", "rita", "leo"], (["leo"], 1, 2, 0)),
    ],
)
def test_each_person_counts_once_who_did_not_write_it_and_may_speak(speakers, found):
    assert counted([said(commit(one)) for one in speakers]) == found


def test_an_approval_says_who_spoke_for_whom_when_and_how():
    one = said(commit("olivia", identifier="c1"), address="leo@example.org")
    found = tally(People({}), [one], RITA, Level.REVIEWED, role)
    moment = "2021-04-01T08:00:00+08:00"
    assert found == Tally((Approval("leo@example.org", "library", "c1", moment, Statement.APPROVE),))


@pytest.mark.parametrize(
    ("demanded", "then", "found"),
    [
        (Level.REVIEWED, Level.RECORDED, (["olivia"], 0, 0, 0)),
        (Level.REVIEWED, Level.REVIEWED, (["olivia"], 0, 0, 0)),
        (Level.REVIEWED, Level.SIGNED, ([], 0, 0, 2)),
        (Level.SIGNED, Level.REVIEWED, ([], 0, 0, 2)),
    ],
)
def test_a_statement_meets_what_is_demanded_and_what_was_demanded_then(demanded, then, found):
    assert counted([said(commit("olivia"), under(level=then))] * 2, level=demanded) == found


@pytest.mark.parametrize(
    ("trailer", "found"), [(None, ([], 1, 0, 0)), ("leo@example.org", (["leo"], 0, 0, 0))], ids=["author", "trailer"]
)
def test_who_bears_the_bare_name_of_an_author_is_one_but_not_whom_he_names(trailer, found):
    authors = Authors(frozenset(), claims=frozenset(["olivia"]))
    assert counted([said(commit("olivia"), address=trailer)], authors) == found


@pytest.mark.parametrize("writer", ["olivia", "oscar"], ids=["who signs wrote it", "in whose name it is wrote it"])
def test_an_author_does_not_approve_under_another_name(keys, writer):
    authors = Authors(frozenset([address(writer)]))
    one = said(signed(commit("oscar"), keys, "olivia"))
    assert counted([one], authors, Level.SIGNED, keys.line("olivia")) == ([], 1, 0, 0)


def test_one_key_counts_once_under_whatever_name_a_pattern_lets_it_sign(keys):
    line = keys.line("*@example.org", key="olivia")
    statements = [said(signed(commit(one), keys, "olivia")) for one in ("leo", "oscar")]
    assert counted(statements, level=Level.SIGNED, signers=line) == (["leo"], 0, 0, 0)


def test_a_forge_speaks_for_several_people(keys):
    in_force = under(forges=(address("forge"),))
    statements = [
        said(signed(commit(identifier=one), keys, "forge"), in_force, address=address(one)) for one in ("leo", "oscar")
    ]
    assert counted(statements, level=Level.SIGNED, signers=keys.line("forge")) == (["leo", "oscar"], 0, 0, 0)
