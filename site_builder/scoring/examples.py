"""The rule book's own examples, run: an example that does not hold is a problem of the rule book."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext

from site_builder.model import EXACT, ZERO, Example, Given, Incident, Problem, Scheme, message
from site_builder.scoring.score import score

_DEPARTMENT = "example"


def failing_examples(scheme: Scheme) -> tuple[Problem, ...]:
    """A problem `wrong-example` for each example whose incidents do not deduct what it says."""
    return tuple(_wrong(example, actual) for example, actual in _outcomes(scheme) if actual != example.deducts)


def _outcomes(scheme: Scheme) -> Iterator[tuple[Example, Decimal]]:
    for example in scheme.examples:
        incidents = [_incident(scheme, given, number) for number, given in enumerate(example.given, 1)]
        ledger = score(scheme, (), incidents)  # the incidents alone: nobody's standing is asked
        with localcontext(EXACT):
            yield example, sum((entry.counted for entry in ledger.entries.values()), ZERO)


def _incident(scheme: Scheme, given: Given, number: int) -> Incident:
    """The imagined incident; its number is its place in the order of counting."""
    return Incident(
        id=f"{number:04}",
        department=_DEPARTMENT,
        criterion=given.item,
        clause=given.clause,
        date=date(scheme.year, 1, 1),
        counts=given.counts,
        case=given.case,
        deduction=given.deduction,
    )


def _wrong(example: Example, actual: Decimal) -> Problem:
    return Problem(
        example.origin.of("deducts"),
        "wrong-example",
        message("The example says {stated}, the rules deduct {actual}", stated=example.deducts, actual=actual),
        message("Correct the example, or the amount, units or limit of the clause"),
    )
