"""The stage of a year's results, as every page of the year says it."""

from collections.abc import Iterator
from dataclasses import dataclass

from site_builder import urls
from site_builder.model import Message, Stage, Standing, message
from site_builder.pages.annual import Annual, Link

_LABELS = {
    Stage.DRAFT: message("Draft"),
    Stage.NOTICE: message("Public notice"),
    Stage.FINAL: message("Final"),
}


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage in words; `kind` is a word for the style sheet; `links` lead to how to object, and to open appeals."""

    kind: str
    year: int
    label: Message
    sentences: tuple[Message, ...]
    links: tuple[Link, ...]


def stage_view(annual: Annual) -> StageView:
    """What the pages of a year say of its results."""
    standing = annual.assessment.site.settings.standing(annual.year)
    return StageView(
        standing.stage.value,
        annual.year,
        _LABELS[standing.stage],
        tuple(_sentences(annual.year, standing)),
        tuple(_links(annual)) if standing.stage is Stage.NOTICE else (),
    )


def _sentences(year: int, standing: Standing) -> Iterator[Message]:
    if standing.stage is Stage.DRAFT:
        yield message("The results of {year} are not official yet: figures may change", year=str(year))
    elif standing.stage is Stage.NOTICE:
        yield message(
            "The results of {year} are open to objections from {first} to {last}",
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


def _links(annual: Annual) -> Iterator[Link]:
    if annual.objections is not None:
        yield annual.objections
    appeals = sum(any(status.kind == "open" for status in one.statuses) for one in annual.deductions.values())
    if appeals:
        yield Link(f"{urls.listing(annual.year)}?status=open", message("appeals open: {count}", count=appeals))
