"""What was counted and why: every figure is a tree of steps that explains itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from site_builder.model.messages import Message


class Rule(StrEnum):
    """What a step did."""

    AMOUNT = "amount"
    UNIT = "unit"
    ONCE_PER_ITEM = "once-per-item"
    HIGHEST_PER_CASE = "highest-per-case"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Step:
    """A figure, the rule that made it, a sentence that says so, and the steps it was made from.

    `value` is in points (a count for the rule `unit`). A limit names the section or clause whose limit it is;
    `others` are the incidents that count in place of this one.
    """

    rule: Rule
    value: Decimal
    text: Message
    inputs: tuple["Step", ...] = ()
    section: str | None = None
    clause: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What one incident deducts: `gross` before repetition and limits, `counted` after them, in points."""

    incident: str
    department: str
    gross: Decimal
    counted: Decimal
    derivation: Step

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps from the amount to the counted figure, in the order of counting."""
        step, chain = self.derivation, [self.derivation]
        while step.rule is not Rule.AMOUNT:
            step = step.inputs[0]
            chain.append(step)
        return tuple(reversed(chain))


@dataclass(frozen=True, slots=True)
class SectionScore:
    """A department's standing in a section, in points. Without `points`, `score` is −`deducted`."""

    section: str
    points: Decimal | None
    deducted: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """All figures of a year: entries by incident id in the order of counting; scores by department and section."""

    entries: Mapping[str, Entry]
    scores: Mapping[str, Mapping[str, SectionScore]]
