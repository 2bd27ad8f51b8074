"""One year of an assessment, with the look-ups and small views that its pages share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.model import (
    ZERO,
    Clause,
    Department,
    DiscretionaryDeduction,
    Entry,
    Incident,
    Ledger,
    Message,
    Rule,
    Scheme,
    Section,
    Step,
    message,
    says_all,
    summary,
)
from site_builder.pages.timeline import Moment, moments_inside


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the site, by its URL from the site's root, and the words that lead to it."""

    url: str
    text: str | Message


@dataclass(frozen=True, slots=True)
class Status:
    """What became of an incident beyond being counted; `kind` is a word for the style sheet."""

    kind: str
    label: Message


@dataclass(frozen=True, slots=True)
class Calculation:
    """A step of a computation as pages show it: its sentence, its figure, and the incidents it refers to."""

    kind: str
    text: Message
    value: Decimal
    others: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Deduction:
    """An incident as lists show it: what happened, under which words, what it deducts and how that was computed.

    `number` is that of the record; empty for a measured row, which its project names. `body` (Markdown, of the file
    `source`) is there where the summary does not say all of it.
    """

    year: int
    id: str
    number: str
    link: Link
    date: date
    department: Link
    section: Link
    item: Link
    clause: Link
    summary: str
    gross: Decimal
    counted: Decimal
    amount: Message
    steps: tuple[Step, ...]
    statuses: tuple[Status, ...]
    case: str | None
    body: str | None
    source: str

    @property
    def took_nothing(self) -> bool:
        """Whether it deducts nothing."""
        return not self.counted

    @property
    def calculation(self) -> tuple[Calculation, ...]:
        """The steps of the computation as pages show them."""
        return tuple(
            Calculation(
                step.rule.value,
                self.amount if step.rule is Rule.AMOUNT else step.text,
                step.value,
                tuple(Link(urls.incident(self.year, other), other) for other in step.others),
            )
            for step in self.steps
        )


@dataclass(frozen=True)
class Annual:
    """A year: the assessment and the number of the year; everything else is derived, once."""

    assessment: Assessment
    year: int

    @property
    def scheme(self) -> Scheme:
        """The rule book."""
        return self.assessment.site.years[self.year].scheme

    @property
    def ledger(self) -> Ledger:
        """The figures."""
        return self.assessment.ledgers[self.year]

    @property
    def incidents(self) -> Mapping[str, Incident]:
        """The incidents by id, in the order of counting."""
        return self.assessment.site.years[self.year].incidents

    @cached_property
    def departments(self) -> Mapping[str, Department]:
        """The departments of the year."""
        return self.assessment.site.departments_of(self.year)

    @cached_property
    def deductions(self) -> Mapping[str, Deduction]:
        """Every incident as lists show it, in the order of counting."""
        return {name: self._deduction(self.incidents[name], entry) for name, entry in self.ledger.entries.items()}

    @cached_property
    def of_department(self) -> Mapping[str, tuple[Deduction, ...]]:
        """The deductions of each department."""
        return self._grouped((self.incidents[name].department, one) for name, one in self.deductions.items())

    @cached_property
    def of_item(self) -> Mapping[str, tuple[Deduction, ...]]:
        """The deductions under each item, by the item's id."""
        return self._grouped((self.incidents[name].criterion, one) for name, one in self.deductions.items())

    @cached_property
    def of_assessor(self) -> Mapping[str, tuple[Deduction, ...]]:
        """The deductions recorded by each department that assesses."""
        return self._grouped(
            (self.scheme.items[self.incidents[name].criterion].assessor or "", one)
            for name, one in self.deductions.items()
        )

    @cached_property
    def of_case(self) -> Mapping[str, tuple[Deduction, ...]]:
        """The deductions of each case."""
        return self._grouped((one.case, one) for one in self.deductions.values() if one.case is not None)

    @staticmethod
    def _grouped(pairs: "Iterable[tuple[str, Deduction]]") -> Mapping[str, tuple[Deduction, ...]]:
        groups: dict[str, list[Deduction]] = defaultdict(list)
        for key, one in pairs:
            groups[key].append(one)
        return {key: tuple(group) for key, group in groups.items()}

    @cached_property
    def inner_sections(self) -> tuple[Section, ...]:
        """The sections directly inside a top section."""
        return tuple(inner for top in self.scheme.sections for inner in top.sections)

    @cached_property
    def account_sections(self) -> tuple[Section, ...]:
        """The sections by which scorecards account: the inner ones, and top sections that have none."""
        return tuple(inner for top in self.scheme.sections for inner in (top.sections or (top,)))

    def department_link(self, identifier: str) -> Link:
        """A department's scorecard."""
        return Link(urls.department(self.year, identifier), self.departments[identifier].name)

    def assessor_link(self, identifier: str | None) -> Link | None:
        """A department as assessor; its name may come from another year's list."""
        if identifier is None:
            return None
        department = self.assessment.site.departments[identifier]
        return Link(urls.assessor(self.year, identifier), department.name)

    def section_link(self, identifier: str) -> Link:
        """A section of the handbook."""
        return Link(urls.section(self.year, identifier), self.scheme.all_sections[identifier].title)

    def section_path(self, identifier: str) -> tuple[Link, ...]:
        """The sections around and including one, outermost first."""
        return tuple(self.section_link(section.id) for section in reversed(self.scheme.enclosing(identifier)))

    @cached_property
    def _amendments(self) -> dict[str, Mapping[str, tuple[Moment, ...]]]:
        return {}

    def amendments(self, section: str) -> Mapping[str, tuple[Moment, ...]]:
        """The amendments of each place in the file of a section, by the place's id; each file is read once."""
        path = self.scheme.all_sections[section].origin.place.path
        if path not in self._amendments:
            self._amendments[path] = moments_inside(self.assessment, path)
        return self._amendments[path]

    def sums(self, deductions: Iterable[Deduction]) -> tuple[tuple[Link, Decimal], ...]:
        """What the deductions count in each top section that they touch: no rule adds these figures up."""
        inside: dict[str, list[Deduction]] = {top.id: [] for top in self.scheme.sections}
        for one in deductions:
            inside[self.top_of(one)].append(one)
        return tuple((self.section_link(top), total(own)) for top, own in inside.items() if own)

    def top_of(self, deduction: Deduction) -> str:
        """The id of the outermost section that an incident is charged in."""
        return self.incidents[deduction.id].criterion.partition(".")[0]

    @cached_property
    def objections(self) -> Link | None:
        """The page that says how to object, where the site names one."""
        name = self.assessment.site.settings.objections
        pages = {one.name: one.title for one in self.assessment.site.prose}
        return None if name is None else Link(urls.prose(name), pages[name])

    def clause_link(self, clause: Clause) -> Link:
        """A clause of the handbook, by its own words."""
        return Link(urls.clause(self.year, clause), clause.text)

    def _deduction(self, incident: Incident, entry: Entry) -> Deduction:
        item = self.scheme.items[incident.criterion]
        clause = item.clause(incident.clause)
        assert clause is not None
        return Deduction(
            year=self.year,
            id=incident.id,
            number="" if incident.measurement else incident.id,
            link=Link(urls.incident(self.year, incident.id), incident.id),
            date=incident.date,
            department=self.department_link(incident.department),
            section=self.section_link(item.section),
            item=Link(urls.item(self.year, item), item.text),
            clause=self.clause_link(clause),
            summary=summary(incident),
            gross=entry.gross,
            counted=entry.counted,
            amount=amount_in_words(clause, entry.steps[0], self.scheme),
            steps=entry.steps,
            statuses=tuple(STATUSES[one] for one in self.assessment.statuses(incident, entry)),
            case=incident.case,
            body=None if says_all(incident) else incident.body,
            source=incident.origin.place.path,
        )


