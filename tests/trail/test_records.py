"""The state in force of single records, by tiny histories that are values: no git, no files, no real formats.

A content is a few words, of which the first is the item that an incident charges; a rule file is the name of a table of
items and who assesses them. Olivia and Oscar speak for the office, Leo for the library; Rita and Mallory for nobody.
"""

from dataclasses import dataclass, field, replace

import pytest

from site_builder.model import ASSESSOR, Charge, Level, Policy, Requirement, Rules
from site_builder.trail.commits import Commit, Person
from site_builder.trail.history import Change, History
from site_builder.trail.line import Line, Readers
from site_builder.trail.records import Charges, Life, Records
from tests.trail.repositories import START, address

ONE, TWO = "incidents/2021/2021-0001.md", "incidents/2021/2021-0002.md"
MOVED = "incidents/2021/spring/2021-0001.md"
TABLE = "incidents/2021/measurements/spending.csv"
ANOTHER_TABLE = "incidents/spring/measurements/spending.csv"
RULES, POLICY = "criteria/2021/conduct.yaml", "criteria/approvals.yaml"

BOOKS = {
    "rules": {"absence": "office", "plan": "library"},
    "rules of the library": {"absence": "library", "plan": "library"},
    "rules with more": {"absence": "office", "plan": "library", "late": "office", "budget": "office"},
    "rules with much": {name: name for name in ("h", "c", "a", "f", "b", "g", "e", "d")},
    "rules without absence": {"plan": "library"},
}
"""Who assesses which item; a book that has `budget` charges it by the table, and the one with much all its items."""

POLICIES = {
    "policy": Policy(
        Level.REVIEWED,
        criteria=Requirement(1, ("party",)),
        approvers={
            "office": (address("olivia"), address("oscar")),
            "library": (address("leo"),),
            "party": (address("pia"),),
        },
    ),
}
POLICIES["policy by the party"] = Policy(
    Level.REVIEWED,
    incidents=Requirement(1, ("party",)),
    criteria=Requirement(1, ("party",)),
    approvers=POLICIES["policy"].approvers,
)
POLICIES["signed policy"] = Policy(Level.SIGNED, approvers=POLICIES["policy"].approvers)


@dataclass(frozen=True)
class Step:
    """A commit on the line: who makes it, what it writes (None: removes), and who approves that, by its trailers.

    Or it changes nothing, and its author approves contents; each `in_place_of` another, where it says so. With a `side`
    it is a merge that brings this commit of a branch, of which it keeps nothing.
    """

    by: str
    writes: dict = field(default_factory=dict)
    approved_by: str = ""
    approves: dict = field(default_factory=dict)
    in_place_of: dict = field(default_factory=dict)
    side: "Step | None" = None


class Past:
    """A line whose first commit, at place 0, has a policy and rules; the first step is at place 1."""

    def __init__(self, *steps, policy="policy", book="rules", read=None, signature=None):
        self.commits, self.changes, self.blobs, self.fronts = {}, {}, {}, {}
        self.signature = signature
        files = {POLICY: policy, RULES: book}
        line = [self._commit("ruth", {}, files, "Found the site", ())]
        founding = dict(files)
        for step in steps:
            parents = line[-1:]
            if step.side:
                after = {**founding, **step.side.writes}
                parents.append(self._commit(step.side.by, founding, after, "On a branch", line[:1]))
            after = {**files, **step.writes}
            line.append(self._commit(step.by, files, after, _text(step), parents))
            files = after
        charges = Charges(read or (lambda front: Charge("library", front, "clause", False)))
        for content, front in self.fronts.items():
            charges.keep(content, front)
        readers = Readers(
            policy=lambda data: POLICIES[data.decode()],
            rules=lambda files, year: _rules(*files.values()),
            front=lambda data: None,
            charge=lambda front: None,
            fixed=lambda data, year: None,
            departments=lambda data, year: {},
        )
        history = History(line[-1], self.commits, self.changes, {}, True)
        self.line = Line(history, line, self.blobs, readers, "")
        self.records = Records(self.line, charges)

    def _commit(self, by, before, after, text, parents):
        name = f"{len(self.commits) + 1:040x}"
        who = Person(by.title(), address(by), START + len(self.commits) * 3600, 480)
        changed = [path for path in {**before, **after} if before.get(path) != after.get(path)]
        tree = repr(sorted((path, words) for path, words in after.items() if words))
        self.commits[name] = Commit(name, tree, tuple(parents), who, who, text, self.signature)
        self.changes[name] = tuple(Change(path, blob(before.get(path)), blob(after.get(path))) for path in changed)
        for path, words in after.items():
            if words:
                self.blobs[blob(words)] = words.encode()
                self.fronts[path.replace("/spring/2021", "/2021"), blob(words)] = (
                    None if words.startswith("broken") else words.split()[0]
                )
        return name

    def life(self, subject=ONE, level=Level.REVIEWED, number=1) -> Life:
        return self.records.life(subject, level, Requirement(number, (ASSESSOR,)))

    def entered(self, subject=ONE, number=1):
        """The words that came into force, each with the place at which it did."""
        return [(one.at, words_of(one.blob)) for one in self.life(subject, number=number).entered]

    def tally(self, words, subject=ONE):
        """Who approves a content at the end of the line, and how many statements are its authors' own."""
        found = self.records.tally(self.life(subject), blob(words), Level.REVIEWED)
        return [one.by.partition("@")[0] for one in found.approvals], found.own


