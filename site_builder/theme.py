"""Where a theme's templates, styles and translations lie: a site's own folder first, then what travels with Kaohe."""

from collections.abc import Iterator
from pathlib import Path

DEFAULT = "campus"
"""The theme that travels with Kaohe; other themes only say what they change of it."""

_HERE = Path(__file__).resolve().parent
BUNDLED = next(folder for folder in (_HERE / "themes", _HERE.parent / "themes") if (folder / DEFAULT).is_dir())


def folders(name: str, site: Path | None) -> tuple[Path, ...]:
    """The folders that make up a theme, those that override first; only those that exist."""
    places = [place for place in ((site / "themes") if site else None, BUNDLED) if place]
    wanted = (place / theme for theme in dict.fromkeys((name, DEFAULT)) for place in places)
    return tuple(folder for folder in dict.fromkeys(wanted) if folder.is_dir())


def names(site: Path | None) -> tuple[str, ...]:
    """The themes that can be chosen."""
    return tuple(sorted(set(_names(site))))


def _names(site: Path | None) -> Iterator[str]:
    for place in ((site / "themes") if site else None, BUNDLED):
        if place and place.is_dir():
            yield from (folder.name for folder in place.iterdir() if folder.is_dir())


def files(name: str, site: Path | None, part: str) -> dict[str, Path]:
    """The files of a part of the theme (`static`, `translations`), by their path in it, sorted."""
    found: dict[str, Path] = {}
    for folder in reversed(folders(name, site)):
        root = folder / part
        found.update((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
    return dict(sorted(found.items()))
