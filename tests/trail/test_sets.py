"""A set of files comes into force as a whole: by hand-made changes, and what is approved of them."""

import pytest

from site_builder.model import PUBLICATION, SETTINGS
from site_builder.trail.sets import FileSet


def changed(*changes, in_force=None):
    """A set in which some contents are in force since place 0, and others come to stand from place 1 on."""
    files = FileSet()
    files.stand(0, in_force or {})
    files.take_over(0)
    for at, change in enumerate(changes, 1):
        files.stand(at, change)
    return files


def judged(files, *approved, earlier=True):
    """What is in force after a judgement at place 9, where these contents are approved."""
    files.judge(9, lambda content: content in approved, earlier)
    return files.in_force


BEFORE = {"a": "a1", "b": "b1"}
CASES = {
    "nothing is approved": ([{"a": "a2"}], [], BEFORE),
    "nothing of several changes is": ([{"a": "a2"}, {"b": "b2"}, {"c": "c1"}], [], BEFORE),
    "all is approved": ([{"a": "a2"}, {"b": "b2"}], [("a", "a2"), ("b", "b2")], {"a": "a2", "b": "b2"}),
    "only the first of two changes is": ([{"a": "a2"}, {"b": "b2"}], [("a", "a2")], {"a": "a2", "b": "b1"}),
    "only the first of three changes is": (
        [{"a": "a2"}, {"b": "b2"}, {"c": "c1"}],
        *([("a", "a2")], {"a": "a2", "b": "b1"}),
    ),
    "only the first two of three changes are": (
        [{"a": "a2"}, {"b": "b2"}, {"c": "c1"}],
        *([("a", "a2"), ("b", "b2")], {"a": "a2", "b": "b2"}),
    ),
    "only the second is: no state has it alone": ([{"a": "a2"}, {"b": "b2"}], [("b", "b2")], BEFORE),
    "one file of a change is": ([{"a": "a2", "b": "b2"}], [("a", "a2")], BEFORE),
    "what is back in force needs nothing": (
        [{"a": "a2"}, {"a": "a1", "c": "c1"}],
        [("c", "c1")],
        {**BEFORE, "c": "c1"},
    ),
    "a removal is approved": ([{"a": None}], [("a", None)], {"b": "b1"}),
    "a removal is not": ([{"a": None}], [], BEFORE),
}


@pytest.mark.parametrize("changes, approved, in_force", CASES.values(), ids=CASES)
def test_the_newest_state_of_which_all_is_approved(changes, approved, in_force):
    assert judged(changed(*changes, in_force=BEFORE), *approved) == in_force


def test_earlier_states_are_looked_at_only_where_asked_for():
    files = changed({"a": "a2"}, {"b": "b2"}, in_force=BEFORE)
    assert judged(files, ("a", "a2"), earlier=False) == BEFORE
    assert judged(files, ("a", "a2"), ("b", "b2"), earlier=False) == {"a": "a2", "b": "b2"}


def test_what_came_after_the_state_in_force_waits_on():
    files = changed({"a": "a2"}, {"b": "b2"}, {"c": "c1"}, in_force=BEFORE)
    judged(files, ("a", "a2"))
    assert files.pending == [{"b": ("b1", "b2")}, {"c": (None, "c1")}]
    assert judged(files, ("b", "b2")) == {"a": "a2", "b": "b2"}
    assert files.pending == [{"c": (None, "c1")}]


def test_only_what_changed_has_entered_anew():
    files = changed({"a": "a2", "c": "c1"}, {"b": None}, in_force=BEFORE)
    judged(files, ("a", "a2"), ("c", "c1"))
    assert files.entered == {"a": 9, "b": 0, "c": 9}
    judged(files, ("b", None))
    assert files.entered == {"a": 9, "b": 9, "c": 9}


def test_statements_on_other_contents_are_used_up():
    """What was said of the content that entered stays, and all that was said of files that stay."""
    files = changed({"a": "a2"}, in_force=BEFORE)
    for path, blob in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b2")):
        files.said[path][blob].append(f"{blob} is good")
    judged(files, ("a", "a2"))
    kept = {path: [one for said in every.values() for one in said] for path, every in files.said.items()}
    assert kept == {"a": ["a2 is good"], "b": ["b2 is good"]}
    assert files.said["a"]["anything"] == []


# The settings, which govern publication only where there is no file of its own for that

SETTLING = {
    "settings alone are approved": ([{SETTINGS: "s1"}], [(SETTINGS, "s1")], {SETTINGS: "s1"}),
    "settings alone are not": ([{SETTINGS: "s1"}], [], {}),
    "beside a publication nobody asks for the settings": (
        [{SETTINGS: "s1"}, {PUBLICATION: "p1"}],
        *([(PUBLICATION, "p1")], {PUBLICATION: "p1"}),
    ),
    "where that is only proposed they are asked for": ([{SETTINGS: "s1"}, {PUBLICATION: "p1"}], [], {}),
    "and are in force if they are approved": (
        [{SETTINGS: "s1"}, {PUBLICATION: "p1"}],
        *([(SETTINGS, "s1")], {SETTINGS: "s1"}),
    ),
    "where it is proposed and something else, too": (
        [{SETTINGS: "s1"}, {PUBLICATION: "p1"}, {PUBLICATION: "p2"}],
        *([(PUBLICATION, "p1")], {PUBLICATION: "p1"}),
    ),
}


@pytest.mark.parametrize("changes, approved, in_force", SETTLING.values(), ids=SETTLING)
def test_settings_and_publication(changes, approved, in_force):
    assert judged(changed(*changes), *approved) == in_force
