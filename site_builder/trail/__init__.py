"""Git history → who recorded, who approved which content, and the verdict of the policy."""

from site_builder.trail.approving import approve, author, branch
from site_builder.trail.comparing import changed_files, is_ancestor, merge_base
from site_builder.trail.git import GitError, Repository, open_repository
from site_builder.trail.history import Change, folded
from site_builder.trail.memory import cache_folder, fingerprint, load, program, recall, remember, store
from site_builder.trail.proving import Prover
from site_builder.trail.releases import (
    BRANCH,
    Entry,
    Origin,
    chain,
    hand_on,
    has_whole_history,
    is_on_line,
    record,
    refresh,
)
from site_builder.trail.replay import Readers, Replay
from site_builder.trail.revisions import stored_files, write_themes
from site_builder.trail.signing import is_intact, sign, signer_of, signing_key
from site_builder.trail.uncommitted import moment_of, uncommitted
from site_builder.trail.verdicts import Case, Evidence, blob_id, gathered, judge

__all__ = [
    "BRANCH",
    "Case",
    "Change",
    "Entry",
    "Evidence",
    "GitError",
    "Origin",
    "Prover",
    "Readers",
    "Replay",
    "Repository",
    "approve",
    "author",
    "blob_id",
    "branch",
    "cache_folder",
    "chain",
    "changed_files",
    "fingerprint",
    "folded",
    "gathered",
    "hand_on",
    "has_whole_history",
    "is_ancestor",
    "is_intact",
    "is_on_line",
    "judge",
    "load",
    "merge_base",
    "moment_of",
    "open_repository",
    "program",
    "recall",
    "record",
    "refresh",
    "remember",
    "sign",
    "signer_of",
    "signing_key",
    "store",
    "stored_files",
    "uncommitted",
    "write_themes",
]
