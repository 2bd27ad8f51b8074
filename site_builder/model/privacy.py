"""What looks like a person in a text, and what of it is allowed by name."""

from dataclasses import dataclass, field
from enum import StrEnum

from site_builder.model.problems import Origin
from site_builder.model.scheme import NOWHERE

ALLOWANCES = "criteria/personal-data.yaml"
"""The file that allows personal data by name; what lies below `criteria/` is approved like a rule."""

EVERYWHERE = "everywhere"
"""In an allowance, in place of a path."""


class Personal(StrEnum):
    """A kind of personal data."""

    ID_NUMBER = "id-number"
    BANK_CARD = "bank-card"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Finding:
    """What looks like a person: its kind, and where in the text it begins and ends; of a name without its title."""

    kind: Personal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """Personal data that may be published: exactly these words, in one file (its path) or `EVERYWHERE`, and why."""

    kind: Personal
    words: str
    where: str
    reason: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