def blob(words):
    """The id of a content."""
    return words and words.encode().hex().ljust(64, "0")


def words_of(name):
    return name and bytes.fromhex(name).rstrip(b"\0").decode()


def _text(step):
    lines = [f"Approved-by: X <{address(one)}>" for one in step.approved_by.split()]
    lines += [f"Approves: {blob(words) or '0' * 64} {path}" for path, words in step.approves.items()]
    lines += [f"Replaces: {blob(words) or '0' * 64} {path}" for path, words in step.in_place_of.items()]
    return "\n".join(["A step", "", *lines])


def _rules(book):
    items = BOOKS[book.decode()]
    tables = {TABLE: tuple(items) if len(items) > 4 else ("budget",)} if len(items) > 2 else {}
    return Rules(items, frozenset(items), tables)


def writes(by, words, approved_by="", path=ONE):
    return Step(by, {path: words}, approved_by)


def approves(by, words, path=ONE):
    return Step(by, approves={path: words})


def rules(book):
    return Step("rita", {RULES: book}, "pia")


# What comes into force, and where

HISTORIES = {
    "what nobody approved does not": ([writes("rita", "absence")], []),
    "what an approver's trailer is on": ([writes("rita", "absence", "olivia")], [(1, "absence")]),
    "its own author does not count": ([writes("olivia", "absence", "olivia")], []),
    "another office does not count": ([writes("rita", "absence", "leo")], []),
    "what is unreadable does not": ([writes("rita", "broken absence", "olivia")], []),
    "an amendment takes the place": (
        [writes("rita", "absence", "olivia"), writes("rita", "absence 2", "oscar")],
        [(1, "absence"), (2, "absence 2")],
    ),
    "an approved removal too": (
        [writes("rita", "absence", "olivia"), writes("rita", None), approves("oscar", None)],
        [(1, "absence"), (3, None)],
    ),
    "what stands no longer comes by a statement on it": (
        [
            *(writes("rita", "absence 1"), writes("rita", "absence 2"), writes("rita", "absence 3")),
            *(approves("mallory", "absence 3"), approves("olivia", "absence 1")),
        ],
        [(5, "absence 1")],
    ),
    "and the one after it waits for its own": (
        [
            *(writes("rita", "absence 1"), writes("rita", "absence 2"), writes("rita", "absence 3")),
            *(approves("mallory", "absence 3"), approves("olivia", "absence 1"), approves("oscar", "absence 2")),
        ],
        [(5, "absence 1"), (6, "absence 2")],
    ),
    "what was taken away before anybody approved it stays away": (
        [writes("rita", "absence"), writes("rita", None), approves("olivia", "absence")],
        [],
    ),
    "who wrote what is approved since may approve the next": (
        [writes("olivia", "absence 1", "oscar"), writes("rita", "absence 2", "olivia")],
        [(1, "absence 1"), (2, "absence 2")],
    ),
    "an item that changes hands needs both offices: the new one alone": (
        [writes("rita", "absence", "olivia"), writes("rita", "plan", "leo")],
        [(1, "absence")],
    ),
    "an item that changes hands needs both offices: the old one alone": (
        [writes("rita", "absence", "olivia"), writes("rita", "plan", "oscar")],
        [(1, "absence")],
    ),
    "an item that changes hands needs both offices: both": (
        [writes("rita", "absence", "olivia"), writes("rita", "plan", "leo oscar")],
        [(1, "absence"), (2, "plan")],
    ),
    "who assesses is said by the rules at the statement's parent": (
        [rules("rules of the library"), writes("rita", "absence", "olivia"), approves("leo", "absence")],
        [(3, "absence")],
    ),
}


@pytest.mark.parametrize("steps, entered", HISTORIES.values(), ids=HISTORIES)
def test_what_comes_into_force(steps, entered):
    assert Past(*steps).entered() == entered


