"""What a long history costs: seconds and peak memory of every stage.

    python benchmarks/history.py [FOLDER] [--incidents 10000] [--commits 20000]

A quarter of the commits are merges. The history stays in the folder, and is used again where it is there, whatever its
size; without a folder it is made anew and thrown away. "verdicts, remembered" reads the files first, which "verdicts"
is given: "read files" says what that costs.
The yardstick is `git log --raw -m`: what git itself takes to say which commit changed which file.
"""

import argparse
import gc
import hashlib
import multiprocessing
import os
import random
import resource
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stages import _assessors, _choices, _incident, make_site

from site_builder.assessment import assess, check
from site_builder.cli.main import COLLECT_EVERY
from site_builder.exports import review_markdown
from site_builder.language import language
from site_builder.model import Policy, Sources
from site_builder.opened import OpenedSite, open_site
from site_builder.review.revisions import Revisions
from site_builder.review.telling import telling
from site_builder.sources import department_names, read_site, read_tree
from site_builder.trail import judge, open_repository

ENVIRONMENT = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "TZ": "UTC"}
MAIN, BRANCH, CHANGE = "refs/heads/main", "refs/import/branch", "refs/heads/change"
OFFICE = "general-office"

FIRST = 1609462800
"""The second of the first commit, 2021-01-01 09:00 at +08:00; the others lie evenly in the 360 days after it."""

BEHIND = 8
"""A branch begins at one of main's latest commits, so many at most."""

APPROVALS = 50
"""How many commits of main change no file and approve what was recorded without approval."""


def make_history(
    folder: Path, incidents: int = 10_000, commits: int = 20_000, merges: int = 5_000, seed: int = 1
) -> None:
    """A repository whose main has so many commits, so many of them merges, and so many incidents at its end.

    Branches have one to three commits, each an incident or an amendment. The assessor's approver merges them; the
    general office one in twenty; one in ten is merged by its own author. Most of what is recorded on main itself has
    an `Approved-by:` trailer. The policy asks for approvals from the first commit on. A branch `change` changes ten
    files, and main is checked out.
    """
    make_site(folder, 0, seed)
    (folder / "criteria" / "approvals.yaml").write_text(_policy(), encoding="utf-8")
    git(folder, "init", "-q", "--template=", "-b", "main")
    settings = ("-c", "core.compression=1", "-c", "pack.compression=1", "-c", "core.deltaBaseCacheLimit=300m")
    command = ["git", *settings, "fast-import", "--quiet", "--force", "--depth=250"]
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdin=subprocess.PIPE) as importing:
        assert importing.stdin is not None
        for part in _History(folder, random.Random(seed), incidents, commits).stream(merges):
            importing.stdin.write(part)
    assert importing.returncode == 0
    git(folder, "update-ref", "-d", BRANCH)
    git(folder, "reset", "-q", "--hard", "main")


def git(folder: Path, *arguments: str) -> None:
    """Run git in the folder, as this machine's configuration does not have it; its output is thrown away."""
    subprocess.run(["git", *arguments], cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)


def _policy() -> str:
    approvers = "".join(f"  {office}: [{_approver(office)}]\n" for office in _assessors())
    return (
        "level: reviewed\nmain: main\nincidents: {approvals: 1, by: assessor}\n"
        f"criteria: {{approvals: 2, by: [party-committee, {OFFICE}]}}\napprovers:\n{approvers}forges: []\n"
    )


def _approver(office: str) -> str:
    return f"approver@{office}.example"


class _File(NamedTuple):
    """A file as a commit leaves it."""

    path: str
    data: bytes

    @property
    def blob(self) -> str:
        """What git calls the content."""
        return hashlib.sha1(b"blob %d\0" % len(self.data) + self.data).hexdigest()


