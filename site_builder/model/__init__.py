"""The words of the field as frozen values; they know nothing of files, git or HTML."""

from site_builder.model.amounts import EXACT, ZERO, plain
from site_builder.model.identifiers import LONGEST, is_identifier
from site_builder.model.ledger import Entry, Ledger, Rule, SectionScore, Step
from site_builder.model.messages import Message, message
from site_builder.model.problems import Origin, Place, Problem, Severity, has_error, in_order
from site_builder.model.publication import Column, DataFile
from site_builder.model.record import (
    Appeal,
    Department,
    Incident,
    Measurement,
    Reading,
    Withdrawal,
)
from site_builder.model.scheme import (
    FRACTIONAL,
    UNCOUNTED,
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    Effect,
    Example,
    FixedDeduction,
    Given,
    Interpretation,
    Item,
    Kind,
    Measure,
    Scheme,
    Section,
)
from site_builder.model.site import LANGUAGES, Prose, Settings, Site, Sources, Year

__all__ = [
    "EXACT",
    "FRACTIONAL",
    "LANGUAGES",
    "LONGEST",
    "UNCOUNTED",
    "ZERO",
    "Appeal",
    "Clause",
    "Column",
    "Cumulation",
    "DataFile",
    "Department",
    "DiscretionaryDeduction",
    "Effect",
    "Entry",
    "Example",
    "FixedDeduction",
    "Given",
    "Incident",
    "Interpretation",
    "Item",
    "Kind",
    "Ledger",
    "Measure",
    "Measurement",
    "Message",
    "Origin",
    "Place",
    "Problem",
    "Prose",
    "Reading",
    "Rule",
    "Scheme",
    "Section",
    "SectionScore",
    "Settings",
    "Severity",
    "Site",
    "Sources",
    "Step",
    "Withdrawal",
    "Year",
    "has_error",
    "in_order",
    "is_identifier",
    "message",
    "plain",
]
