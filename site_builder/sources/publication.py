"""`content/publication.yaml`: what governs publication. In an older site its keys stand in `content/site.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from site_builder.model import PUBLICATION, Internal, Origin, Standing, Target, message
from site_builder.model.scheme import NOWHERE
from site_builder.sources.documents import read_mapping
from site_builder.sources.fields import Fields
from site_builder.sources.internal import read_internal
from site_builder.sources.report import Report
from site_builder.sources.stages import read_stages
from site_builder.sources.targets import read_targets
from site_builder.sources.tree import Tree

_GOVERNING = ("stages", "targets", "internal", "objection-days")
_MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Publication:
    """What governs publication, and the origin of the file where its keys stand; each key may be absent.

    `objection_days` are the working days in which one may object after a notice.
    """

    stages: Mapping[int, Standing] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    internal: Internal = field(default_factory=Internal)
    objection_days: int | None = None
    origin: Origin = NOWHERE


def read_publication(report: Report, tree: Tree, settings: Fields | None) -> Publication:
    """What governs publication; `settings` are the keys of `content/site.yaml`, where it stands in an older site.

    Where the file is there, even one that cannot be read, each of its keys in the settings is an error.
    """
    if PUBLICATION not in tree.files and not tree.lost(PUBLICATION):
        return Publication() if settings is None else _publication(settings)
    if settings is not None:
        _refuse(settings)
    fields = read_mapping(report, PUBLICATION, tree.files[PUBLICATION]) if PUBLICATION in tree.files else None
    if fields is None:
        return Publication()
    publication = _publication(fields, _objection_days(fields))
    fields.close()
    return publication


def _publication(fields: Fields, objection_days: int | None = None) -> Publication:
    return Publication(
        stages=read_stages(fields.fields("stages")),
        targets={} if (targets := fields.fields("targets")) is None else read_targets(targets),
        internal=read_internal(fields.fields("internal")),
        objection_days=objection_days,
        origin=fields.origin,
    )


def _objection_days(fields: Fields) -> int | None:
    days = fields.integer("objection-days")
    if days is None or 1 <= days <= _MOST_DAYS:
        return days
    text = message("“{key}” is a number of working days from 1 to {most}", key="objection-days", most=_MOST_DAYS)
    hint = message("Write how many working days there are for objections, or remove the key")
    fields.report.error(fields.place_of("objection-days"), "wrong-number-of-days", text, hint)
    return None


def _refuse(settings: Fields) -> None:
    """What governs publication stands in one file alone, so that nobody reads it in the wrong one."""
    for key in settings.names:
        if key in _GOVERNING:
            settings.leave(key)
            text = message("“{key}” governs publication, and does not belong here", key=key)
            hint = message("Move it to {path}", path=PUBLICATION)
            settings.report.error(settings.key_place(key), "belongs-in-publication", text, hint)
