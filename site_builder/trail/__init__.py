"""Git history → who recorded, who approved which content, and the verdict of the policy."""

from site_builder.trail.approving import Approved, advance, approve, branch, called
from site_builder.trail.comparing import changed_files, is_ancestor, merge_base
from site_builder.trail.evidence import Evidence, blob_id, earlier_blobs, gathered
from site_builder.trail.git import GitError, Repository, open_repository, start_repository
from site_builder.trail.history import Change
from site_builder.trail.keeping import Origin, hand_on, refresh
from site_builder.trail.line import Line, Readers
from site_builder.trail.memory import fingerprint
from site_builder.trail.proving import Prover
from site_builder.trail.refusals import is_signed, refusal
from site_builder.trail.releases import (
    BRANCH,
    Entry,
    chain,
    has_whole_history,
    is_on_line,
    record,
)
from site_builder.trail.revisions import stored_files, write_themes
from site_builder.trail.signatures import Signer
from site_builder.trail.signing import approver, is_intact, sign, signer_of, signing_key
from site_builder.trail.tips import LOG, record_tip
from site_builder.trail.uncommitted import moment_of, uncommitted
from site_builder.trail.verdicts import Judge, judge
from site_builder.trail.waiting import Keeping, granted, released

__all__ = [
    "BRANCH",
    "LOG",
    "Approved",
    "Change",
    "Entry",
    "Evidence",
    "GitError",
    "Judge",
    "Keeping",
    "Line",
    "Origin",
    "Prover",
    "Readers",
    "Repository",
    "Signer",
    "advance",
    "approve",
    "approver",
    "blob_id",
    "branch",
    "called",
    "chain",
    "changed_files",
    "earlier_blobs",
    "fingerprint",
    "gathered",
    "granted",
    "hand_on",
    "has_whole_history",
    "is_ancestor",
    "is_intact",
    "is_on_line",
    "is_signed",
    "judge",
    "merge_base",
    "moment_of",
    "open_repository",
    "record",
    "record_tip",
    "refresh",
    "refusal",
    "released",
    "sign",
    "signer_of",
    "signing_key",
    "start_repository",
    "stored_files",
    "uncommitted",
    "write_themes",
]
