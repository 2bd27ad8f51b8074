"""A page for each incident: facts, the clause's words, the computation step by step, evidence."""

from collections.abc import Iterator

from site_builder import urls
from site_builder.model import Clause, Incident, Item, Message, message
from site_builder.pages.annual import Annual, Deduction, Link
from site_builder.pages.page import Page, crumbs
from site_builder.pages.proposals import proposal_of
from site_builder.pages.rules import interpretations_at, meaning, pieces
from site_builder.pages.timeline import proof


def incident_pages(annual: Annual) -> Iterator[Page]:
    """The incidents of the year; each leads to the one before and after it in its department."""
    for deductions in annual.of_department.values():
        for number, one in enumerate(deductions):
            before = deductions[number - 1].link if number else None
            after = deductions[number + 1].link if number + 1 < len(deductions) else None
            yield _incident(annual, annual.incidents[one.id], one, before, after)


def _incident(
    annual: Annual, incident: Incident, deduction: Deduction, before: Link | None, after: Link | None
) -> Page:
    item = annual.scheme.items[incident.criterion]
    clause = item.clause(incident.clause)
    assert clause is not None
    return Page(
        urls.incident(annual.year, incident.id),
        "incident.html",
        {
            "title": _title(incident),
            "crumbs": (*crumbs(annual), deduction.department),
            "year": annual.year,
            "deduction": deduction,
            "sections": annual.section_path(item.section),
            "assessor": annual.assessor_link(item.assessor),
            "method": pieces(annual.year, item),
            "clause": clause.text,
            "clause_anchor": urls.clause_anchor(clause),
            "meaning": meaning(annual.scheme, clause),
            "amendments": annual.amendments(clause.section).get(clause.id, ()),
            "interpretations": interpretations_at(annual.scheme, *_read_places(deduction, item, clause)),
            "interpretations_url": urls.interpretations(annual.year),
            "units": tuple(step.text for step in deduction.steps[0].inputs),
            "body": incident.body,
            "source": incident.origin.place.path,
            "measurement": incident.measurement,
            "evidence": incident.evidence,
            "appeal": incident.appeal,
            "withdrawn": incident.withdrawn,
            "proof": proof(annual.assessment, incident),
            "proposal": proposal_of(annual, incident),
            "history_known": annual.assessment.trail.known,
            "same_case": tuple(one for one in annual.of_case.get(incident.case or "", ()) if one.id != incident.id),
            "previous": before,
            "next": after,
        },
    )


def _title(incident: Incident) -> Message:
    if incident.measurement is None:
        return message("Incident {id}", id=incident.id)
    return message("Measured: {name}", name=incident.measurement.name)


def _read_places(deduction: Deduction, item: Item, clause: Clause) -> tuple[str, ...]:
    """Where the words stand whose reading matters here: those of a section only where its limit was reached."""
    limits = (step.section for step in deduction.steps if step.section is not None)
    return item.id, clause.id, *limits
