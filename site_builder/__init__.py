"""Kaohe: scorecards from a rule book and a record of incidents.

The layers, lowest first: `model`; `language`; `sources` and `scoring`; `pages` and `exports`; `render`,
`publish` and `authoring`; `cli`. ARCHITECTURE.md says how data flows through them.
"""

__version__ = "0.1.0"