STATUSES: Mapping[str, Status] = {
    "withdrawn": Status("withdrawn", message("withdrawn")),
    "pending": Status("pending", message("pending")),
    "unknown": Status("pending", message("approval unknown")),
    "open": Status("open", message("objection open")),
    "decided": Status("decided", message("objection decided")),
    "limited": Status("limited", message("limit reached")),
    "once": Status("repeated", message("counted once per item")),
    "highest": Status("repeated", message("case counted at its highest")),
}


def amount_in_words(clause: Clause, step: Step, scheme: Scheme) -> Message:
    """The first step of a computation as a sentence: so many, and what the clause deducts for each."""
    if isinstance(clause.effect, DiscretionaryDeduction):
        return step.text
    amount, counted = clause.effect.amount, tuple(one.text for one in step.inputs)
    if not counted:
        return message("{amount} deducted for it", amount=amount)
    if any(one.value != 1 for one in step.inputs):
        units = units_in_words(scheme, clause)
        return message("{counted}; {amount} for each {units}", counted=counted, amount=amount, units=units)
    if scheme.units.get(clause.counted_units[0]) in _EVENTS:
        return message("It happened {counted}: {amount} deducted", counted=counted, amount=amount)
    return message("For {counted}, {amount} deducted", counted=counted, amount=amount)


def units_in_words(scheme: Scheme, clause: Clause) -> Message:
    """The measure words of what is multiplied: person × day."""
    first, *others = (scheme.units.get(unit, unit) for unit in clause.counted_units)
    units = message("{unit}", unit=first)
    for other in others:
        units = message("{units} × {unit}", units=units, unit=other)
    return units


_EVENTS = ("次", "起", "例")
"""The measure words of what happens; others measure what there is."""


def total(deductions: Iterable[Deduction]) -> Decimal:
    """What the deductions count together, in points."""
    return sum((one.counted for one in deductions), ZERO)


def share(part: Decimal, whole: Decimal) -> int:
    """A part of a whole in whole per cent, for bars and shades only; something is never shown as nothing."""
    if not part or not whole:
        return 0
    return max(1, min(100, int(part * 100 / whole)))
