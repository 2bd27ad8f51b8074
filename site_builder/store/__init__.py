"""What is remembered from one run to the next, in a site's `.kaohe-cache/`; deleting it costs time only."""

from site_builder.store.entries import LARGEST, Store
from site_builder.store.keys import key_of, program
from site_builder.store.place import FOLDER, cache_folder, left_by_older

__all__ = ["FOLDER", "LARGEST", "Store", "cache_folder", "key_of", "left_by_older", "program"]
