"""Two audiences of one source: what is internal is taken out of the model before pages, data and feeds are made of it.

What the public model does not hold cannot be published. Figures are computed from everything first, and stay as they
are; only a section with internal ones inside is told without these, as the sum of what is shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from site_builder.assessment import Assessment
from site_builder.model import (
    ZERO,
    Clause,
    Decision,
    Department,
    Entry,
    Event,
    Frozen,
    Incident,
    Inputs,
    Internal,
    Item,
    Ledger,
    Message,
    Policy,
    Rule,
    Scheme,
    Section,
    SectionScore,
    Settings,
    Site,
    Step,
    Trail,
    Verdict,
    Withdrawal,
    Year,
    message,
    subject_of,
)
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.sources import section_of

_ELSEWHERE = message("a record that is not published")
_CASE = "—"
_REASONS = {
    Decision.APPROVED: message("The approvals that are demanded are there"),
    Decision.PENDING: message("An approval is still missing"),
    Decision.UNKNOWN: message("There is no history"),
}
_Score = TypeVar("_Score")


def public(assessment: Assessment) -> Assessment:
    """The assessment without what `internal:` of the settings names; itself where that names nothing."""
    internal = assessment.site.settings.internal
    return assessment if internal == Internal() else _Public(assessment, internal).assessment()


@dataclass(frozen=True)
class _Public:
    """What is taken out, and the parts of the model without it."""

    whole: Assessment
    internal: Internal

    def assessment(self) -> Assessment:
        """All parts, without what is internal."""
        site = self.whole.site
        years = {number: self._year(number) for number in site.years}
        kept = Site(
            settings=self._settings,
            departments=dict(self._departments()),
            years=years,
            prose=tuple(one for one in site.prose if one.name not in self.internal.pages),
            policy=Policy(self.whole.trail.level, site.policy.main),
        )
        ledgers = {number: self._ledger(number, years[number].scheme) for number in years}
        return Assessment(kept, ledgers, self._trail(kept), tuple(self._episodes(kept)))

    @property
    def _settings(self) -> Settings:
        settings = self.whole.site.settings
        objections = None if settings.objections in self.internal.pages else settings.objections
        return replace(
            settings,
            objections=objections,
            internal=Internal(),
            withheld=frozenset(self.internal.fields),
            targets={},
            committer_names=False,
        )

    def _departments(self) -> Iterator[tuple[str, Department]]:
        hidden = self.internal.departments
        for name, one in self.whole.site.departments.items():
            if name not in hidden:
                yield name, replace(one, successors=tuple(other for other in one.successors if other not in hidden))

    def _keeps(self, department: str | None) -> str | None:
        return None if department in self.internal.departments else department

    # Rules

    @cached_property
    def _reduced(self) -> frozenset[str]:
        """The sections that have an internal one somewhere inside."""
        parts = (name.split(".") for name in self.internal.sections)
        return frozenset(".".join(one[:depth]) for one in parts for depth in range(1, len(one)))

    def _is_hidden(self, section: str) -> bool:
        return any(f"{section}.".startswith(f"{name}.") for name in self.internal.sections)

    def _scheme(self, scheme: Scheme) -> Scheme:
        sections = tuple(found for one in scheme.sections if (found := self._section(one)) is not None)
        kept = replace(scheme, sections=sections, interpretations=(), examples=())
        interpretations = () if "interpretations" in self.internal.fields else scheme.interpretations
        examples = () if "examples" in self.internal.fields else scheme.examples
        return replace(
            kept,
            interpretations=tuple(
                one for one in interpretations if kept.wording(one.where) is not None and one.where not in self._reduced
            ),
            examples=tuple(
                replace(one, note=self._note(one.note))
                for one in examples
                if kept.wording(one.where) is not None and all(given.item in kept.items for given in one.given)
            ),
        )

    def _section(self, section: Section) -> Section | None:
        """The section without the internal ones inside; None where nothing is left."""
        if self._is_hidden(section.id):
            return None
        inner = tuple(found for one in section.sections if (found := self._section(one)) is not None)
        items = tuple(self._item(item) for item in section.items)
        if not inner and not items:
            return None
        used = {clause.id for one in (*inner, replace(section, sections=())) for clause in one.all_clauses()}
        return replace(
            section,
            points=_together(inner) if section.id in self._reduced else section.points,
            assessor=self._keeps(section.assessor),
            clauses=tuple(self._clause(one) for one in section.clauses if one.id in used),
            items=items,
            sections=inner,
            note=None if section.id in self._reduced else self._note(section.note),
        )

    def _item(self, item: Item) -> Item:
        return replace(
            item,
            assessor=self._keeps(item.assessor),
            clauses=tuple(self._clause(one) for one in item.clauses),
            note=self._note(item.note),
        )

    def _clause(self, clause: Clause) -> Clause:
        return replace(clause, note=self._note(clause.note))

    def _note(self, note: str | None) -> str | None:
        return None if "notes" in self.internal.fields else note

    # Records and figures

    def _shows(self, number: int, incident: Incident) -> bool:
        """Whether an incident is public: not of an internal department, section, item, clause or status."""
        internal, scheme = self.internal, self.whole.site.years[number].scheme
        item = scheme.items[incident.criterion]
        clause = item.clause(incident.clause)
        kinds = {item.id, f"{item.id}#{incident.clause}", clause.id if clause else ""}
        return not (
            incident.department in internal.departments
            or self._is_hidden(item.section)
            or kinds & set(internal.criteria)
            or set(self.whole.statuses(incident, self.whole.ledgers[number].entries[incident.id]))
            & set(internal.statuses)
        )

    def _year(self, number: int) -> Year:
        year = self.whole.site.years[number]
        incidents = {name: self._incident(one) for name, one in year.incidents.items() if self._shows(number, one)}
        frozen = None if year.frozen is None else self._frozen(year.frozen)
        return Year(self._scheme(year.scheme), incidents, None, frozen)

    def _incident(self, incident: Incident) -> Incident:
        """The incident without its internal fields."""
        hidden = self.internal.fields
        withdrawn = incident.withdrawn
        if withdrawn is not None and "withdrawn" in hidden:
            withdrawn = Withdrawal(withdrawn.date, "")
        return replace(
            incident,
            body="" if "text" in hidden else incident.body,
            evidence=() if "evidence" in hidden else incident.evidence,
            case=None if "case" in hidden else incident.case,
            appeal=None if "appeal" in hidden else incident.appeal,
            measurement=None if "measurements" in hidden else incident.measurement,
            withdrawn=withdrawn,
        )

    def _ledger(self, number: int, scheme: Scheme) -> Ledger:
        whole, incidents = self.whole.ledgers[number], self.whole.site.years[number].incidents
        shown = {name for name, one in incidents.items() if self._shows(number, one)}
        entries = {name: self._entry(one, shown) for name, one in whole.entries.items() if name in shown}
        scores = {
            department: dict(self._scores(own, scheme))
            for department, own in whole.scores.items()
            if department not in self.internal.departments
        }
        return Ledger(entries, scores)

    def _scores(self, own: Mapping[str, SectionScore], scheme: Scheme) -> Iterator[tuple[str, SectionScore]]:
        return ((name, self._score(own, section)) for name, section in scheme.all_sections.items())

    def _score(self, own: Mapping[str, SectionScore], section: Section) -> SectionScore:
        """The section's score; of one with an internal section inside, that of what is shown."""
        if section.id not in self._reduced:
            return own[section.id]
        deducted = sum((self._score(own, inner).deducted for inner in section.sections), ZERO)
        return SectionScore(section.id, section.points, deducted, (section.points or ZERO) - deducted)

    def _entry(self, entry: Entry, shown: set[str]) -> Entry:
        return replace(entry, derivation=self._step(entry.derivation, shown))

    def _step(self, step: Step, shown: set[str]) -> Step:
        """The step without the ids of records that are not shown, the case's name, and what a reduced limit tells."""
        text = step.text
        if step.rule is Rule.LIMIT and step.section in self._reduced:
            text = message("A limit around it is reached: {left} counts", left=step.value)
        values = tuple((name, self._value(name, value, shown)) for name, value in text.values)
        return replace(
            step,
            text=Message(text.template, values),
            inputs=tuple(self._step(one, shown) for one in step.inputs),
            others=tuple(one for one in step.others if one in shown),
        )

    def _value(self, name: str, value: object, shown: set[str]) -> object:
        if name == "other" and value not in shown:
            return _ELSEWHERE
        return _CASE if name == "case" and "case" in self.internal.fields else value

    def _frozen(self, frozen: Frozen) -> Frozen:
        """The fixed scores that are public, without the digests of what they rest on."""
        return replace(
            frozen,
            inputs=Inputs(frozen.inputs.level, {}, {}),
            scores={name: self._fixed(own) for name, own in frozen.scores.items() if self._keeps(name)},
            restatements=tuple(
                replace(
                    one,
                    files={},
                    verdicts={},
                    scores={name: self._fixed(own) for name, own in one.scores.items() if self._keeps(name)},
                )
                for one in frozen.restatements
            ),
            places={},
        )

    def _fixed(self, own: Mapping[str, _Score]) -> Mapping[str, _Score]:
        return {name: score for name, score in own.items() if not self._is_hidden(name) and name not in self._reduced}

    # History

    def _trail(self, site: Site) -> Trail:
        """What history tells of what is shown, without addresses, names and the words of earlier versions."""
        whole = self.whole.trail
        subjects = set(self._subjects(site))
        told = "trail" not in self.internal.fields
        return replace(
            whole,
            policy=Policy(whole.level, whole.policy.main),
            verdicts={
                name: Verdict(one.decision, _REASONS[one.decision])
                for name, one in whole.verdicts.items()
                if name in subjects
            },
            lives={
                name: tuple(self._event(one) for one in life)
                for name, life in whole.lives.items()
                if told and name in subjects
            },
            texts={},
        )

    def _subjects(self, site: Site) -> Iterator[str]:
        """What history may tell of: the files of public rules and incidents."""
        for year in site.years.values():
            places: Iterable[str] = (
                year.scheme.origin.place.path,
                *(one.origin.place.path for one in year.scheme.all_sections.values()),
                *(one.origin.place.path for one in year.incidents.values()),
            )
            yield from (subject for path in places if (subject := subject_of(path)) is not None)

    def _event(self, event: Event) -> Event:
        return replace(event, name="", address="", office=self._keeps(event.office), before=None, after=None)

    def _episodes(self, site: Site) -> Iterator[Episode]:
        if "trail" in self.internal.fields:
            return
        for one in self.whole.episodes:
            touches = tuple(touch for touch in one.touches if self._tells(site, touch))
            scores = tuple(change for change in one.scores if self._told(site, change))
            if touches or scores:
                yield replace(one, name="", address="", office=self._keeps(one.office), touches=touches, scores=scores)

    def _tells(self, site: Site, touch: Touch) -> bool:
        """Whether the change of a file may be told: a public incident, section or page, or what concerns all."""
        if touch.incident is not None:
            year = site.years.get(touch.year or 0)
            return year is not None and touch.incident in year.incidents
        if "/measurements/" in touch.path:
            return "measurements" not in self.internal.fields and not self.internal.criteria
        pages = {f"content/pages/{name}.md" for name in self.internal.pages}
        section = section_of(touch.path) if touch.path.startswith("criteria/") else None
        return touch.path not in pages and (section is None or not self._is_hidden(section))

    def _told(self, site: Site, change: ScoreChange) -> bool:
        year = site.years.get(change.year)
        return (
            year is not None
            and change.department in site.departments
            and change.section in year.scheme.all_sections
            and change.section not in self._reduced
        )


def _together(sections: Iterable[Section]) -> Decimal | None:
    """The points of sections that are shown; None where one only deducts."""
    points = [one.points for one in sections]
    return None if None in points else sum((one for one in points if one is not None), ZERO)
