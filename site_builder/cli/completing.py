"""`kaohe completion`, and what a shell proposes where a command asks for an id or a name."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from site_builder.cli.running import COMPLETE

if TYPE_CHECKING:
    from site_builder.cli.session import Session

MOST = 200
"""The most proposals: a shell asks before it lists more."""


def run_completion(commands: click.Command, shell: str) -> None:
    """Print the lines that teach a shell to complete `kaohe`."""
    kind = get_completion_class(shell)
    assert kind is not None, shell
    click.echo(kind(commands, {}, "kaohe", COMPLETE).source())


class Name(click.ParamType[str]):
    """A word that names something of the site: a `department`, an `incident`, a `path` or a `target`.

    Any word is accepted here; the command says where there is no such thing.
    """

    name = "name"

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What begins so; the names of departments lead to their ids. Nothing where the site cannot be read."""
        from site_builder.cli.session import Session
        from site_builder.opened import open_site

        root = ctx.find_root()
        session = Session(open_site(root.params.get("site") or Path()), root.params.get("lang"))
        try:
            known = _known(session, self._kinds)
        except SystemExit:
            return []
        found = [one for one in known if one[0].startswith(incomplete) or (incomplete and incomplete in one[1])]
        items = [CompletionItem(name, help=words) for name, words in found[:MOST]]
        return [*items, CompletionItem(incomplete, type="file")] if "path" in self._kinds else items


def _known(session: "Session", kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """Ids of these kinds, each with words that tell it from the others."""
    site = session.written.site
    if site is None:
        return []
    found: list[tuple[str, str]] = []
    if "target" in kinds:
        found += [(name, target.address or target.path) for name, target in site.settings.targets.items()]
    if "department" in kinds:
        found += [(name, department.name) for name, department in site.departments.items()]
    if "incident" in kinds:
        found += [
            (incident.id, f"{incident.date} {site.departments[incident.department].name}")
            for number in sorted(site.years, reverse=True)
            for incident in site.years[number].incidents.values()
        ]
    return found
