"""Which incidents were recorded, amended, withdrawn, moved or removed."""

from collections.abc import Iterator, Mapping

from site_builder.model import Incident
from site_builder.model.review import Charge, Fate, FieldChange, IncidentChange, Side
from site_builder.review.facts import changed_fields, of_incident


def incident_changes(base: Side, head: Side) -> tuple[IncidentChange, ...]:
    """The changes of all incidents: those whose counted deduction changed most come first, then in the site's order."""
    found = (change for year in _years(base, head) for change in _of_year(year, base, head))
    return tuple(sorted(found, key=_by_effect))


def _by_effect(change: IncidentChange) -> tuple[object, ...]:
    return -change.difference.copy_abs(), change.year, change.charge.date, change.id


def _years(base: Side, head: Side) -> list[int]:
    assert base.site is not None and head.site is not None
    return sorted({*base.site.years, *head.site.years})


def _of_year(year: int, base: Side, head: Side) -> Iterator[IncidentChange]:
    before, after = _incidents(base, year), _incidents(head, year)
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is not new:
            yield from _change(year, name, (base, old), (head, new))


def _change(
    year: int, name: str, before: tuple[Side, Incident | None], after: tuple[Side, Incident | None]
) -> Iterator[IncidentChange]:
    old, new = before[1], after[1]
    fields = changed_fields(of_incident(old) if old else {}, of_incident(new) if new else {})
    fate = _fate(old, new, fields)
    if fate is not None:
        charges = [_charge(side, year, one) if one else None for side, one in (before, after)]
        yield IncidentChange(year, name, fate, charges[0], charges[1], fields)


def _incidents(side: Side, year: int) -> Mapping[str, Incident]:
    assert side.site is not None
    return side.site.years[year].incidents if year in side.site.years else {}


def _fate(old: Incident | None, new: Incident | None, fields: tuple[FieldChange, ...]) -> Fate | None:
    if old is None or new is None:
        return Fate.RECORDED if old is None else Fate.REMOVED
    if (old.withdrawn is None) != (new.withdrawn is None):
        return Fate.WITHDRAWN if new.withdrawn else Fate.RESTORED
    if fields:
        return Fate.AMENDED
    return Fate.MOVED if old.origin.place.path != new.origin.place.path else None


def _charge(side: Side, year: int, incident: Incident) -> Charge:
    assert side.site is not None
    item = side.site.years[year].scheme.items[incident.criterion]
    clause = item.clause(incident.clause)
    entry = side.ledgers[year].entries[incident.id]
    return Charge(
        department=incident.department,
        department_name=side.site.departments[incident.department].name,
        section=item.section,
        item=item.id,
        item_text=item.text,
        clause=clause.id if clause else incident.clause,
        clause_text=clause.text if clause else "",
        date=incident.date,
        path=incident.origin.place.path,
        gross=entry.gross,
        counted=entry.counted,
    )
