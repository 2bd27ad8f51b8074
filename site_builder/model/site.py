"""A site: its settings and prose, and the years it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from site_builder.model.problems import Origin, Problem, has_error
from site_builder.model.record import Department, Incident
from site_builder.model.scheme import NOWHERE, Scheme
from site_builder.model.targets import Target
from site_builder.model.trail import Policy

LANGUAGES = ("zh_CN", "en")
"""The languages of the interface, the default first."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`content/site.yaml`; every key may be absent. `url` is where the site is published, if it is known.

    `committer_names` allows the trail to name the authors of commits beside their offices. `targets` are the places to
    publish to, by id.
    """

    title: str = "部门考核"
    organization: str = ""
    language: str = "zh_CN"
    theme: str = "campus"
    demonstration: bool = False
    committer_names: bool = False
    footer: str = ""
    url: str = ""
    targets: Mapping[str, Target] = field(default_factory=dict)
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


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
    """A rule book and the incidents recorded under it, by id in the order of counting (date, then id)."""

    scheme: Scheme
    incidents: Mapping[str, Incident]


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
