"""`python -m tests.mutants GROUP…`: put a sample of faults into the code, one at a time, and see which tests notice.

The sample is the same on every machine, and mostly the same when the code changes. Outcomes are kept in `.mutants/`,
and a run goes on where one stopped. Exits 1 where fewer than 95 % are noticed, or one that is not is missing in
`survivors.yaml`, which gives the reason for each.
"""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from queue import Empty, Queue
from shutil import copyfile, copymode
from tempfile import TemporaryDirectory

import click
import yaml

from tests.mutants.covering import Test, covered, digests, tests_of
from tests.mutants.operators import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".mutants"
SURVIVORS = Path(__file__).with_name("survivors.yaml")
SEED = 20210401
ENOUGH = 95
JUDGEMENT = tuple(
    f"site_builder/trail/{name}.py" for name in ("judgement", "statements", "people", "rights", "sets", "records")
)
TRAIL = ("tests/trail", "tests/commands")


@dataclass(frozen=True)
class Group:
    """Modules that are measured together (patterns), without some of them, and where their tests are."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()


GROUPS = {
    "trail": Group(("site_builder/trail/*.py",), TRAIL, JUDGEMENT),
    "judgement": Group(JUDGEMENT, TRAIL),
    "freezing": Group(
        ("site_builder/freezing.py", "site_builder/sources/results.py", "site_builder/cli/freezing.py"),
        ("tests/freezing", "tests/commands/test_freeze.py", "tests/sources/test_results.py"),
    ),
    "scoring": Group(("site_builder/scoring/*.py",), ("tests/scoring", "tests/rulebook")),
}


@click.command(help=__doc__)
@click.argument("groups", nargs=-1, type=click.Choice(tuple(GROUPS)))
@click.option("--number", default=300, show_default=True, help="How many mutants of each group.")
@click.option("--workers", default=os.cpu_count(), show_default=True, help="How many at the same time.")
@click.option(
    "--seconds",
    default=20,
    show_default=True,
    help="For each mutant the fastest tests run that take so many seconds together, then the slowest that do.",
)
def main(groups: tuple[str, ...], number: int, workers: int, seconds: int) -> None:
    """Measure each group, and say what was found."""
    passed = [_measure(name, number, workers, seconds) for name in groups or tuple(GROUPS)]
    sys.exit(0 if all(passed) else 1)


def _copied(folder: Path) -> Path:
    """A copy of every file that belongs to the tree; it must lie in no repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(ROOT / name, folder / name)
            copymode(ROOT / name, folder / name)
    return folder


def sample(group: Group, number: int) -> list[Mutant]:
    """The mutants of a group that are looked at: those whose digests under the seed are the least."""
    paths = sorted({str(path.relative_to(ROOT)) for one in group.modules for path in ROOT.glob(one)} - {*group.without})
    found = [mutant for path in paths for mutant in mutants(ROOT, path)]
    return sorted(found, key=lambda one: sha256(f"{SEED} {one.key}".encode()).digest())[:number]


def _measure(name: str, number: int, workers: int, seconds: int) -> bool:
    """Look at the mutants of a group; whether enough of them are noticed, and all others are listed."""
    with TemporaryDirectory() as folder:
        copies = [_copied(Path(folder) / f"copy-{index}") for index in range(workers)]
        return _measured(name, number, copies, seconds)