def test_two_approvals_by_two_people():
    steps = writes("rita", "absence", "olivia"), approves("olivia", "absence"), approves("oscar", "absence")
    assert Past(*steps).entered(number=2) == [(3, "absence")]


# Statements that wait for rules

WAITING = {
    "the item is known at once where rules have it": (
        [writes("rita", "late", "olivia"), rules("rules with more")],
        [(2, "late")],
    ),
    "also where it no longer stands": (
        [writes("rita", "late", "olivia"), writes("mallory", "late, changed"), rules("rules with more")],
        [(3, "late")],
    ),
    "before the next step, which takes its place": (
        [
            *(writes("rita", "late 1", "olivia"), rules("rules with more"), writes("rita", "late 2")),
            Step("oscar", approves={ONE: "late 2"}, in_place_of={ONE: "late 1"}),
        ],
        [(2, "late 1"), (4, "late 2")],
    ),
    "also for the item of what it replaces": (
        [
            *(writes("rita", "absence", "olivia"), rules("rules without absence")),
            *(writes("rita", "plan", "leo oscar"), rules("rules")),
        ],
        [(1, "absence"), (4, "plan")],
    ),
    "not by another office": ([writes("rita", "late", "leo"), rules("rules with more")], []),
    "not where no rules ever have it": ([writes("rita", "never", "olivia"), rules("rules with more")], []),
}


@pytest.mark.parametrize("steps, entered", WAITING.values(), ids=WAITING)
def test_an_approval_waits_for_its_item(steps, entered):
    assert Past(*steps).entered() == entered


def test_an_approval_of_a_table_waits_for_rules_that_name_it():
    steps = writes("rita", "70", "olivia", path=TABLE), rules("rules with more")
    assert Past(*steps).entered(TABLE) == [(2, "70")]


def test_a_table_that_lies_in_no_year_is_charged_by_nothing():
    """Nobody assesses it; who approves all incidents can approve it."""
    steps = writes("rita", "70", "pia", path=ANOTHER_TABLE), writes("rita", "80", "olivia", path=ANOTHER_TABLE)
    assert Past(*steps).entered(ANOTHER_TABLE) == []
    assert Past(*steps, policy="policy by the party").entered(ANOTHER_TABLE) == [(1, "70")]


def test_what_cannot_be_read_is_approved_by_nobody():
    steps = writes("rita", "broken", "pia"), writes("rita", "broken", "pia", path=TABLE)
    past = Past(*steps, policy="policy by the party")
    assert (past.entered(), past.entered(TABLE)) == ([], [(2, "broken")])
    assert past.records.is_broken(ONE, blob("broken")) and not past.records.is_broken(TABLE, blob("broken"))


# Two files with one id

BOTH = Step("rita", {ONE: "absence 1", MOVED: "absence 2"}, "olivia")


def test_of_two_files_with_one_id_neither_comes_into_force():
    assert Past(BOTH).entered() == []


def test_one_of_two_files_comes_into_force_where_the_other_has_no_approval():
    assert Past(replace(BOTH, approved_by=""), approves("olivia", "absence 2")).entered() == [(2, "absence 2")]


def test_of_two_files_one_is_given_another_id():
    """The trailer is on the new id, and on the absence of the old one; the file that is left was approved before."""
    renumbered = Step("rita", {MOVED: None, TWO: "absence 2"}, "oscar")
    past = Past(BOTH, renumbered)
    assert (past.entered(), past.entered(TWO)) == ([(2, "absence 1")], [(2, "absence 2")])


@pytest.mark.parametrize(
    "later", [writes("mallory", "plan 2", "rita"), approves("rita", "plan")], ids=["trailer", "approve"]
)
def test_of_two_files_one_turns_out_to_be_the_approvers_own(later):
    """A merge shows that Olivia wrote one of them; the next statement on the record, whatever it says, finds that."""
    shown = Step("rita", {"notes.md": "seen"}, side=Step("olivia", {MOVED: "absence 2"}))
    past = Past(BOTH, Step("mallory", {ONE: "plan", MOVED: None}), shown, later)
    assert past.entered() == [(4, "absence 1")]


# Where a record lies


def test_a_record_lies_where_it_was_moved_to():
    past = Past(writes("rita", "absence", "olivia"), Step("mallory", {ONE: None, MOVED: "absence"}))
    assert (past.entered(), past.life().entered[0].path, past.life().path) == ([(1, "absence")], ONE, MOVED)


def test_a_record_of_which_nothing_is_known_lies_nowhere():
    assert Past().life() == Life(ONE, None, "", (), {}, {})


