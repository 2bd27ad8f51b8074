"""Kaohe: scorecards from a rule book and a record of incidents.

The layers, lowest first: `model`; `language`; `sources` and `scoring`; `pages` and `exports`; `render`,
`publish` and `authoring`; `cli`. ARCHITECTURE.md says how data flows through them.
"""

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """`open_site`, the front door, is read when it is first asked for: `import site_builder` alone costs nothing."""
    if name == "open_site":
        from importlib import import_module

        return import_module("site_builder.opened").open_site
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