class _History:
    """The history as it grows: the incidents' files, whose they are, and where on main each was changed last."""

    def __init__(self, folder: Path, chance: random.Random, incidents: int, commits: int) -> None:
        self._folder = folder
        self._chance = chance
        self._commits = commits
        self._adds = incidents
        self._amendments = 0
        self._files: list[_File] = []
        self._changed: list[int] = []
        self._of: dict[str, list[int]] = {office: [] for office in _assessors()}
        self._waiting: dict[str, list[int]] = {office: [] for office in _assessors()}
        self._choices = self._choices_of_offices()
        self._mark = 0
        self._position = 0

    def _choices_of_offices(self) -> dict[str, list[tuple[str, str, tuple[str, ...], bool, bool]]]:
        site = read_site(read_tree(self._folder)).site
        assert site is not None
        items = site.years[2021].scheme.items
        return {
            office: [choice for choice in _choices(self._folder) if items[choice[0]].assessor == office]
            for office in _assessors()
        }

    def stream(self, merges: int) -> Iterator[bytes]:
        """What `git fast-import` reads: main with its branches, then the branch `change`."""
        lengths = [self._chance.randint(1, 3) for _ in range(merges)]
        approvals = min(APPROVALS, merges // 4)
        direct = self._commits - 1 - merges - sum(lengths) - approvals
        self._amendments = direct + sum(lengths) - self._adds
        assert direct >= 0 <= self._amendments, "too few commits for so many merges and incidents"
        yield self._first()
        main = deque([self._mark], maxlen=BEHIND)
        for step in self._shuffled([*lengths, *[0] * direct], approvals):
            self._position += 1
            if step is None:
                yield self._approval()
            elif step == 0:
                yield self._direct()
            else:
                behind = self._chance.randrange(len(main))
                yield from self._branch(step, main[-1 - behind], self._position - 1 - behind)
            main.append(self._mark)
        yield self._change()

    def _shuffled(self, steps: list[int], approvals: int) -> Iterator[int | None]:
        """The steps in any order, with approvals (None) lying evenly among them."""
        self._chance.shuffle(steps)
        every = len(steps) // approvals + 1 if approvals else len(steps) + 1
        for number, step in enumerate(steps, 1):
            yield step
            if number % every == 0:
                yield None
        yield from [None] * (approvals - len(steps) // every)

    def _first(self) -> bytes:
        tops = (self._folder / name for name in ("content", "criteria"))
        found = sorted(path for top in tops for path in top.rglob("*") if path.is_file())
        files = [_File(path.relative_to(self._folder).as_posix(), path.read_bytes()) for path in found]
        return self._commit(MAIN, f"clerk-1@{OFFICE}.example", "The rules of 2021", files)

    def _branch(self, length: int, base: int, known: int) -> Iterator[bytes]:
        """A branch from the commit `base`, which is the one at `known` on main, and its merge."""
        office, lot = self._chance.choice(_assessors()), self._chance.random()
        author = _approver(office) if lot < 0.1 else self._clerk(office)
        files: list[_File] = []
        for _ in range(length):
            origin = "" if files else f"from :{base}\n"
            files.append(self._files[self._next(office, known)])
            yield self._commit(BRANCH, author, f"Record {files[-1].path}", files[-1:], origin)
        merger = _approver(OFFICE if lot > 0.95 else office)
        yield self._commit(MAIN, merger, f"Merge of {length}", files, f"merge :{self._mark}\n")

    def _direct(self) -> bytes:
        office = self._chance.choice(_assessors())
        number = self._next(office, self._position - 1)
        file = self._files[number]
        says = f"Record {file.path}"
        if self._chance.random() < 0.8:
            says += f"\n\nApproved-by: Approver <{_approver(office)}>"
        else:
            self._waiting[office].append(number)
        return self._commit(MAIN, self._clerk(office), says, [file])

    def _approval(self) -> bytes:
        """Half of what was recorded for an office without approval, as it is now."""
        office = self._chance.choice(_assessors())
        waiting = self._waiting[office]
        approved = [self._files[number] for number in waiting[::2]]
        self._waiting[office] = waiting[1::2]
        trailers = "\n".join(f"Approves: {file.blob} {file.path}" for file in approved)
        return self._commit(MAIN, _approver(office), f"Approval of {len(approved)}\n\n{trailers}", [])

    def _change(self) -> bytes:
        """Ten files ahead of main: two incidents, eight amendments, none of them approved."""
        office = "personnel-office"
        self._position, self._adds, self._amendments = self._position + 1, 0, 8
        numbers = [self._next(office, self._position - 1) for _ in range(8)]
        numbers += [self._added(office) for _ in range(2)]
        files = [self._files[number] for number in numbers]
        return self._commit(CHANGE, self._clerk(office), "Ten changes", files, f"from {MAIN}\n")

    def _next(self, office: str, known: int) -> int:
        """The number of an office's next file: one amended that nobody changed after `known`, or a new one."""
        amends = self._chance.randrange(self._adds + self._amendments) < self._amendments
        if amends and self._of[office]:
            for number in self._chance.choices(self._of[office], k=50):
                if self._changed[number] <= known:
                    return self._amended(number)
        return self._added(office)

    def _amended(self, number: int) -> int:
        before = self._files[number]
        said = f"\n更正说明：经复核，依据材料补充通报〔2021〕{self._chance.randint(1, 9999)}号。\n"
        self._files[number] = _File(before.path, before.data + said.encode())
        self._changed[number] = self._position
        self._amendments -= 1
        return number

    def _added(self, office: str) -> int:
        department = self._chance.choice([*_assessors(), *(f"department-{number:02}" for number in range(1, 14))])
        text = _incident(self._chance, department, *self._chance.choice(self._choices[office]))
        number = len(self._files)
        self._files.append(_File(f"incidents/2021/{number // 500:02}/2021-{number + 1:05}.md", text.encode()))
        self._changed.append(self._position)
        self._of[office].append(number)
        self._adds -= 1
        return number

    def _clerk(self, office: str) -> str:
        return f"clerk-{self._chance.randint(1, 3)}@{office}.example"

    def _commit(self, ref: str, author: str, says: str, files: Iterable[_File], origin: str = "") -> bytes:
        self._mark += 1
        moment = FIRST + self._mark * (360 * 24 * 3600 // self._commits)
        head = f"commit {ref}\nmark :{self._mark}\ncommitter {author.partition('@')[0]} <{author}> {moment} +0800\n"
        changes = (
            b"M 100644 inline %b\ndata %d\n%b\n" % (file.path.encode(), len(file.data), file.data) for file in files
        )
        return f"{head}data {len(says.encode())}\n{says}\n{origin}".encode() + b"".join(changes) + b"\n"


Stage = tuple[Callable[[], Any], Callable[[Any], object]]


def _stages(folder: Path) -> dict[str, Stage]:
    """Each stage: what prepares its input, untimed, and the stage itself."""

    def sources() -> Sources:
        return read_site(read_tree(folder))

    def remember() -> None:
        assert open_site(folder).trail.known

    def remembered() -> None:
        other = multiprocessing.get_context("fork").Process(target=remember)
        other.start()
        other.join()
        assert other.exitcode == 0

    def recalled(_: None) -> object:
        return open_site(folder).trail

    def files() -> OpenedSite:
        site = open_site(folder)
        assert site.written.site is not None
        return site

    def verdicts(site: OpenedSite) -> object:
        files = {**site.tree.files, **site.own_themes}
        found = judge(site.evidence, files, Policy(), department_names(site.tree))
        assert found.known
        return found

    def reviewed(_: object) -> object:
        repository = open_repository(folder)
        base, head = repository.resolve("main"), repository.resolve(CHANGE)
        assert base is not None and head is not None
        return review_markdown(telling(Revisions(repository, check).review(base, head)), language("en"))

    return {
        "git log --raw -m": (lambda: None, lambda _: git(folder, "log", "--raw", "-m", "main")),
        "read files": (lambda: None, lambda _: read_tree(folder)),
        "read sources": (lambda: None, lambda _: sources()),
        "score": (sources, lambda read: assess(read, unproved=True)),
        "verdicts": (files, verdicts),
        "verdicts, remembered": (remembered, recalled),
        "review of ten files": (lambda: None, reviewed),
    }


def _measured(prepare: Callable[[], Any], stage: Callable[[Any], object]) -> tuple[float, float]:
    """Seconds, and peak megabytes of a process of its own together with what it starts."""
    answer: multiprocessing.Queue[float] = multiprocessing.Queue()
    begun = multiprocessing.Event()

    def measure() -> None:
        given = prepare()
        begun.set()
        gc.set_threshold(COLLECT_EVERY)
        begin = time.perf_counter()
        stage(given)
        answer.put(time.perf_counter() - begin)

    process = multiprocessing.get_context("fork").Process(target=measure)
    process.start()
    assert process.pid is not None
    peak = 0
    while process.is_alive():
        peak = max(peak, _resident(process.pid) if begun.is_set() else 0)
        process.join(0.05)
    if process.exitcode:
        raise SystemExit("the stage failed")
    return answer.get(), peak / 2**20


def _resident(process: int) -> int:
    """The bytes of memory that a process and all that it started have now; Linux says it."""
    try:
        folder = Path("/proc") / str(process)
        own = int((folder / "statm").read_text().split()[1]) * resource.getpagesize()
        started = [int(one) for task in (folder / "task").iterdir() for one in (task / "children").read_text().split()]
    except OSError:
        return 0
    return own + sum(map(_resident, started))


def main(folder: Path, incidents: int, commits: int) -> None:
    """Print the table; the history is made where it is not there."""
    if not (folder / ".git" / CHANGE).exists():
        begin = time.perf_counter()
        make_history(folder, incidents, commits, commits // 4)
        print(f"made in {time.perf_counter() - begin:.1f} seconds", flush=True)
    print(f"{'stage':20} {'seconds':>8} {'of git log':>10} {'peak MB':>8}")
    yardstick = 0.0
    for name, (prepare, stage) in _stages(folder).items():
        seconds, memory = _measured(prepare, stage)
        yardstick = yardstick or seconds
        print(f"{name:20} {seconds:8.2f} {seconds / yardstick:10.2f} {memory:8.0f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--incidents", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as parent:
        main(asked.folder or Path(parent) / "site", asked.incidents, asked.commits)
