"""Git history → who recorded, who approved which content, and the verdict of the policy."""

from site_builder.trail.approving import approve, author, branch
from site_builder.trail.comparing import changed_files, merge_base
from site_builder.trail.git import GitError, Repository, open_repository
from site_builder.trail.history import folded
from site_builder.trail.memory import fingerprint, recall, remember
from site_builder.trail.proving import Prover
from site_builder.trail.replay import Readers
from site_builder.trail.revisions import stored_files, write_themes
from site_builder.trail.verdicts import Case, Evidence, blob_id, gathered, judge

__all__ = [
    "Case",
    "Evidence",
    "GitError",
    "Prover",
    "Readers",
    "Repository",
    "approve",
    "author",
    "blob_id",
    "branch",
    "changed_files",
    "fingerprint",
    "folded",
    "gathered",
    "judge",
    "merge_base",
    "open_repository",
    "recall",
    "remember",
    "stored_files",
    "write_themes",
]