def test_a_removed_record_lay_where_it_was():
    past = Past(writes("rita", "absence", "olivia"), writes("rita", None), approves("oscar", None))
    assert (past.life().in_force, past.life().path) == (None, ONE)


# Levels


def test_at_recorded_a_record_lives_as_at_reviewed():
    """So does an approval in place of what is not in force: it is void."""
    void = Step("oscar", approves={ONE: "absence 2"}, in_place_of={ONE: "absence 3"})
    past = Past(writes("rita", "absence 1", "olivia"), writes("rita", "absence 2"), void)
    assert past.life(level=Level.RECORDED) is past.life()
    assert past.entered() == [(1, "absence 1")]


def test_at_signed_an_approval_needs_a_signature():
    assert Past(writes("rita", "absence", "olivia")).life(level=Level.SIGNED).entered == ()


def test_signatures_are_checked_all_at_once(monkeypatch):
    """What was checked before needs no ssh-keygen any more."""
    past = Past(writes("rita", "absence"), approves("olivia", "absence"), policy="signed policy", signature=b"none")
    past.records.check_signatures([ONE, TWO])
    monkeypatch.setenv("PATH", "")
    assert past.life(level=Level.SIGNED).entered == ()


# The tally at the end of the line

TALLIES = {
    "of nothing, where nothing was ever in force": ([], None, ([], 0)),
    "of what is in force": ([writes("rita", "absence", "olivia")], "absence", (["olivia"], 0)),
    "with who approves it later": (
        [writes("rita", "absence", "olivia"), approves("oscar", "absence")],
        *("absence", (["olivia", "oscar"], 0)),
    ),
    "its author's own statement stays one": (
        [writes("oscar", "absence", "olivia"), approves("oscar", "absence")],
        *("absence", (["olivia"], 1)),
    ),
    "of a proposal": (
        [writes("rita", "absence 1", "olivia"), writes("oscar", "absence 2")],
        *("absence 2", ([], 0)),
    ),
    "of a proposal, its author's own": (
        [writes("rita", "absence 1", "olivia"), writes("oscar", "absence 2", "oscar")],
        *("absence 2", ([], 1)),
    ),
    "of the third in force": (
        [
            *(writes("rita", f"absence {number}", "olivia") for number in (1, 2, 3)),
            approves("oscar", "absence 3"),
        ],
        *("absence 3", (["olivia", "oscar"], 0)),
    ),
    "of the step before, whose office has a say": (
        [writes("rita", "absence", "olivia"), writes("rita", "plan", "leo oscar"), approves("olivia", "plan")],
        *("plan", (["leo"], 0)),
    ),
    "of an item that no rules have": ([writes("rita", "never", "olivia")], "never", ([], 0)),
    "by rules of the last commit": (
        [writes("rita", "late", "olivia"), rules("rules with more")],
        *("late", (["olivia"], 0)),
    ),
}


@pytest.mark.parametrize("steps, words, tally", TALLIES.values(), ids=TALLIES)
def test_the_tally(steps, words, tally):
    assert Past(*steps).tally(words) == tally


# What a content charges, and who assesses that


@pytest.mark.parametrize(
    "subject, words, items",
    [
        (ONE, "absence", [(2021, "absence")]),
        (ONE, "broken", []),
        (ONE, None, []),
        (TABLE, "70", [(2021, "budget")]),
        (TABLE, None, []),
        (ANOTHER_TABLE, "70", []),
    ],
)
def test_items(subject, words, items):
    past = Past(writes("rita", "absence"), writes("rita", "broken"), book="rules with more")
    assert list(past.records.items(subject, blob(words), 2)) == items


def test_assessors_come_in_the_order_of_the_items():
    past = Past(book="rules with much")
    assert past.records.assessors(past.life(TABLE), blob("70")) == tuple("abcdefgh")


def test_assessors_are_those_of_the_last_rules():
    past = Past(writes("rita", "absence", "olivia"), rules("rules of the library"))
    assert past.records.assessors(past.life(), blob("absence")) == ("library",)


def test_what_a_front_matter_charges_is_read_once_or_never():
    """One that was read elsewhere is not read again."""
    read = []
    past = Past(writes("rita", "plan 1"), writes("rita", "plan 2"), writes("rita", "absence"), read=read.append)
    known = Charge("library", "absence", "clause", False)
    past.records.learn({"absence": known})
    charged = [past.records.charge(ONE, blob(words)) for words in ("plan 1", "plan 2", "absence", "unknown")]
    assert (charged, read) == ([None, None, known, None], ["plan"])
