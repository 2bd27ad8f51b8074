"""A site: its settings and prose, and the years it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from site_builder.model.freezing import Frozen, Inputs
from site_builder.model.problems import Origin, Problem, has_error
from site_builder.model.publication import Asset
from site_builder.model.record import Department, Incident
from site_builder.model.scheme import NOWHERE, Scheme
from site_builder.model.targets import Target
from site_builder.model.trail import Policy

LANGUAGES = ("zh_CN", "en")
"""The languages of the interface, the default first."""


class Stage(StrEnum):
    """How far the results of a year are: not yet official, open to objections (公示), or decided (最终结果)."""

    DRAFT = "draft"
    NOTICE = "notice"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Standing:
    """The stage of a year's results.

    A notice has the first and last day for objections; a final result may name the day and the document by which it
    was decided.
    """

    stage: Stage = Stage.DRAFT
    first: date | None = None
    last: date | None = None
    decided: date | None = None
    decision: str | None = None


FIELDS = (
    *("text", "evidence", "case", "appeal", "withdrawn", "measurements"),
    *("notes", "interpretations", "examples", "trail"),
)
"""What of rules and records may be internal; `withdrawn` is the reason of a withdrawal, `trail` who did what."""


@dataclass(frozen=True, slots=True)
class Internal:
    """What a public build leaves out: fields, sections, departments, pages of prose, and kinds of incident.

    A kind is those under an item or a clause (`criteria`), or those of a status.
    """

    fields: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Colours:
    """The site's own accent as `#rrggbb`, in light and in dark."""

    accent: str
    accent_dark: str


@dataclass(frozen=True, slots=True)
class Settings:
    """`content/site.yaml`, `content/publication.yaml` and the logo beside them; every key may be absent.

    `translations` are the languages in which the same pages are published beside those in `language`, `url` is where
    the site is published, if it is known, `targets` are the places to publish to, by id. `objections` is the page of
    prose that says how to object, by its name; `stages` are those of the years, a draft where there is none.
    `objection_days` are the working days in which one may object after a notice, where the site says how many.
    `internal` is what a public build leaves out, and `withheld`, in such a build, the fields that were left out.
    `committer_names` allows the trail to name the authors of commits beside their offices. `publication_origin` is
    where what governs publication is written: `stages`, `targets`, `internal` and `objection-days`.
    """

    title: str = "部门考核"
    organization: str = ""
    language: str = "zh_CN"
    translations: tuple[str, ...] = ()
    theme: str = "campus"
    colours: Colours | None = None
    logo: Asset | None = None
    demonstration: bool = False
    committer_names: bool = False
    footer: str = ""
    objections: str | None = None
    stages: Mapping[int, Standing] = field(default_factory=dict)
    objection_days: int | None = None
    internal: Internal = Internal()
    withheld: frozenset[str] = frozenset()
    url: str = ""
    targets: Mapping[str, Target] = field(default_factory=dict)
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    publication_origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def standing(self, year: int) -> Standing:
        """The stage of a year."""
        return self.stages.get(year, Standing())


@dataclass(frozen=True, slots=True)
class Prose:
    """A page of `content/pages`: its name is the file's stem."""

    name: str
    title: str
    order: int
    body: str
    body_line: int = 1
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Year:
    """A rule book and the incidents recorded under it, by id in the order of counting (date, then id).

    `frozen` are its results, where they were fixed, and `inputs` the digests of what it was read from.
    """

    scheme: Scheme
    incidents: Mapping[str, Incident]
    inputs: Inputs | None = None
    frozen: Frozen | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that the sources say, whole and consistent."""

    settings: Settings
    departments: Mapping[str, Department]
    years: Mapping[int, Year]
    prose: tuple[Prose, ...] = ()
    policy: Policy = field(default_factory=Policy)

    def departments_of(self, year: int) -> Mapping[str, Department]:
        """The departments that exist in the year, in the site's order."""
        return {key: department for key, department in self.departments.items() if department.exists_in(year)}


@dataclass(frozen=True, slots=True)
class Sources:
    """What reading found. `site` is None when a problem is an error: then nothing may be computed from it.

    `language` is known even then, so that problems can be told in it.
    """

    site: Site | None
    problems: tuple[Problem, ...]
    language: str = "zh_CN"

    def __post_init__(self) -> None:
        assert self.site is None or not has_error(self.problems)
