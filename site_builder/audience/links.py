"""Links of a text to what is internal: their words stay, and where they led is taken away.

A page drops such links anyway, but the data of the site hold texts as they were written.
"""

import posixpath
import re
from urllib.parse import unquote

from site_builder.audience.hidden import Hidden
from site_builder.model import subject_of
from site_builder.sources import section_of

_TARGET = re.compile(
    r"(\]\(\s*|^[ ]{0,3}\[[^\]\n]+\]:[ ]*)(<[^<>\n]*>|[^)\s]+)|<([a-z][a-z0-9+.-]*:[^>\s]+)>", re.M | re.I
)
_NOWHERE = "#"
"""The target of a link that leads nowhere, and that pages show as its words."""


def without_internal_links(hidden: Hidden, body: str, source: str) -> str:
    """The Markdown of a source file (its path), in which no link names anything internal."""
    if hidden.nothing or ("[" not in body and "<" not in body):
        return body

    def told(match: re.Match[str]) -> str:
        target = match.group(2) or match.group(3)
        if not _is_internal(hidden, target.strip("<>"), source):
            return match.group()
        return f"{match.group(1) or ''}{_NOWHERE}"

    return _TARGET.sub(told, body)


def _is_internal(hidden: Hidden, target: str, source: str) -> bool:
    """Whether a target is a page of this site, or a source file, of something internal."""
    path, _, anchor = unquote(_from_root(hidden, target)).partition("#")
    path = path.partition("?")[0]
    path = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(source), path)
    path = posixpath.normpath(path)
    return _names_section(hidden, path, anchor) or _names_record(hidden, path)


def _from_root(hidden: Hidden, target: str) -> str:
    """A target at the site's own address as one from its root."""
    address = hidden.whole.site.settings.url
    return "/" + target.removeprefix(address) if address and target.startswith(address) else target


def _names_section(hidden: Hidden, path: str, anchor: str) -> bool:
    folder, name = posixpath.split(path)
    stem = posixpath.splitext(name)[0]
    section = section_of(path)
    found = [section] if section is not None else []
    if "/handbook" in folder or folder.startswith("years"):
        found += [stem, anchor]
    return any(hidden.section(one) for one in found)


def _names_record(hidden: Hidden, path: str) -> bool:
    """Whether a path is that of an internal incident, department or page; of a page of this site, or of a file."""
    parts = posixpath.splitext(subject_of(path) or path)[0].split("/")
    kind = next((one for one in ("incidents", "departments", "assessors", "pages") if one in parts[:-1]), "")
    names = parts[parts.index(kind) + 1 :] if kind else []
    if kind == "incidents":
        return names[-1] in hidden.unshown
    if kind == "pages":
        return names[-1] in hidden.internal.pages
    return any(hidden.department(one) is None or hidden.section(one) for one in names)
