"""Collects the words of the interface, and brings the translations up to date (`make translations`)."""

import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "themes/campus/translations/zh_CN.po"


def collected() -> polib.POFile:
    """Every string that code and templates give to gettext."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kaohe.pot"
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-k", "message"]
        subprocess.run([*command, "--no-location", "-o", str(target), "."], cwd=ROOT, check=True)
        return polib.pofile(str(target), encoding="utf-8")


def update() -> None:
    """Add new strings, empty, to the catalogue, and remove those that nothing uses."""
    wanted = {entry.msgid: entry for entry in collected()}
    catalogue = polib.pofile(str(CATALOGUE), encoding="utf-8", wrapwidth=100)
    known = {entry.msgid: entry for entry in catalogue}
    catalogue[:] = sorted(
        (known.get(text, entry) for text, entry in wanted.items()), key=lambda entry: str(entry.msgid)
    )
    catalogue.save(str(CATALOGUE))
    print(f"{len(catalogue)} strings, {len(catalogue.untranslated_entries())} to translate")


if __name__ == "__main__":
    update()
