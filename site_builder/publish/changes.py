"""What a publication changes: pages and files by their digests, and scores by the data files of both releases."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from site_builder.model import Manifest


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths that are new, differ, and are gone, each sorted; `stamped` are pages that differ in their edition alone."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    stamped: tuple[str, ...] = ()

    @property
    def pages(self) -> "Changes":
        """Those of them that are pages."""
        return Changes(*(tuple(path for path in paths if path.endswith(".html")) for paths in self))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter((self.added, self.changed, self.removed))

    def __bool__(self) -> bool:
        return any(self)


def changes(before: Manifest | None, after: Manifest) -> Changes:
    """What changes from one release to another; all is new where there was none."""
    old, new = {} if before is None else before.files, after.files
    return Changes(
        tuple(sorted(path for path in new if path not in old)),
        tuple(sorted(path for path, digest in new.items() if path in old and old[path] != digest)),
        tuple(sorted(path for path in old if path not in new)),
    )


def without_stamps(found: Changes, before: Manifest, after: Manifest, read: Callable[[str], bytes]) -> Changes:
    """The changes without the pages that only name another edition at their foot; `read` reads a file of the new one.

    Such a page, with the old stamp in place of the new, has the old digest.
    """
    old, new = before.edition.stamp.encode(), after.edition.stamp.encode()
    if not old or not new:
        return found
    pages = (path for path in found.changed if path.endswith(".html"))
    same = {path for path in pages if sha256(read(path).replace(new, old)).hexdigest() == before.files[path]}
    return replace(
        found, changed=tuple(path for path in found.changed if path not in same), stamped=tuple(sorted(same))
    )


@dataclass(frozen=True, slots=True, order=True)
class ScoreChange:
    """A score that differs: of a department in a section of a year; None where there was, or is, no such score."""

    year: str
    department: str
    section: str
    before: str | None
    after: str | None


def score_files(*manifests: Manifest | None) -> tuple[str, ...]:
    """The files of scores that differ between these manifests."""
    listed = [{} if one is None else one.files for one in manifests]
    paths = {path for files in listed for path in files if path.startswith("data/") and path.endswith("/scores.json")}
    return tuple(sorted(path for path in paths if len({files.get(path) for files in listed}) > 1))


def score_changes(path: str, before: bytes | None, after: bytes | None) -> Iterable[ScoreChange]:
    """The scores that differ between two contents of a file of scores, in order."""
    year, old, new = path.split("/")[1], dict(_scores(before)), dict(_scores(after))
    wanted = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    return [ScoreChange(year, *key, old.get(key), new.get(key)) for key in wanted]


def _scores(data: bytes | None) -> Iterator[tuple[tuple[str, str], str]]:
    """Department and section → score; nothing of what is no file of scores."""
    try:
        departments: Mapping[str, Mapping[str, object]] = json.loads(data or b"{}").get("departments", {})
        for department, one in departments.items():
            for section, figures in dict(one["sections"]).items():  # type: ignore[call-overload]
                yield (department, section), str(figures["score"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return
