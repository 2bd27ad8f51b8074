"""What a site looks like beyond its theme: its colours and its logo."""

import re
from collections.abc import Collection
from decimal import Decimal
from xml.etree import ElementTree

from site_builder.model import Asset, Colours, Place, Problem, Settings, asset, message
from site_builder.sources.fields import Fields
from site_builder.sources.report import Report
from site_builder.sources.tree import Tree

FOLDER = "content"
LOGOS = ("logo.svg", "logo.png", "logo.jpg", "logo.webp")
"""The files that may be a logo."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LIGHT, _DARK = "#fbfaf8", "#1f1e1b"
"""What the accent stands on, in light and in dark."""

_LEAST_CONTRAST = Decimal("4.5")
"""WCAG 2.2, success criterion 1.4.3."""

_FLARE = Decimal("0.05")
_SHARES = (Decimal("0.2126"), Decimal("0.7152"), Decimal("0.0722"))
"""Of red, green and blue in how bright a colour is."""

_BEGINNINGS = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "webp": b"RIFF",
}
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    (
        *("svg", "g", "title", "desc", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "text", "tspan"),
    )
)


def theme_problem(settings: Settings, known: Collection[str]) -> Problem | None:
    """That the settings name a theme that there is none of; None where it is known."""
    if settings.theme in known:
        return None
    return Problem(
        settings.origin.of("theme"),
        "unknown-theme",
        message("There is no theme “{name}”", name=settings.theme),
        message("There are: {names}; a theme of your own is a folder in themes/", names=tuple(known)),
    )


def read_colours(fields: Fields) -> Colours | None:
    """The site's own colours; None where they are wrong."""
    accent, dark = _colour(fields, "accent", _LIGHT), _colour(fields, "accent-dark", _DARK)
    fields.close()
    return Colours(accent, dark or _lightened(accent)) if accent else None


def _colour(fields: Fields, key: str, ground: str) -> str | None:
    colour = fields.text(key, required=key == "accent")
    if colour is None:
        return None
    place = fields.place_of(key)
    if not _COLOUR.fullmatch(colour):
        text = message("This is not a colour")
        fields.report.error(place, "invalid-colour", text, message('Write it as six digits: "#8f1d22"'))
        return None
    if _contrast(colour, ground) < _LEAST_CONTRAST:
        text = message("Words in this colour are hard to read on {ground}", ground=ground)
        hint = message("Take a darker one for the light pages, a lighter one for the dark ones: contrast 4.5 at least")
        fields.report.warning(place, "low-contrast", text, hint)
    return colour.lower()


def _lightened(colour: str) -> str:
    """The colour, mixed with as much white as it needs on dark ground."""
    parts = _parts(colour)
    for percent in range(0, 101, 5):
        mixed = "#" + "".join(f"{part + (255 - part) * percent // 100:02x}" for part in parts)
        if _contrast(mixed, _DARK) >= _LEAST_CONTRAST:
            return mixed
    return "#ffffff"


def _contrast(one: str, other: str) -> Decimal:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + _FLARE) / (darker + _FLARE)


def _luminance(colour: str) -> Decimal:
    parts = map(_linear, _parts(colour))
    return sum((share * part for share, part in zip(_SHARES, parts, strict=True)), Decimal(0))


def _linear(part: int) -> Decimal:
    value = Decimal(part) / 255
    if value <= Decimal("0.04045"):
        return value / Decimal("12.92")
    return ((value + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def read_logo(report: Report, tree: Tree) -> Asset | None:
    """The logo as pages load it: the first of `content/logo.*`; None where there is none that can be used."""
    paths = [f"{FOLDER}/{name}" for name in LOGOS if f"{FOLDER}/{name}" in tree.files]
    if not paths:
        return None
    path, data = paths[0], tree.files[paths[0]]
    suffix = path.rpartition(".")[2]
    fits = _is_still_drawing(data) if suffix == "svg" else data.startswith(_BEGINNINGS[suffix])
    if fits:
        return asset(f"static/logo.{suffix}", data)
    report.error(
        Place(path),
        "unsafe-logo",
        message("This logo is no plain picture of the kind that its name says"),
        message("Save it anew as PNG, or as SVG of paths and shapes, without scripts, styles or links"),
    )
    return None


def _is_still_drawing(data: bytes) -> bool:
    """Whether it is SVG that can neither run nor load anything."""
    if b"<!" in data.replace(b"<!--", b""):
        return False
    try:
        elements = list(ElementTree.fromstring(data).iter())
    except (ElementTree.ParseError, ValueError, RecursionError):
        return False
    return elements[0].tag == f"{_SVG}svg" and all(map(_is_still, elements))


def _is_still(element: ElementTree.Element) -> bool:
    known = isinstance(element.tag, str) and element.tag.removeprefix(_SVG) in _ELEMENTS
    return known and not any(
        "}" in name.removeprefix("{http://www.w3.org/XML/1998/namespace}")
        or name.lower().startswith("on")
        or name in ("style", "href")
        or ("url(" in text and not text.strip().startswith("url(#"))
        for name, text in element.attrib.items()
    )
