"""The second implementation of the trail is itself right: by hand, and by rows of the table of attacks."""

import subprocess

import pytest

from tests.trail import naive
from tests.trail.histories import Approve, Decide, Erase, Exchange, History, Merge, Move, Push, Record, Revert, Write
from tests.trail.table import ROWS
from tests.trail.test_attacks import CONDUCT_FILE
from tests.trail.world import PATHS

ROWS_FOR_THIS = (
    *("squash_by_a_forge", "merge_by_a_forge_with_a_trailer", "second_approver_after_one_who_does_not_count"),
    *("octopus_merge_first_branch", "criss_cross_merges", "rebased_before_the_merge", "main_only_at_the_origin"),
    *("policy_widened_in_the_same_change", "policy_widened_with_one_approval_of_two", "policy_put_back"),
    *("policy_deleted_and_written_anew", "two_approvals_demanded_later", "the_same_person_twice", "former_assessor"),
    *("assessor_changed_later", "removed_approver_rolled_back", "main_renamed_in_good_order", "co_author_merges"),
    *("amended_twice_from_the_approvers_words", "deleted_and_recorded_anew", "own_words_under_another_id"),
    *("approved_content_copied", "renamed_to_another_id_and_approved", "evil_merge_approved_by_the_merger"),
    *("removed_approver_approves_before_she_exchanges_the_line", "branch_from_before_the_policy", "foxtrot"),
    *("malformed_statements", "trailer_among_words"),
    *("author_hidden_in_the_name", "two_authors_in_the_header", "replaced_commit", "graft", "level_raised"),
    *("forge_pressed_the_merge", "key_revoked_later", "key_revoked_before", "back_dated_line_after_revocation"),
    *("one_key_under_two_names_in_a_trailer", "signed_for_other_uses", "two_signatures", "key_for_other_uses"),
    *("level_raised_after_a_signed_merge", "signature_of_another_commit", "recording_signed_by_nobody"),
)
"""Rows that agree with the design, of each kind some."""


@pytest.mark.parametrize("row", [row for row in ROWS if row.build.__name__ in ROWS_FOR_THIS], ids=str)
def test_a_row_of_the_table(row, bases, tmp_path):
    repo = bases[row.level].copy(tmp_path / "site")
    found = naive.verify(row.build(repo) or repo.folder)
    said = {**found.incidents, **found.criteria}.get(row.of)
    assert (said, found.level) == (row.verdict, row.shown_level or row.level), row.why


def test_every_row_is_there():
    assert set(ROWS_FOR_THIS) <= {row.build.__name__ for row in ROWS}


# By hand: these actions, and this verdict

WRITTEN = Write("rita", "main", "0001", "two")
AMENDED = Write("rita", "main", "0001", "three")
IN_FORCE = Record("0001", "two", "olivia")

