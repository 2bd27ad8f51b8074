"""What a rule file of any time says at each place: for the history of a clause in its own words."""

from collections.abc import Iterator
from collections.abc import Mapping as Mappings

from site_builder.sources.nodes import Mapping, Node, Scalar, Sequence, parse
from site_builder.sources.text import decode

_INNER = frozenset(["clauses", "items", "sections", "examples", "interpretations"])


def section_of(path: str) -> str | None:
    """The id of the section that a rule file holds; None where it holds none."""
    parts = path.removesuffix(".yaml").split("/")[2:]
    if not path.startswith("criteria/") or not path.endswith(".yaml") or parts in ([], ["scheme"]):
        return None
    return ".".join(parts[:-1] if parts[-1] == "section" and len(parts) > 1 else parts)


def excerpts(path: str, text: str) -> Mappings[str, str]:
    """The words and amounts at each section, item and clause of a rule file, or at each interpretation of a scheme.

    Places are ids; an interpretation's is `interpretations` and its `where`, with a number where there are several.
    What cannot be read says nothing.
    """
    checked, _ = decode(path, text.encode("utf-8", "replace"))
    node, _ = parse(path, checked or "")
    if not isinstance(node, Mapping):
        return {}
    section = section_of(path)
    return dict(_section(section, node) if section else _interpretations(node))


def _section(identifier: str, node: Mapping) -> Iterator[tuple[str, str]]:
    yield identifier, _words(node)
    for name, clause in _inside(node, "clauses"):
        yield f"{identifier}#{name}", _words(clause)
    for name, item in _inside(node, "items"):
        yield f"{identifier}.{name}", _words(item)
        for clause_name, clause in _inside(item, "clauses"):
            yield f"{identifier}.{name}#{clause_name}", _words(clause)
    for name, inner in _inside(node, "sections"):
        yield from _section(f"{identifier}.{name}", inner)


def _interpretations(node: Mapping) -> Iterator[tuple[str, str]]:
    for key, value in node.entries:
        if isinstance(key, Scalar) and key.text == "interpretations" and isinstance(value, Sequence):
            seen: dict[str, int] = {}
            for one in value.nodes:
                if isinstance(one, Mapping):
                    where = next((v.text for k, v in one.entries if _is(k, "where") and isinstance(v, Scalar)), "")
                    seen[where] = seen.get(where, 0) + 1
                    yield f"interpretations {where} {seen[where]}", _words(one)


def _is(key: Node, name: str) -> bool:
    return isinstance(key, Scalar) and key.text == name


def _inside(node: Mapping, name: str) -> Iterator[tuple[str, Mapping]]:
    for key, value in node.entries:
        if _is(key, name) and isinstance(value, Mapping):
            for inner, one in value.entries:
                if isinstance(inner, Scalar) and isinstance(one, Mapping):
                    yield inner.text, one


def _words(node: Mapping) -> str:
    """What stands at a place itself: the text first, as it is, then the other keys, a line each."""
    own = {key.text: _plain(value) for key, value in node.entries if isinstance(key, Scalar) and key.text not in _INNER}
    text = own.pop("text", "")
    return "\n".join(filter(None, (text, *(f"{name}: {value}" for name, value in own.items()))))


def _plain(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return ", ".join(_plain(one) for one in node.nodes)
    return ", ".join(f"{_plain(key)}: {_plain(value)}" for key, value in node.entries)
