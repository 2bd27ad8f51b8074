"""What is published beside the pages."""

from dataclasses import dataclass

from site_builder.model.messages import Message


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, or a key of a JSON record, and what it means."""

    name: str
    meaning: Message


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file for other programs: its URL in the site, what it holds, and its columns."""

    url: str
    title: Message
    columns: tuple[Column, ...]