def _measured(name: str, number: int, copies: list[Path], seconds: int) -> bool:
    state = STATE / name
    state.mkdir(parents=True, exist_ok=True)
    files = tests_of(ROOT, GROUPS[name].tests)
    tests = covered(copies[0], state / "covered.json", files, len(copies))
    chosen = sample(GROUPS[name], number)
    now = digests(copies[0], files)
    everything = sha256(f"{seconds} {now}".encode()).hexdigest()
    outcomes = Outcomes(state / "outcomes.json", now, everything, seconds)
    waiting: Queue[Mutant] = Queue()
    for mutant in chosen:
        if not outcomes.holds(mutant.key):
            waiting.put(mutant)
    print(f"{name}: {len(chosen)} mutants, {waiting.qsize()} of them to look at", flush=True)
    threads = [threading.Thread(target=_work, args=(copy, files, tests, waiting, outcomes)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if outcomes.failed:
        raise SystemExit("\n".join(outcomes.failed))
    return _report(name, chosen, outcomes)


class Outcomes:
    """What became of each mutant, kept in a file: the test that noticed it, or none.

    An outcome holds while the test that noticed it and the code are the same; of a survivor, while all tests are.
    """

    def __init__(self, path: Path, now: dict[str, str], everything: str, seconds: int) -> None:
        self.path, self.now, self.everything, self.seconds = path, now, everything, seconds
        self.known = json.loads(path.read_text()) if path.exists() else {}
        self.kills: Counter[tuple[str, str]] = Counter()
        self.lock = threading.Lock()
        self.failed: list[str] = []

    def holds(self, key: str) -> bool:
        """Whether what is known of a mutant needs no new look."""
        one = self.known.get(key)
        return one is not None and one["digest"] == self._digest(one["test"])

    def _digest(self, test: str | None) -> str:
        return self.now.get((test or "").partition("::")[0], self.everything)

    def tests(self, mutant: Mutant, tests: list[Test]) -> list[tuple[str, float]]:
        """The tests for a mutant in their order: what noticed it or its neighbours before, the fastest, the slowest."""
        lines = {*range(mutant.first, mutant.last + 1)}
        inside = [one for one in tests if lines & one.lines.get(mutant.path, frozenset())]
        found = sorted(inside or [one for one in tests if mutant.path in one.lines], key=lambda one: one.seconds)
        before = self.known.get(mutant.key, {}).get("test")
        some = [*_within(found, self.seconds), *_within(found[::-1], self.seconds)]
        with self.lock:
            some.sort(key=lambda one: (one.node != before, -self.kills[mutant.path, one.node]))
        return list(dict.fromkeys((one.node, one.seconds) for one in some))

    def add(self, mutant: Mutant, test: str | None, how: str) -> None:
        """Keep an outcome."""
        with self.lock:
            self.known[mutant.key] = {"test": test, "how": how, "digest": self._digest(test)}
            if test:
                self.kills[mutant.path, test] += 1
            self.path.write_text(json.dumps(self.known, ensure_ascii=False, indent=1))


def _within(tests: list[Test], seconds: float) -> list[Test]:
    """The tests, in this order, that take no longer together than so many seconds."""
    some = []
    for one in tests:
        if one.seconds <= seconds:
            some.append(one)
            seconds -= one.seconds
    return some


def _work(copy: Path, files: list[str], tests: list[Test], waiting: "Queue[Mutant]", outcomes: Outcomes) -> None:
    """Look at mutants, in a copy of the tree, until none waits."""
    with Worker(copy, files) as worker:
        quick = _within(sorted(tests, key=lambda one: one.seconds), outcomes.seconds)
        if failed := worker.ask(None, [(one.node, one.seconds) for one in quick]):
            outcomes.failed.append(f"Without any fault this test does not pass ({failed[1]}): {failed[0]}")
            return
        while True:
            try:
                mutant = waiting.get_nowait()
            except Empty:
                return
            chosen = outcomes.tests(mutant, tests)
            found = worker.ask(mutant, chosen) if chosen else None
            outcomes.add(
                mutant, found[0] if found else None, found[1] if found else "survived" if chosen else "no test"
            )
            print(f"{waiting.qsize():4} {'killed' if found else 'SURVIVED'} {mutant.key}", flush=True)


class Worker:
    """A process of `killing`, and the lines to and from it."""

    def __init__(self, copy: Path, files: list[str]) -> None:
        asked, self._ask = os.pipe()
        self._told, told = os.pipe()
        command = [sys.executable, "-m", "tests.mutants.killing", str(asked), str(told), f"--basetemp={copy}-temporary"]
        environment = {**os.environ, "PYTHONPATH": str(copy), "KAOHE_HISTORIES": "60"}
        self._process = subprocess.Popen(
            [*command, *files], cwd=copy, env=environment, pass_fds=(asked, told), stdout=subprocess.DEVNULL
        )
        os.close(asked)
        os.close(told)
        self._lines = os.fdopen(self._told)

    def __enter__(self) -> "Worker":
        self._lines.readline()
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._ask)
        self._process.wait()

    def ask(self, mutant: Mutant | None, tests: list[tuple[str, float]]) -> tuple[str, str] | None:
        """The test that a mutant does not pass, and how; None where it passes all of these."""
        asked = {"path": mutant and mutant.path, "key": mutant and mutant.key, "tests": tests}
        os.write(self._ask, json.dumps(asked).encode() + b"\n")
        return json.loads(self._lines.readline())


def _report(name: str, chosen: list[Mutant], outcomes: Outcomes) -> bool:
    """Say what became of the mutants of a group; whether enough of them were noticed, and the others are listed."""
    listed = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or {}
    reasons = listed.get(name) or {}
    survived = [one for one in chosen if outcomes.known[one.key]["test"] is None]
    killed = len(chosen) - len(survived)
    share = 100 * killed / len(chosen)
    print(f"\n{name}: {len(chosen)} mutants, {killed} killed ({share:.1f} %), {len(survived)} survived")
    for one in survived:
        why = reasons.get(
            one.key, "NOT LISTED" if outcomes.known[one.key]["how"] == "survived" else "NO TEST REACHES IT"
        )
        print(f"  line {one.first} of {one.key}\n    {why}")
    alive = {one.key for one in survived}
    for key in sorted(reasons.keys() & {one.key for one in chosen} - alive):
        print(f"  listed, but noticed now: {key}")
    return share >= ENOUGH and alive <= reasons.keys()


if __name__ == "__main__":
    main()
