"""The command `kaohe`: commands only parse arguments and print."""

from site_builder.cli.main import main

__all__ = ["main"]
