"""What is internal of an assessment: the questions that the parts of the public edition ask."""

from dataclasses import dataclass
from functools import cached_property

from site_builder.assessment import Assessment
from site_builder.model import Incident, Internal, Origin, Place


@dataclass(frozen=True)
class Hidden:
    """The whole assessment, and what of it is internal."""

    whole: Assessment

    @cached_property
    def internal(self) -> Internal:
        """What the settings name."""
        return self.whole.site.settings.internal

    @cached_property
    def nothing(self) -> bool:
        """Whether the settings name nothing: then pages show all that they show inside, too."""
        return self.internal == Internal()

    def withholds(self, field: str) -> bool:
        """Whether a field (one of `model.FIELDS`) is internal."""
        return field in self.internal.fields

    def department(self, identifier: str | None) -> str | None:
        """The department's id, None where it is internal."""
        return None if identifier in self.internal.departments else identifier

    def section(self, identifier: str) -> bool:
        """Whether a section is internal: it, or one around it."""
        return any(f"{identifier}.".startswith(f"{name}.") for name in self.internal.sections)

    @cached_property
    def reduced(self) -> frozenset[str]:
        """The sections that have an internal one somewhere inside."""
        parts = (name.split(".") for name in self.internal.sections)
        return frozenset(".".join(one[:depth]) for one in parts for depth in range(1, len(one)))

    def keeps_whole(self, section: str) -> bool:
        """Whether a section is shown with all that is inside, so that its figures may be told as they are."""
        return not self.section(section) and section not in self.reduced

    @cached_property
    def shown(self) -> dict[int, frozenset[str]]:
        """The ids of the incidents of each year that are public."""
        years = self.whole.site.years
        return {
            number: frozenset(name for name, one in year.incidents.items() if self._shows(number, one))
            for number, year in years.items()
        }

    @cached_property
    def unshown(self) -> frozenset[str]:
        """The ids of incidents that are public in no year."""
        known = (name for year in self.whole.site.years.values() for name in year.incidents)
        return frozenset(known) - frozenset[str]().union(*self.shown.values())

    def _shows(self, number: int, incident: Incident) -> bool:
        """Whether an incident is public: not of an internal department, section, item, clause or status."""
        internal = self.internal
        item = self.whole.site.years[number].scheme.items[incident.criterion]
        clause = item.clause(incident.clause)
        kinds = {item.id, f"{item.id}#{incident.clause}", clause.id if clause else ""}
        return not (
            incident.department in internal.departments
            or self.section(item.section)
            or kinds & set(internal.criteria)
            or (internal.statuses and self._statuses(number, incident) & set(internal.statuses))
        )

    def _statuses(self, number: int, incident: Incident) -> set[str]:
        return set(self.whole.statuses(incident, self.whole.ledgers[number].entries[incident.id]))


def origin(whole: Origin) -> Origin:
    """The file of a value, without where in it the value stands."""
    return Origin(place=Place(path=whole.place.path, line=1, column=1), keys={})
