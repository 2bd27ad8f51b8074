"""What one state of the rules has and the next has not: who loses which right, and what a policy is without it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import SIGNERS, Delegate, Level, Policy, Requirement
from site_builder.trail.rights import Taken, entitled, taken, without
from site_builder.trail.statements import InForce

OLIVIA, PAUL, RITA = "olivia@example.org", "paul@example.org", "rita@example.org"
FORGE = "forge@example.org"
KINDS = ("incidents", "criteria", "departments", "publication", "exemptions", "theme")
OWN = ("departments", "publication", "exemptions", "theme")
"""The kinds that need what the criteria need where the policy has no line of their own."""

WHOLE = Policy(
    level=Level.REVIEWED,
    approvers={"office": (OLIVIA, PAUL), "law": (PAUL,)},
    delegates={"office": (Delegate(RITA, date(2021, 1, 1), date(2021, 1, 31)),)},
    forges=(FORGE,),
    **dict.fromkeys(KINDS, Requirement(2, ("office", "law"))),
)
"""A policy that says everything: a case below changes one thing in it."""


def lost(before, after):
    """What was taken away from one policy to the next, where nothing else changed."""
    return taken(InForce({}, before), InForce({}, after), {}, (frozenset(), frozenset()))


def lost_lines(before, after):
    """The lines of signers that were taken away from one list to the next; None is no list."""
    lists = {name: data for name, data in (("old", before), ("new", after)) if data is not None}
    states = [InForce({SIGNERS: name} if name in lists else {}, WHOLE) for name in ("old", "new")]
    gone = taken(*states, lists, (frozenset(), frozenset()))
    assert gone == Taken(lines=gone.lines)
    return gone.lines


def own(kind, approvals=2, by=("office", "law")):
    """The whole policy with another requirement for one kind."""
    return replace(WHOLE, **{kind: Requirement(approvals, by)})


# What was taken away


LESS = {
    "nothing": (WHOLE, WHOLE, Taken()),
    "an approver": (
        WHOLE,
        replace(WHOLE, approvers={"office": (PAUL,), "law": (PAUL,)}),
        Taken(people=frozenset({("office", OLIVIA)})),
    ),
    "an approver of two offices, from one": (
        WHOLE,
        replace(WHOLE, approvers={"office": (OLIVIA, PAUL)}),
        Taken(people=frozenset({("law", PAUL)})),
    ),
    "an approver, written otherwise": (
        WHOLE,
        replace(WHOLE, approvers={"office": ("Olivia@Example.ORG", PAUL), "law": (PAUL,)}),
        Taken(),
    ),
    "somebody who stands in": (WHOLE, replace(WHOLE, delegates={}), Taken(people=frozenset({("office", RITA)}))),
    "somebody who stands in, written otherwise": (
        WHOLE,
        replace(WHOLE, delegates={"office": (Delegate(RITA.upper()),)}),
        Taken(),
    ),
    "a forge": (WHOLE, replace(WHOLE, forges=()), Taken(forges=frozenset({FORGE}))),
    "a forge, written otherwise": (WHOLE, replace(WHOLE, forges=(FORGE.upper(),)), Taken()),
    "a lower level": (WHOLE, replace(WHOLE, level=Level.SIGNED), Taken(level=Level.SIGNED)),
    "a higher level": (replace(WHOLE, level=Level.SIGNED), WHOLE, Taken()),
    "what was given": (
        Policy(Level.REVIEWED, criteria=Requirement(2, ()), incidents=Requirement(2, ())),
        WHOLE,
        Taken(),
    ),
    "two numbers": (
        WHOLE,
        replace(WHOLE, incidents=Requirement(4, ("office", "law")), criteria=Requirement(3, ("office", "law"))),
        Taken(least=(("criteria", 3), ("incidents", 4))),
    ),
    "the number of all that has no line of its own": (
        Policy(criteria=Requirement(1, ("office",))),
        Policy(criteria=Requirement(2, ("office",))),
        Taken(least=tuple((kind, 2) for kind in sorted({*OWN, "criteria"}))),
    ),
}


@pytest.mark.parametrize(("before", "after", "gone"), LESS.values(), ids=LESS)
def test_taken(before, after, gone):
    assert lost(before, after) == gone


@pytest.mark.parametrize("kind", KINDS)
def test_taken_from_a_kind(kind):
    """A number that was raised and an office that was taken away are those of the kind alone."""
    assert lost(WHOLE, own(kind, 3)) == Taken(least=((kind, 3),))
    assert lost(WHOLE, own(kind, 1)) == Taken()
    assert lost(WHOLE, own(kind, by=("office",))) == Taken(offices=frozenset({(kind, "law")}))


SIGNED = {
    "nothing": (b"olivia KEY\npaul KEY\n", b"olivia KEY\npaul KEY\n", set()),
    "a line": (b"olivia KEY\npaul KEY\n", b"olivia KEY\n", {b"paul KEY"}),
    "a line, another order": (b"olivia KEY\npaul KEY\nrita KEY\n", b"rita KEY\nolivia KEY\n", {b"paul KEY"}),
    "a key": (b"olivia KEY\npaul KEY\n", b"olivia KEY\npaul OTHER\n", {b"paul KEY"}),
    "the space around a line": (b"  olivia KEY\r\npaul KEY\n", b"olivia KEY\n\tpaul KEY \n", set()),
    "a line more": (b"olivia KEY\n", b"olivia KEY\npaul KEY\n", set()),
    "the first list": (None, b"olivia KEY\n", set()),
    "the list": (b"olivia KEY\npaul KEY\n", None, {b"olivia KEY", b"paul KEY"}),
    "no list": (None, None, set()),
}


@pytest.mark.parametrize(("before", "after", "lines"), SIGNED.values(), ids=SIGNED)
def test_taken_from_the_signers(before, after, lines):
    assert lost_lines(before, after) == lines


def test_taken_from_assessors():
    """Who assessed an item and does so no more; not who does so now."""
    old, new = frozenset({(2021, "conduct.late", "office")}), frozenset({(2021, "conduct.late", "law")})
    assert taken(InForce({}, WHOLE), InForce({}, WHOLE), {}, (old, new)) == Taken(assessors=old)


def test_entitled():
    """Approvers, and who stands in at whatever time, in the one spelling in which addresses are compared."""
    policy = Policy(
        approvers={"office": ("Olivia@Example.org",), "law": ()},
        delegates={"office": (Delegate("RITA@example.org", last=date(1999, 1, 1)),), "club": (Delegate(PAUL),)},
    )
    assert entitled(policy) == {("office", OLIVIA), ("office", RITA), ("club", PAUL)}


# What is left


def test_without_people():
    """Who was taken from an office speaks for it no more, as approver or standing in; for other offices they do."""
    policy = replace(
        WHOLE,
        approvers={"office": ("Olivia@example.org", PAUL), "law": (OLIVIA,)},
        delegates={"office": (Delegate(RITA), Delegate("OLIVIA@example.org")), "law": (Delegate(RITA),)},
    )
    assert without(policy, Taken(people=frozenset({("office", OLIVIA), ("law", RITA)}))) == replace(
        policy,
        approvers={"office": (PAUL,), "law": (OLIVIA,)},
        delegates={"office": (Delegate(RITA),), "law": ()},
    )


def test_without_forges():
    policy = replace(WHOLE, forges=("Forge@example.org", "other@example.org"))
    assert without(policy, Taken(forges=frozenset({FORGE}))) == replace(policy, forges=("other@example.org",))


@pytest.mark.parametrize(
    ("level", "least", "found"),
    [
        (Level.RECORDED, Level.REVIEWED, Level.REVIEWED),
        (Level.REVIEWED, Level.SIGNED, Level.SIGNED),
        (Level.SIGNED, Level.REVIEWED, Level.SIGNED),
    ],
)
def test_without_a_lower_level(level, least, found):
    policy = replace(WHOLE, level=level)
    assert without(policy, Taken(level=least)) == replace(policy, level=found)


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_office_or_a_number(kind):
    """What a kind of source needs changes for this kind alone, and a number never falls."""
    assert without(WHOLE, Taken(offices=frozenset({(kind, "law")}))) == own(kind, by=("office",))
    assert without(WHOLE, Taken(least=((kind, 3),))) == own(kind, 3)
    assert without(WHOLE, Taken(least=((kind, 1),))) == WHOLE


@pytest.mark.parametrize("kind", OWN)
def test_without_what_was_taken_from_a_kind_alone(kind):
    """A kind that needs what the criteria need loses what was taken from it alone; the criteria lose nothing."""
    policy = replace(WHOLE, **{kind: None})
    left = without(policy, Taken(offices=frozenset({(kind, "law")}), least=((kind, 3),)))
    assert left.requirement(kind) == Requirement(3, ("office",))
    assert left.criteria == policy.criteria


@pytest.mark.parametrize(
    "gone", [Taken(lines=frozenset({b"paul KEY"})), Taken(assessors=frozenset({(2021, "a", "b")}))]
)
def test_without_what_no_policy_has(gone):
    """Lines of signers and assessors stand in other files."""
    assert without(WHOLE, gone) == WHOLE


# Both together


ONE = Taken(
    frozenset({("office", OLIVIA)}),
    frozenset({FORGE}),
    frozenset({b"olivia KEY"}),
    frozenset({("theme", "law")}),
    frozenset({(2021, "conduct.late", "law")}),
    Level.REVIEWED,
    (("criteria", 2), ("incidents", 3)),
)
OTHER = Taken(
    frozenset({("office", PAUL)}),
    frozenset({"other@example.org"}),
    frozenset({b"paul KEY"}),
    frozenset({("theme", "office")}),
    frozenset({(2022, "conduct.late", "law")}),
    Level.SIGNED,
    (("departments", 2), ("incidents", 2)),
)
BOTH = Taken(
    frozenset({("office", OLIVIA), ("office", PAUL)}),
    frozenset({FORGE, "other@example.org"}),
    frozenset({b"olivia KEY", b"paul KEY"}),
    frozenset({("theme", "law"), ("theme", "office")}),
    frozenset({(2021, "conduct.late", "law"), (2022, "conduct.late", "law")}),
    Level.SIGNED,
    (("criteria", 2), ("departments", 2), ("incidents", 3)),
)


def test_both_together():
    assert ONE | OTHER == OTHER | ONE == BOTH


@pytest.mark.parametrize(
    ("gone", "nothing"),
    [
        (Taken(), True),
        (Taken() | Taken(), True),
        (Taken(lines=frozenset({b"paul KEY"})), False),
        (Taken(level=Level.REVIEWED), False),
        (ONE, False),
    ],
)
def test_nothing(gone, nothing):
    assert gone.nothing is nothing


# What holds of all of them

addresses = st.sampled_from([OLIVIA, PAUL, RITA, "Olivia@Example.org", "RITA@example.org"])
offices = st.sampled_from(["office", "law", "club"])
some_addresses = st.lists(addresses, max_size=3, unique=True).map(tuple)
requirements = st.builds(Requirement, st.integers(1, 4), st.lists(offices, max_size=3, unique=True).map(tuple))
policies = st.builds(
    Policy,
    level=st.sampled_from(Level),
    approvers=st.dictionaries(offices, some_addresses),
    delegates=st.dictionaries(offices, st.lists(st.builds(Delegate, addresses), max_size=2).map(tuple)),
    forges=some_addresses,
    incidents=requirements,
    criteria=requirements,
    **dict.fromkeys(OWN, st.none() | requirements),
)
lists = st.lists(st.sampled_from([b"olivia KEY", b"paul KEY", b"rita KEY"])).map(b"\n".join)
assessing = st.frozensets(st.tuples(st.sampled_from([2021, 2022]), st.just("conduct.late"), offices))
states = st.tuples(policies, lists, assessing)


@st.composite
def takings(draw):
    """What was taken away from one state to another."""
    (before, old, had), (after, new, has) = draw(states), draw(states)
    under = InForce({SIGNERS: "old"}, before), InForce({SIGNERS: "new"}, after)
    return taken(*under, {"old": old, "new": new}, (had, has))


@given(policies, lists, assessing)
def test_nothing_is_taken_where_nothing_changes(policy, signers, had):
    state = InForce({SIGNERS: "list"}, policy)
    assert taken(state, state, {"list": signers}, (had, had)).nothing


@given(policies)
def test_without_nothing(policy):
    assert without(policy, Taken()) == policy


@given(policies, takings())
def test_what_was_taken_is_not_there(policy, gone):
    """Whatever the policy, and whoever wrote it: and nothing else is gone from it."""
    left = without(policy, gone)
    assert entitled(left) == entitled(policy) - gone.people
    assert lost(policy, left).forges <= gone.forges
    assert not lost(left, policy).forges
    for kind in KINDS:
        was, now = policy.requirement(kind), left.requirement(kind)
        assert now.approvals == max(was.approvals, dict(gone.least).get(kind, 0))
        assert now.by == tuple(office for office in was.by if (kind, office) not in gone.offices)
    assert left.level in (policy.level, gone.level)


@given(policies, policies)
def test_no_right_comes_back(before, after):
    """To take away what one step took away leaves nobody with more than who has it after the step."""
    left = without(before, lost(before, after))
    again = lost(left, after)
    assert again.nothing


@given(policies, takings(), takings())
def test_together_or_one_after_the_other(policy, one, other):
    """In whatever order, together or again: it is the same."""
    assert without(without(policy, one), other) == without(policy, one | other)
    assert without(without(policy, one), one) == without(policy, one)


@given(takings(), takings(), takings())
def test_joining(one, two, three):
    assert one | two == two | one
    assert (one | two) | three == one | (two | three)
    assert one | one == one | Taken() == one
