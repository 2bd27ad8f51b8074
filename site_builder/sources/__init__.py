"""From files to the model: every value with its place, every problem of every file in one run."""

from site_builder.sources.approvals import stored_assessors, stored_policy
from site_builder.sources.read import Readings, read_site
from site_builder.sources.tree import FOLDERS, LARGEST, Tree, read_tree, stored_tree

__all__ = [
    "FOLDERS",
    "LARGEST",
    "Readings",
    "Tree",
    "read_site",
    "read_tree",
    "stored_assessors",
    "stored_policy",
    "stored_tree",
]
