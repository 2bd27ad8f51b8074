"""Markdown as a forge shows it to the reviewer who approves it: its structure, with places, and its HTML."""

from site_builder.markup.blocks import DEEPEST, Block, blocks_of
from site_builder.markup.extension import MOST_CELLS, Forge
from site_builder.markup.remarks import Remark, Remarked, remarks, without_code

__all__ = ["DEEPEST", "MOST_CELLS", "Block", "Forge", "Remark", "Remarked", "blocks_of", "remarks", "without_code"]
