"""Two audiences of one source: what the public may know is built anew before pages, data and feeds are made of it.

Nothing is copied whole: each value of the public model is constructed with every one of its fields named, either taken
over, or without what is internal of it, or empty. What the public model does not hold cannot be published. Figures are
computed from everything first, and stay as they are; only a section with internal ones inside is told without these,
as the sum of what is shown.

A new field of the model is internal until somebody says otherwise. To add one: say in `fields.PUBLICITY` who may see
it (a test fails as long as nobody did); where that is anything but `NEVER`, name it in the one constructor of its value
in this package (`site`, `rules`, `records`, `figures`, `history`), and where it is text, think of the names, paths
and addresses that it may hold. The tests then fill every field that is internal, and search a public build for it.
"""

from site_builder.assessment import Assessment
from site_builder.audience.figures import public_ledger
from site_builder.audience.hidden import Hidden
from site_builder.audience.history import public_episodes, public_trail
from site_builder.audience.site import public_site

__all__ = ["public"]


def public(assessment: Assessment) -> Assessment:
    """The assessment as the public may know it: without what `internal:` of the settings names, and what nobody shows.

    Where that names nothing, all that pages show of it is there.
    """
    hidden = Hidden(assessment)
    site = public_site(hidden)
    return Assessment(
        site=site,
        ledgers={number: public_ledger(hidden, number, year) for number, year in site.years.items()},
        trail=public_trail(hidden, site),
        episodes=tuple(public_episodes(hidden, site)),
        marks=assessment.marks,
        effects=(),
    )