EXAMPLES = {
    "a merge by an approver": ([IN_FORCE], "0001", "approved"),
    "what is back in force needs nothing": ([IN_FORCE, AMENDED, Revert("mallory", "main", 1)], "0001", "approved"),
    "what was replaced needs new approvals": (
        [IN_FORCE, AMENDED, Approve("oscar", "main", "0001"), Write("rita", "main", "0001", "two")],
        *("0001", "pending"),
    ),
    "who brings it back is a writer": (
        [
            *(IN_FORCE, AMENDED, Approve("oscar", "main", "0001")),
            *(Write("olivia", "main", "0001", "two"), Approve("olivia", "main", "0001")),
        ],
        *("0001", "pending"),
    ),
    "an amendment of what was approved is not its writers'": (
        [
            *(Write("olivia", "main", "0001", "two"), Approve("oscar", "main", "0001")),
            *(AMENDED, Approve("olivia", "main", "0001")),
        ],
        *("0001", "approved"),
    ),
    "an amendment of a proposal is": (
        [Write("olivia", "main", "0001", "two"), AMENDED, Approve("olivia", "main", "0001")],
        *("0001", "pending"),
    ),
    "other white space under another number": (
        [
            Write("olivia", "main", "0001", "two"),
            Write("rita", "main", "0002", "two, spaced"),
            Approve("olivia", "main", "0002"),
        ],
        *("0002", "pending"),
    ),
    "an approval in place of what is not in force": (
        [IN_FORCE, AMENDED, Approve("oscar", "main", "0001", replaces=0)],
        *("0001", "pending"),
    ),
    "an approval in place of what is": (
        [IN_FORCE, AMENDED, Approve("oscar", "main", "0001", replaces=1)],
        "0001",
        "approved",
    ),
    "a removal that nobody approved": ([IN_FORCE, Erase("mallory", "main", "0001")], "0001", "pending"),
    "a removal that was approved": (
        [IN_FORCE, Erase("rita", "main", "0001"), Approve("oscar", "main", "0001")],
        *("0001", None),
    ),
    "a removal on the way needs a new approval the second time": (
        [
            *(IN_FORCE, Erase("rita", "main", "0001"), Approve("oscar", "main", "0001"), WRITTEN),
            *(Approve("oscar", "main", "0001"), Erase("rita", "main", "0001")),
        ],
        *("0001", "pending"),
    ),
    "a new number is one step": (
        [IN_FORCE, Move("rita", "main", "0001", "0002"), Approve("oscar", "main", "0002")],
        *("0001", None),
    ),
    "a new number that nobody approved": ([IN_FORCE, Move("rita", "main", "0001", "0002")], "0001", "pending"),
    "an item charged before asks its assessor too": (
        [
            Decide("study", "base"),
            Decide("conduct", "of the library"),
            *(Record("0001", "two", "leo"), Write("rita", "main", "0001", "study"), Approve("olivia", "main", "0001")),
        ],
        *("0001", "pending"),
    ),
    "both assessors": (
        [
            *(Decide("conduct", "of the library"), Record("0001", "two", "leo")),
            *(
                Write("rita", "main", "0001", "study"),
                Approve("olivia", "main", "0001"),
                Approve("leo", "main", "0001"),
            ),
        ],
        *("0001", "approved"),
    ),
    "a table by who assesses what it measures": ([Record("table", "70", "leo")], "table", "approved"),
    "a table by another office": ([Record("table", "70", "olivia")], "table", "pending"),
    "a set enters in its newest state of which all is approved": (
        [
            *(Write("rita", "main", "conduct", "dearer"), Write("rita", "main", "study", "dearer")),
            *(Approve("pia", "main", "conduct"), Approve("paul", "main", "conduct")),
        ],
        *("conduct", "approved"),
    ),
    "a set does not enter in a state that never was": (
        [
            *(Write("rita", "main", "study", "dearer"), Write("rita", "main", "conduct", "dearer")),
            *(Approve("pia", "main", "conduct"), Approve("paul", "main", "conduct")),
        ],
        *("conduct", "pending"),
    ),
    "rules are taken over where the level is raised": ([Decide("policy", "signed")], "conduct", "pending"),
    "records need what is demanded today": ([IN_FORCE, Decide("policy", "two")], "0001", "pending"),
    "who was relieved stays so on an exchanged line": (
        [
            *(Write("rita", "fox", "0002", "two"), Decide("policy", "no olivia")),
            *(Exchange("mallory", "fox", "ours"), IN_FORCE),
        ],
        *("0001", "pending"),
    ),
    "a merge that takes up what the branch did not write": (
        [
            *(IN_FORCE, Write("rita", "topic", "0002", "two"), AMENDED, Approve("oscar", "main", "0001")),
            *(Merge("olivia", "main", ("topic",), "theirs"), Push("topic")),
        ],
        *("0001", "pending"),
    ),
}


@pytest.mark.parametrize("actions, what, verdict", EXAMPLES.values(), ids=list(EXAMPLES))
def test_by_hand(actions, what, verdict, keys, tmp_path):
    History("reviewed", tuple(actions)).build(tmp_path / "site", keys)
    found = naive.verify(tmp_path / "site")
    assert {**{f"2021-{n}": None for n in ("0001", "0002")}, **found.incidents, **found.criteria, **found.tables}.get(
        f"2021-{what}" if what.isdigit() else PATHS[what]
    ) == verdict


@pytest.mark.parametrize("level", ["reviewed", "signed"])
def test_a_shallow_clone(level, keys, tmp_path):
    History(level, (IN_FORCE,)).build(tmp_path / "site", keys)
    url = (tmp_path / "site").as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", "1", url, tmp_path / "clone"], check=True, capture_output=True)
    found = naive.verify(tmp_path / "clone")
    assert found.level == level
    assert (found.incidents["2021-0001"], found.criteria[CONDUCT_FILE]) == ("unknown", "unknown")


def test_the_repositories_are_sound(keys, tmp_path):
    """What is written without git, git reads without a complaint."""
    History("signed", (IN_FORCE, Decide("study", "dearer"))).build(tmp_path / "site", keys)
    subprocess.run(["git", "-C", tmp_path / "site", "fsck", "--strict", "--no-dangling"], check=True)
