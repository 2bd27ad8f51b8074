"""From files to the model: every value with its place, every problem of every file in one run."""

from site_builder.sources.read import read_site
from site_builder.sources.tree import Tree, read_tree

__all__ = ["Tree", "read_site", "read_tree"]
