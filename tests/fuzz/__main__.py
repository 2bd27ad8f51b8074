"""Look for what breaks: `python -m tests.fuzz SECONDS [FIRST]`; `python -m tests.fuzz --again FILE` tries a kept input.

Every seed from FIRST on is tried in two processes that differ in all that an answer must not depend on: the order of
hashes, time zone and locale. A seed that fails is printed, and its input kept in `seeds/`. Exit 1 where one did.
"""

import os
import re
import resource
import select
import signal
import subprocess
import sys
import time
import traceback
from ast import literal_eval
from collections import Counter
from pathlib import Path

from tests.fuzz.cases import Case

SECONDS = 10
"""How long one input may take, in seconds of the processor."""
PATIENCE = 180
"""How long the wall clock waits on a busy machine, in seconds."""
MEMORY = 4 * 1024**3
SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"},
)


class HangError(Exception):
    """An input took too long."""


def _hang(*_: object) -> None:
    raise HangError(f"it took over {SECONDS} s")


def tried(case: Case) -> str:
    """The digest of the answer, or the words of what is wrong."""
    signal.signal(signal.SIGPROF, _hang)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return case.tried()
    except (Exception, SystemExit):
        return "Traceback" + traceback.format_exc(limit=-6)[-4000:]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def work() -> None:
    """Try the seeds that come in, one a line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        print(repr(tried(Case.of(int(line)))), flush=True)


class Worker:
    """A process that tries seeds; one that hangs is ended, and another begun."""

    def __init__(self, surroundings: dict[str, str]) -> None:
        self.surroundings = {**os.environ, **surroundings}
        self._begin()

    def _begin(self) -> None:
        command = [sys.executable, "-m", "tests.fuzz", "--work"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=self.surroundings, text=True)

    def ask(self, seed: int) -> None:
        self.process.stdin.write(f"{seed}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if line:
            return literal_eval(line)
        self.end()
        self._begin()
        return "Traceback: the process ended" if ready else "Traceback: it took too long"

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def run(seconds: int, first: int) -> int:
    """Try seeds for so long; how many failed."""
    workers, seen, seed, until = [Worker(one) for one in SURROUNDINGS], Counter(), first, time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            for one in workers:
                one.ask(seed)
            answers = [one.answer() for one in workers]
            if "Traceback" in "".join(answers) or len(set(answers)) > 1:
                _tell(seed, answers, seen)
            seed += 1
    finally:
        for one in workers:
            one.end()
    print(f"{seed - first} inputs from seed {first}, {seen.total()} failed in {len(seen)} ways", flush=True)
    return seen.total()


def _tell(seed: int, answers: list[str], seen: Counter[str]) -> None:
    """Print what failed, and keep the input, where none failed in this way before."""
    told = next((one for one in answers if "Traceback" in one), f"two answers: {answers}")
    places = re.findall(r'File "[^"]+", line \d+', told)
    way = places[-1] if places else told[:20]
    seen[way] += 1
    if seen[way] == 1:
        print(f"seed {seed}, kept in {Case.of(seed).keep(f'seed-{seed}')}\n{told}", flush=True)


def main(arguments: list[str]) -> int:
    """Run it; the exit code."""
    if arguments == ["--work"]:
        work()
        return 0
    if arguments[:1] == ["--again"] and len(arguments) == 2:
        told = tried(Case.kept(Path(arguments[1])))
        print(told)
        return int("Traceback" in told)
    if not 1 <= len(arguments) <= 2 or not all(map(str.isdigit, arguments)):
        print(__doc__, file=sys.stderr)
        return 2
    first = int(arguments[1]) if len(arguments) == 2 else time.time_ns() // 1_000_000
    return int(run(int(arguments[0]), first) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
