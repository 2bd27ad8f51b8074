"""The built site, also for the commands; and the command in this process."""

import os
from typing import NamedTuple

from click.testing import CliRunner

from site_builder.cli.main import cli
from tests.publication.conftest import output

__all__ = ["here", "output"]


class Done(NamedTuple):
    """What a command ended with, and said."""

    returncode: int
    stdout: str
    stderr: str


def here(*arguments, folder=os.curdir):
    """Run the command on the site in a folder, in this process: quicker, and its lines are counted as tested."""
    ran = CliRunner().invoke(cli, ["--site", str(folder), *map(str, arguments)], catch_exceptions=False)
    return Done(ran.exit_code, ran.stdout, ran.stderr)
