"""The repository's own site, built once."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def kaohe(*arguments, folder=ROOT, **environment):
    """Run the command as a user would."""
    import os

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
