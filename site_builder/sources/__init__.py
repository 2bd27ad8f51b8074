"""From files to the model: every value with its place, every problem of every file in one run."""

from site_builder.sources.allowances import personal_data_left
from site_builder.sources.appearance import theme_problem
from site_builder.sources.approvals import stated_policy, stored_charge, stored_front, stored_policy, stored_rules
from site_builder.sources.content import department_names, stored_departments
from site_builder.sources.counting import new_records, read_counting, read_readable, stands_as_in_force, tree_in_force
from site_builder.sources.excerpts import excerpts, section_of
from site_builder.sources.incidents import Reader
from site_builder.sources.mending import mended
from site_builder.sources.read import Readings, read_site, settings_of
from site_builder.sources.results import stored_results
from site_builder.sources.tree import FOLDERS, LARGEST, Tree, is_source, read_tree, stored_tree

__all__ = [
    "FOLDERS",
    "LARGEST",
    "Reader",
    "Readings",
    "Tree",
    "department_names",
    "excerpts",
    "is_source",
    "mended",
    "new_records",
    "personal_data_left",
    "read_counting",
    "read_readable",
    "read_site",
    "read_tree",
    "section_of",
    "settings_of",
    "stands_as_in_force",
    "stated_policy",
    "stored_charge",
    "stored_departments",
    "stored_front",
    "stored_policy",
    "stored_results",
    "stored_rules",
    "stored_tree",
    "theme_problem",
    "tree_in_force",
]
