"""Collects the words of the interface, and brings the translations up to date (`make translations`)."""

import subprocess
import sys
import tempfile
from inspect import cleandoc
from pathlib import Path

import polib

from site_builder.cli.main import cli
from site_builder.cli.speech import CLICK

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "themes/campus/translations/zh_CN.po"


def collected() -> list[polib.POEntry]:
    """Every string that code and templates give to gettext."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kaohe.pot"
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-k", "message"]
        subprocess.run([*command, "--no-location", "-o", str(target), "."], cwd=ROOT, check=True)
        return [*polib.pofile(str(target), encoding="utf-8"), *(polib.POEntry(msgid=text) for text in helps())]


def helps() -> list[str]:
    """The help of commands and options, and what click says to a person."""
    commands = [cli, *cli.commands.values()]
    options = [getattr(one, "help", None) for command in commands for one in command.params]
    return [cleandoc(text) for text in (*CLICK, *(command.help for command in commands), *options) if text]


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
