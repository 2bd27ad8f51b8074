"""The glossary: the words of the field, as every page uses them."""

from dataclasses import dataclass

from site_builder import urls
from site_builder.model import Message, message
from site_builder.pages.page import Page, Part, home_crumb


@dataclass(frozen=True, slots=True)
class Term:
    """A word with its meaning; the anchor is permanent."""

    anchor: str
    name: Message
    meaning: Message


TERMS: tuple[Term, ...] = (
    Term(
        "section",
        message("Section"),
        message("A part of the rule book. Most have points: they start from these and lose what is deducted inside."),
    ),
    Term("item", message("Item"), message("What is assessed: one line of the rule book, with its clauses beside it.")),
    Term(
        "clause",
        message("Clause"),
        message("The words that say what is deducted, for what, and how often: “each time 0.5”, “at most 2”."),
    ),
    Term(
        "assessor",
        message("Assessor"),
        message("The department that assesses an item: it records what happened and answers objections."),
    ),
    Term(
        "incident",
        message("Incident"),
        message("Something that happened to a department under a clause, as a record with its date and evidence."),
    ),
    Term(
        "gross-deduction",
        message("Gross deduction"),
        message("The clause's amount times what was counted: 0.5 for each of 3 days is 1.5. Limits come afterwards."),
    ),
    Term(
        "counted-deduction",
        message("Counted deduction"),
        message("What is left of the gross deduction after repetition and limits. Only this lowers the score."),
    ),
    Term(
        "repetition",
        message("Repetition"),
        message("Some clauses charge an item once a year; of the incidents of one case, some count the highest alone."),
    ),
    Term(
        "limit",
        message("Limit"),
        message(
            "The most that a clause or a section deducts in a year. Earlier incidents are counted first; one that no "
            "longer fits counts what is left."
        ),
    ),
    Term(
        "score",
        message("Score"),
        message(
            "A section's points less the counted deductions: never below 0. A section without points only deducts, "
            "and reports the deductions as they stand."
        ),
    ),
    Term(
        "discretionary",
        message("Discretionary deduction"),
        message("The clause names no amount: the assessor sets it, and states the reason in the record."),
    ),
    Term(
        "interpretation",
        message("Interpretation"),
        message("How words that leave something open are read. All are in the register of interpretations."),
    ),
    Term(
        "example",
        message("Example"),
        message("A made-up incident with its deduction. Every example is computed anew whenever the site is built."),
    ),
    Term(
        "evidence",
        message("Evidence"),
        message("The documents that prove an incident, quoted by their numbers."),
    ),
    Term(
        "appeal",
        message("Objection"),
        message("An objection of the department. It is shown with the record from its filing to its outcome."),
    ),
    Term(
        "withdrawal",
        message("Withdrawal"),
        message("A record that was wrong is withdrawn: it stays, with the reason, and deducts nothing."),
    ),
    Term(
        "approval",
        message("Approval"),
        message(
            "Somebody other than the author approves exactly these words. Where approvals are demanded, a record "
            "without them is pending and deducts nothing."
        ),
    ),
    Term(
        "commit",
        message("Commit"),
        message("A step of the site's history: who changed what, and when. Its number proves it."),
    ),
)


def glossary_page() -> Page:
    """The page of the terms, in the order in which a reader meets them."""
    return Page(
        urls.GLOSSARY,
        "glossary.html",
        {
            "title": message("Glossary"),
            "crumbs": (home_crumb(),),
            "terms": TERMS,
            "parts": tuple(Part(one.anchor, one.name) for one in TERMS),
        },
    )
