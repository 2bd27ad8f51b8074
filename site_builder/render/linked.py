"""What pages are, for machines: JSON-LD with the words of schema.org."""

import json
from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from site_builder.model import DataFile, Message
from site_builder.pages.annual import Link

Say = Callable[[Message], str]


def linked_data(value: Mapping[str, object], say: Say, root: str, files: str) -> Markup:
    """A description of a page as JSON-LD; `root` and `files` lead from the page to pages and to data files.

    Sentences are said, links are addresses relative to the page; nothing in it can end the element that holds it.
    """
    described = {"@context": "https://schema.org", **value}
    text = json.dumps(
        _plain(described, say, root, files),
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    for character in "<&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def breadcrumbs(crumbs: Iterable[Link], title: str | Message) -> Mapping[str, object]:
    """The way to a page, as a description."""
    places: list[Mapping[str, object]] = [{"name": link.text, "item": link} for link in crumbs]
    places.append({"name": title})
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, **place} for number, place in enumerate(places, 1)
        ],
    }


def _plain(value: Mapping[str, object], say: Say, root: str, files: str) -> dict[str, object]:
    return {key: _value(one, say, root, files) for key, one in value.items()}


def _value(value: object, say: Say, root: str, files: str) -> object:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, Link):
        return root + value.url
    if isinstance(value, DataFile):
        return files + value.url
    if isinstance(value, Mapping):
        return _plain(value, say, root, files)
    if isinstance(value, (list, tuple)):
        return [_value(one, say, root, files) for one in value]
    return value
