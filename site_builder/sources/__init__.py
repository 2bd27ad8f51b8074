"""From files to the model: every value with its place, every problem of every file in one run."""

from site_builder.sources.allowances import personal_data_left
from site_builder.sources.approvals import stored_assessors, stored_policy
from site_builder.sources.excerpts import excerpts, section_of
from site_builder.sources.incidents import Reader
from site_builder.sources.read import Readings, read_site, settings_of
from site_builder.sources.tree import FOLDERS, LARGEST, Tree, is_source, read_tree, stored_tree

__all__ = [
    "FOLDERS",
    "LARGEST",
    "Reader",
    "Readings",
    "Tree",
    "excerpts",
    "is_source",
    "personal_data_left",
    "read_site",
    "read_tree",
    "section_of",
    "settings_of",
    "stored_assessors",
    "stored_policy",
    "stored_tree",
]
