"""The files of the theme, and what a site adds to them: those that pages load bear a digest in their names."""

from collections.abc import Mapping
from pathlib import Path

from site_builder import theme
from site_builder.model import Asset, Settings, asset

COLOURS = "static/colours.css"
"""The style sheet of a site's own colours."""

LOGO = "static/logo"
"""The name under which pages ask for the logo."""

_LOADED = (".css", ".js")


def static_assets(settings: Settings, site: Path) -> Mapping[str, Asset]:
    """The style sheets, scripts and other files of a site's theme by the name under which pages ask for them.

    Pictures and fonts keep their names, since style sheets name them.
    """
    found = {}
    for path, file in theme.files(settings.theme, site, "static").items():
        url, data = f"static/{path}", file.read_bytes()
        found[url] = asset(url, data) if url.endswith(_LOADED) else Asset(url, data)
    if settings.colours is not None:
        found[COLOURS] = asset(COLOURS, _colours(settings.colours.accent, settings.colours.accent_dark))
    if settings.logo is not None:
        found[LOGO] = settings.logo
    return found


def _colours(light: str, dark: str) -> bytes:
    return (
        f":root {{ --accent: {light}; --link: {light}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; --link: {dark}; }} }}\n"
    ).encode()
