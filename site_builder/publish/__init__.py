"""A built site → the intranet: targets, releases, locks, and the proof of what is published."""

from site_builder.publish.archive import Archive
from site_builder.publish.auditing import Findings
from site_builder.publish.changes import Changes, ScoreChange, changes, score_changes, score_files, without_stamps
from site_builder.publish.failure import PublishError
from site_builder.publish.layout import Look
from site_builder.publish.lock import Hold
from site_builder.publish.places import Place, ReleasedPlace, opened
from site_builder.publish.publishing import Parcel
from site_builder.publish.releases import SIGNATURE, Release, before, is_of

__all__ = [
    "SIGNATURE",
    "Archive",
    "Changes",
    "Findings",
    "Hold",
    "Look",
    "Parcel",
    "Place",
    "PublishError",
    "Release",
    "ReleasedPlace",
    "ScoreChange",
    "before",
    "changes",
    "is_of",
    "opened",
    "score_changes",
    "score_files",
    "without_stamps",
]
