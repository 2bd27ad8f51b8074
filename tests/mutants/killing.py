"""A process that runs tests against mutants, in a copy of the tree; `python -m tests.mutants.killing`.

The tests are collected once. For each mutant a child of this process takes the mutant's functions over in place of the
real ones, and runs the tests that it is told until one fails. A mutant outside functions takes effect when its module
is imported, so the tests run in a new process. Either way the mutant lies in the copy's file, for the commands that
tests start.
"""

import gc
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from ast import unparse
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.mutants.operators import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
OPTIMISED = 1
"""The flag of a function's code."""

QUIET = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-o", "tmp_path_retention_policy=none")


class Killer:
    """A plugin that runs tests when it is told, in place of all of them once."""

    def __init__(self, asked: int, told: int) -> None:
        self.asked, self.told = os.fdopen(asked), os.fdopen(told, "w")
        self.pipe: int | None = None

    def pytest_runtest_logreport(self, report):
        """Say in a child that the test failed, and end."""
        if self.pipe is not None and report.failed:
            os.write(self.pipe, b"failed\n")
            os._exit(1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        items = {item.nodeid: item for item in session.items}
        first = next((item for item in session.items if "bases" in item.fixturenames), session.items[0])
        first.config.hook.pytest_runtest_protocol(item=first, nextitem=session.items[-1])
        self.say("ready")
        gc.collect()
        gc.freeze()
        base = first.config._tmp_path_factory.getbasetemp()
        for line in self.asked:
            asked = json.loads(line)
            there = {path.name for path in base.iterdir()}
            self.say(_outcome(self, asked, items))
            for path in base.iterdir():
                if path.name not in there:
                    shutil.rmtree(path, ignore_errors=True)
        os._exit(0)

    def say(self, value):
        """Answer, in a line."""
        print(json.dumps(value), file=self.told, flush=True)


def _outcome(killer, asked, items):
    """The test that a mutant does not pass, and how; None where it passes all of them."""
    if asked["key"] is None:
        return _forked(killer, None, asked["tests"], items)
    mutant = _mutants(asked["path"])[asked["key"]]
    path = ROOT / mutant.path
    text = path.read_bytes()
    try:
        _write(path, unparse(mutant.tree).encode())
        old, new = compile(text, str(path), "exec"), compile(mutant.tree, str(path), "exec")
        if list(_outside(old)) != list(_outside(new)):
            return _anew(asked["tests"])
        return _forked(killer, new, asked["tests"], items)
    finally:
        _write(path, text)


@cache
def _mutants(path: str) -> dict[str, Mutant]:
    return {mutant.key: mutant for mutant in mutants(ROOT, path)}


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    Path(cache_from_source(str(path))).unlink(missing_ok=True)


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType))


def _outside(code: CodeType) -> Iterator[object]:
    """What runs when a module is imported: its own lines and those of its classes."""
    if not code.co_flags & OPTIMISED:
        constants = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
        yield code.co_code, constants, code.co_names
        for one in _inner(code):
            yield from _outside(one)


def _functions(code: CodeType) -> Iterator[CodeType]:
    for one in _inner(code):
        if one.co_flags & OPTIMISED:
            yield one
        yield from _functions(one)


def _take_over(new: CodeType) -> None:
    """Give every function of a module that is imported its code of the mutant; `new` is the mutant's module."""
    places = {(one.co_qualname, one.co_firstlineno, len(one.co_freevars)): one for one in _functions(new)}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == new.co_filename:
            old = one.__code__
            one.__code__ = places.get((old.co_qualname, old.co_firstlineno, len(old.co_freevars)), old)


def _forked(killer, new, tests, items):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            killer.pipe = writing
            gc.unfreeze()
            if new is not None:
                _take_over(new)
            chosen = [items[node] for node, _ in tests]
            for item, following in zip(chosen, [*chosen[1:], chosen[-1]], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                os.write(writing, b"passed\n")
            os._exit(0)
        finally:
            os._exit(9)
    os.close(writing)
    try:
        return _watched(reading, tests)
    finally:
        _end(child)
        os.close(reading)
        os.waitpid(child, 0)


def _watched(reading: int, tests: list[tuple[str, float]]) -> tuple[str, str] | None:
    """Follow a child through its tests."""
    for node, seconds in tests:
        if not select.select([reading], [], [], 10 * seconds + 30)[0]:
            return node, "time"
        said = b""
        while not said.endswith(b"\n"):
            some = os.read(reading, 1)
            if not some:
                return node, "end"
            said += some
        if said == b"failed\n":
            return node, "failed"
    return None


def _anew(tests: list[tuple[str, float]]) -> tuple[str, str] | None:
    """Run the tests in a new process."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rfE", *QUIET, *(node for node, _ in tests)]
    ran = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said = ran.communicate(timeout=60 + 5 * sum(seconds for _, seconds in tests))[0]
    except subprocess.TimeoutExpired:
        return "", "time"
    finally:
        _end(ran.pid)
    if ran.returncode == 0:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said, re.MULTILINE)
    return failed[1] if failed else "", "failed"


def _end(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    asked, told = map(int, sys.argv[1:3])
    pytest.main(["-q", *QUIET, *sys.argv[3:]], plugins=[Killer(asked, told)])
