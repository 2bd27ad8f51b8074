"""What proposals would change: the figures that count beside those that all that stands would give."""

from site_builder.assessment import Assessment, score_years, waiting
from site_builder.model import Decision, Site, Trail
from site_builder.model.review import ScoreChange, Side
from site_builder.review.scores import score_changes


def effects(counted: Assessment | None, proposed: Assessment | None) -> tuple[ScoreChange, ...]:
    """Every score that differs between two readings of a site, with its reasons; none where one of them has errors."""
    if counted is None or proposed is None:
        return ()
    before, after = (Side(one.site, one.ledgers, ()) for one in (counted, proposed))
    return tuple(one for one in score_changes(before, after) if one.difference)


def effects_of_upgrade(written: Site, trail: Trail, counted: Assessment | None) -> tuple[ScoreChange, ...]:
    """Every score that differs from the reading of older versions, by which approved files counted as they stood."""
    approved = [subject for subject, one in trail.verdicts.items() if one.decision is Decision.APPROVED]
    older = Assessment(written, score_years(written, waiting(written, trail.level, approved)), trail)
    return effects(older, counted)
