"""Data as scripts, which pages can load over http and from a folder alike; each under a name of its own bytes."""

import json
from collections.abc import Mapping

from site_builder.model import Asset, asset


def script(function: str, value: object) -> bytes:
    """A script that hands a value to a function; nothing in it can end the script or the line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f"{function}({text});\n".encode()


def as_assets(files: Mapping[str, bytes]) -> Mapping[str, Asset]:
    """The files by the name under which pages ask for them."""
    return {url: asset(url, data) for url, data in files.items()}
