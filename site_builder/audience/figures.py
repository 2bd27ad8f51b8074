"""What was counted, as the public may know it: every figure stays, and what explains it names nothing internal."""

from collections.abc import Iterator, Mapping

from site_builder.audience.hidden import Hidden
from site_builder.model import ZERO, Entry, Ledger, Message, Rule, Scheme, Section, SectionScore, Step, Year, message

_ELSEWHERE = message("a record that is not published")
_UNTOLD = "—"
_VALUES = frozenset(
    ["amount", "counted", "product", "case", "other", "whose", "title", "limit", "used", "left", "value"]
)
"""The values in the sentences of steps that may be told; any other is internal until somebody names it here."""


def public_ledger(hidden: Hidden, number: int, year: Year) -> Ledger:
    """The figures of the incidents and departments that are public; `year` is the public one."""
    whole, shown = hidden.whole.ledgers[number], hidden.shown[number]
    return Ledger(
        entries={name: _entry(hidden, one, shown) for name, one in whole.entries.items() if name in shown},
        scores={
            department: dict(_scores(hidden, own, year.scheme))
            for department, own in whole.scores.items()
            if hidden.department(department) is not None
        },
    )


def _scores(hidden: Hidden, own: Mapping[str, SectionScore], scheme: Scheme) -> Iterator[tuple[str, SectionScore]]:
    return ((name, _score(hidden, own, section)) for name, section in scheme.all_sections.items())


def _score(hidden: Hidden, own: Mapping[str, SectionScore], section: Section) -> SectionScore:
    """The section's score; of one with an internal section inside, that of what is shown."""
    if section.id not in hidden.reduced:
        return public_score(own[section.id])
    deducted = sum((_score(hidden, own, inner).deducted for inner in section.sections), ZERO)
    score = (section.points or ZERO) - deducted
    return SectionScore(section=section.id, points=section.points, deducted=deducted, score=score)


def public_score(score: SectionScore) -> SectionScore:
    """The score of a section that is shown whole."""
    return SectionScore(section=score.section, points=score.points, deducted=score.deducted, score=score.score)


def _entry(hidden: Hidden, entry: Entry, shown: frozenset[str]) -> Entry:
    return Entry(
        incident=entry.incident,
        department=entry.department,
        gross=entry.gross,
        counted=entry.counted,
        derivation=_step(hidden, entry.derivation, shown),
    )


def _step(hidden: Hidden, step: Step, shown: frozenset[str]) -> Step:
    """The step without the ids of records that are not shown, the case's name, and what a reduced limit tells."""
    text = step.text
    if step.rule is Rule.LIMIT and step.section in hidden.reduced:
        text = message("A limit around it is reached: {left} counts", left=step.value)
    return Step(
        rule=step.rule,
        value=step.value,
        text=_sentence(hidden, text, shown),
        inputs=tuple(_step(hidden, one, shown) for one in step.inputs),
        section=step.section,
        clause=step.clause,
        others=tuple(one for one in step.others if one in shown),
    )


def _sentence(hidden: Hidden, text: Message, shown: frozenset[str]) -> Message:
    values = tuple((name, _value(hidden, name, value, shown)) for name, value in text.values)
    return Message(template=text.template, values=values)


def _value(hidden: Hidden, name: str, value: object, shown: frozenset[str]) -> object:
    if isinstance(value, Message):
        return _sentence(hidden, value, shown)
    if name == "other":
        return value if value in shown else _ELSEWHERE
    if name not in _VALUES or (name == "case" and hidden.withholds("case")):
        return _UNTOLD
    return value
