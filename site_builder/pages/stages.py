"""The stage of a year's results, as every page of the year says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from site_builder import urls
from site_builder.model import Message, Stage, Standing, message
from site_builder.pages.annual import Annual, Link

_LABELS = {
    Stage.DRAFT: message("Draft"),
    Stage.NOTICE: message("Public notice"),
    Stage.FINAL: message("Final result"),
}


@dataclass(frozen=True, slots=True)
class Objecting:
    """How and until when one may object; `until`, the last day, and `over`, what holds afterwards, only in a notice."""

    page: Link | None
    invitation: Message | None
    until: date | None = None
    over: Message | None = None


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage in words; `kind` is a word for the style sheet; `links` lead to open objections.

    `objecting` is None where the results are decided: then nothing invites any more.
    """

    kind: str
    year: int
    label: Message
    sentences: tuple[Message, ...]
    links: tuple[Link, ...]
    objecting: Objecting | None


def stage_view(annual: Annual) -> StageView:
    """What the pages of a year say of its results."""
    standing = annual.assessment.site.settings.standing(annual.year)
    count = sum(any(status.kind == "open" for status in one.statuses) for one in annual.deductions.values())
    return StageView(
        standing.stage.value,
        annual.year,
        _LABELS[standing.stage],
        (*_sentences(annual.year, standing), *_unsettled(standing, count)),
        (_open(annual, count),) if count and standing.stage is not Stage.DRAFT else (),
        _objecting(annual, standing),
    )


def _sentences(year: int, standing: Standing) -> Iterator[Message]:
    if standing.stage is Stage.DRAFT:
        yield message("The results of {year} are not official yet: figures may change", year=str(year))
    elif standing.stage is Stage.NOTICE:
        yield message(
            "The results of {year} are on notice from {first} to {last}",
            year=str(year),
            first=standing.first,
            last=standing.last,
        )
    elif standing.decided and standing.decision:
        yield message(
            "The results of {year} were decided on {decided} ({decision})",
            year=str(year),
            decided=standing.decided,
            decision=standing.decision,
        )
    elif standing.decided:
        yield message("The results of {year} were decided on {decided}", year=str(year), decided=standing.decided)
    elif standing.decision:
        yield message("The results of {year} are decided ({decision})", year=str(year), decision=standing.decision)
    else:
        yield message("The results of {year} are decided", year=str(year))


def _unsettled(standing: Standing, count: int) -> Iterator[Message]:
    """Why objections are still open though the results are decided."""
    if count and standing.stage is Stage.FINAL:
        yield message(
            "Objections still handled: {count}; their records count as they stand, and where one is upheld, the result "
            "is corrected and the correction published",
            count=count,
        )


def _open(annual: Annual, count: int) -> Link:
    return Link(f"{urls.listing(annual.year)}?status=open", message("objections open: {count}", count=count))


def _objecting(annual: Annual, standing: Standing) -> Objecting | None:
    """Until when one may object, as `content/publication.yaml` alone says it."""
    if standing.stage is Stage.FINAL:
        return None
    days = annual.assessment.site.settings.objection_days
    if standing.last is None:
        told = (
            None
            if days is None
            else message("Objections may be raised within {days} working days of the notice", days=days)
        )
        return Objecting(annual.objections, told)
    invitation = message("Objections may be raised up to and including {last}", last=standing.last)
    return Objecting(
        annual.objections,
        invitation,
        standing.last,
        message("The days for objections ended on {last}", last=standing.last),
    )
