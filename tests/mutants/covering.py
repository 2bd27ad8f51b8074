"""Which tests run which lines of the code, and how long each takes.

Remembered for each file of tests, for as long as that file, what tests share, and the code are the same.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coverage import CoverageData

TIMES = "KAOHE_MUTANTS_TIMES"
"""Where the seconds of the tests are written, for the plugin that this module is."""


@dataclass(frozen=True)
class Test:
    """A test: its node, its seconds, and the lines that it runs of each module."""

    node: str
    seconds: float
    lines: dict[str, frozenset[int]]


def tests_of(root: Path, folders: tuple[str, ...]) -> list[str]:
    """The files of tests in these folders."""
    found = (
        path
        for folder in folders
        for path in ((root / folder).rglob("test_*.py") if folder[-3:] != ".py" else [root / folder])
    )
    return sorted(str(path.relative_to(root)) for path in found)


def digests(root: Path, files: list[str]) -> dict[str, str]:
    """Of each file of tests what its outcome follows from: itself, what tests share, and the code."""
    shared = sha256()
    for folder in ("site_builder", "themes", "tests"):
        for path in sorted((root / folder).rglob("*")):
            apart = path.name.startswith("test_") or {"mutants", "__pycache__"} & {*path.relative_to(root).parts}
            if path.is_file() and not apart:
                shared.update(str(path.relative_to(root)).encode() + b"\0" + sha256(path.read_bytes()).digest())
    return {name: sha256(shared.digest() + (root / name).read_bytes()).hexdigest() for name in files}


def covered(root: Path, memory: Path, files: list[str], workers: int) -> list[Test]:
    """The tests of these files; `root` is a copy of the tree in which they can run. All must pass there."""
    known = json.loads(memory.read_text()) if memory.exists() else {}
    now = digests(root, files)
    stale = [name for name in files if known.get(name, {}).get("digest") != now[name]]
    if stale:
        print(f"Running {len(stale)} files of tests to see which lines they run", flush=True)
        found = _run(root, stale, workers)
        known |= {name: {"digest": now[name], "tests": found.get(name, {})} for name in stale}
        memory.write_text(json.dumps(known))
    return [
        Test(node, seconds, {path: frozenset(some) for path, some in lines.items()})
        for name in files
        for node, (seconds, lines) in known[name]["tests"].items()
    ]


def _run(root: Path, files: list[str], workers: int) -> dict[str, dict[str, tuple[float, dict[str, list[int]]]]]:
    data, times = root / ".covered", root / ".times"
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--dist", "worksteal", "-p", __name__]
    measured = ["--cov=site_builder", "--cov-context=test", "--cov-report=", "--cov-config=/dev/null"]
    environment = {**os.environ, "PYTHONPATH": str(root), "COVERAGE_FILE": str(data), TIMES: str(times)}
    done = subprocess.run([*command, *measured, *files], cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"The tests fail without any fault:\n{done.stdout}{done.stderr}")
    seconds = json.loads(times.read_text())
    lines: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    read = CoverageData(str(data))
    read.read()
    for file in sorted(read.measured_files()):
        path = str(Path(file).relative_to(root))
        for line, contexts in read.contexts_by_lineno(file).items():
            for node in {context.rpartition("|")[0] for context in contexts} - {""}:
                lines[node][path].append(line)
    found: dict[str, dict[str, tuple[float, dict[str, list[int]]]]] = defaultdict(dict)
    for node, some in lines.items():
        found[node.partition("::")[0]][node] = (seconds.get(node, 1.0), some)
    return found


_seconds: dict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report):
    """Add up what setting a test up, running it and clearing up took."""
    if report.when == "call":
        _seconds[report.nodeid] += report.duration


def pytest_sessionfinish(session):
    """Write the seconds, in the process that hears of all tests."""
    if TIMES in os.environ and not hasattr(session.config, "workerinput"):
        Path(os.environ[TIMES]).write_text(json.dumps(_seconds))
