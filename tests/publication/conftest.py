"""The repository's own site, built once."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from site_builder.cli.main import cli
from site_builder.cli.running import run

ROOT = Path(__file__).resolve().parents[2]


def kaohe(*arguments, folder=ROOT, **environment):
    """Run the command in a folder as a user would: in this process, where a traceback fails the test.

    With an environment of its own it is a process of its own.
    """
    if environment:
        return _process(arguments, folder, environment)
    called = mock.patch.object(sys, "argv", ["kaohe", *map(str, arguments)])
    with contextlib.chdir(folder), CliRunner().isolation() as (output, complaint, *_), called:
        code = run(cli)
        said = [stream.getvalue().decode() for stream in (output, complaint)]
    return subprocess.CompletedProcess(arguments, code, *said)


def _process(arguments, folder, environment):
    return subprocess.run(
        [sys.executable, "-m", "site_builder", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=120,
    )


@pytest.fixture(scope="session")
def output(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "output"
    built = kaohe("build", "-o", folder)
    assert built.returncode == 0, built.stderr
    return folder
