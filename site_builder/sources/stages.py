"""`stages:` of `content/publication.yaml`: how far the results of each year are."""

from collections.abc import Collection, Mapping

from site_builder.model import Settings, Stage, Standing, message
from site_builder.sources.fields import Fields
from site_builder.sources.report import Report

_KEYS = {Stage.DRAFT: (), Stage.NOTICE: ("from", "to"), Stage.FINAL: ("decided", "decision")}
"""What goes with each stage beside its name."""


def read_stages(fields: Fields | None) -> Mapping[int, Standing]:
    """The stage of each year that is named; a wrong one is a draft."""
    found: dict[int, Standing] = {}
    for name in fields.names if fields else ():
        assert fields is not None
        one = fields.fields(name)
        if one is None:
            continue
        if name.isdecimal() and len(name) == 4:
            found[int(name)] = _standing(one)
        else:
            text = message("“{name}” is not a year", name=name)
            fields.report.error(fields.key_place(name), "not-a-year", text, message("Write a year, such as 2021"))
    return found


def _standing(fields: Fields) -> Standing:
    written = fields.text("stage", required=True)
    stage = Stage(written) if written in set(Stage) else None
    if written is not None and stage is None:
        text = message("There is no stage “{name}”", name=written)
        fields.report.unknown(fields.place_of("stage"), "unknown-stage", text, written, list(Stage))
    notice = stage is Stage.NOTICE
    standing = Standing(
        stage or Stage.DRAFT,
        fields.date("from", required=notice),
        fields.date("to", required=notice),
        fields.date("decided"),
        fields.text("decision"),
    )
    fields.close()
    if stage is not None:
        _check_keys(fields, stage)
    if standing.first and standing.last and standing.last < standing.first:
        text = message("The last day for objections lies before the first")
        fields.report.error(fields.place_of("to"), "period-reversed", text, message("Exchange the two dates"))
    return standing


def _check_keys(fields: Fields, stage: Stage) -> None:
    """What goes with another stage would be published nowhere."""
    for key in (key for keys in _KEYS.values() for key in keys):
        if key in fields and key not in _KEYS[stage]:
            text = message("“{key}” does not go with the stage “{stage}”", key=key, stage=stage.value)
            fields.report.error(fields.key_place(key), "not-of-this-stage", text, message("Remove it"))


def check_stages(report: Report, settings: Settings, years: Collection[int]) -> None:
    """A stage is that of a year with rules."""
    for year in settings.stages:
        if year not in years:
            text = message("There is no rule book of {year}", year=str(year))
            report.unknown(
                settings.publication_origin.of("stages"), "stage-without-rules", text, str(year), map(str, years)
            )
