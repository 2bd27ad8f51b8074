"""Incidents as the public may know them."""

from site_builder.audience.hidden import Hidden, origin
from site_builder.audience.links import without_internal_links
from site_builder.model import Appeal, Incident, Measurement, Reading, Withdrawal


def public_incident(hidden: Hidden, incident: Incident) -> Incident:
    """The incident, which is public, without its internal fields."""
    case = None if hidden.withholds("case") else incident.case
    appeal = None if hidden.withholds("appeal") else incident.appeal
    measurement = None if hidden.withholds("measurements") else incident.measurement
    return Incident(
        id=incident.id,
        department=incident.department,
        criterion=incident.criterion,
        clause=incident.clause,
        date=incident.date,
        counts=dict(incident.counts),
        evidence=() if hidden.withholds("evidence") else incident.evidence,
        case=case,
        deduction=incident.deduction,
        appeal=None if appeal is None else _appeal(appeal),
        withdrawn=None if incident.withdrawn is None else _withdrawal(hidden, incident.withdrawn),
        body="" if hidden.withholds("text") else _body(hidden, incident),
        body_line=1,
        measurement=None if measurement is None else _measurement(measurement),
        origin=origin(incident.origin),
    )


def _body(hidden: Hidden, incident: Incident) -> str:
    return without_internal_links(hidden, incident.body, incident.origin.place.path)


def _appeal(appeal: Appeal) -> Appeal:
    return Appeal(filed=appeal.filed, outcome=appeal.outcome, decided=appeal.decided, note=appeal.note)


def _withdrawal(hidden: Hidden, withdrawal: Withdrawal) -> Withdrawal:
    return Withdrawal(
        date=withdrawal.date,
        reason="" if hidden.withholds("withdrawn") else withdrawal.reason,
    )


def _measurement(measurement: Measurement) -> Measurement:
    return Measurement(
        project=measurement.project,
        name=measurement.name,
        kind=measurement.kind,
        unit=measurement.unit,
        readings=tuple(
            Reading(title=one.title, value=one.value, at_least=one.at_least) for one in measurement.readings
        ),
        path=measurement.path,
        line=measurement.line,
    )
