"""What publishing costs beyond the build: 10,000 pages of which 30 changed, to a local folder and over SSH.

    python benchmarks/publishing.py [INCIDENTS [ROUNDS]]

Each round amends 30 incidents, commits, publishes and audits with the command itself, in a process of its own; what the
build took is taken off. For SSH, an sshd with keys of its own is started on a free port of 127.0.0.1, and stopped.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from stages import make_site

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.live.sshd import SSHD, Server

CHANGED = 30
COLUMNS = ("first", "publish", "build", "beyond", "audit")
GIT = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false")
TIMED = """
import sys, time
begin = time.perf_counter()
from site_builder.cli import building
from site_builder.cli.main import main
built, spent = building._built, []
def timed(*given):
    start = time.perf_counter()
    try:
        return built(*given)
    finally:
        spent.append(time.perf_counter() - start)
building._built = timed
try:
    main()
except SystemExit as end:
    if end.code:
        raise
print("seconds", time.perf_counter() - begin, sum(spent), file=sys.stderr)
"""


def kaohe(site: Path, *arguments: str) -> tuple[float, float]:
    """Seconds that a command took, and those of them that the build took."""
    command = [sys.executable, "-c", TIMED, "--site", str(site), *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    said = done.stderr.decode().splitlines()
    if done.returncode:
        sys.exit("\n".join(said))
    total, build = map(float, said[-1].split()[1:])
    return total, build


def commit(site: Path) -> None:
    """Commit all that changed."""
    subprocess.run([*GIT, "add", "-A"], cwd=site, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "A change"], cwd=site, check=True)


def amend(site: Path, round_: int) -> None:
    """Amend thirty incidents, each with a sentence more."""
    paths = sorted((site / "incidents/2021").glob("*.md"))
    for path in paths[round_ * CHANGED : (round_ + 1) * CHANGED]:
        path.write_text(path.read_text(encoding="utf-8") + f"\n补充核实第{round_}次。\n", encoding="utf-8")


def figures(site: Path, target: str, rounds: int) -> tuple[float, ...]:
    """Seconds of a first publication beyond the build; medians of a further one, its build, the rest, and an audit."""
    first, build = kaohe(site, "publish", target, "--yes")
    beyond, builds, audits = [], [], []
    for round_ in range(rounds):
        amend(site, round_)
        commit(site)
        total, built = kaohe(site, "publish", target, "--yes")
        beyond.append(total - built)
        builds.append(built)
        audits.append(kaohe(site, "audit", target, "--no-rebuild")[0])
    return first - build, median(beyond) + median(builds), median(builds), median(beyond), median(audits)


def main(incidents: int = 9_700, rounds: int = 3) -> None:
    """Make a site, publish it again and again, and print the table."""
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as parent, contextlib.ExitStack() as stack:
        folder, site = Path(parent), Path(parent) / "site"
        make_site(site, incidents)
        kinds = {"folder": f"kind: folder, path: {folder}/www", "ssh": f"kind: ssh, host: web, path: {folder}/server"}
        lines = "".join(f"  {name}: {{{keys}}}\n" for name, keys in kinds.items())
        (site / "content/publication.yaml").write_text(f"targets:\n{lines}", encoding="utf-8")
        (site / ".gitignore").write_text(".kaohe-cache/\n")
        subprocess.run(["git", "init", "-q", "-b", "main"], cwd=site, check=True)
        commit(site)
        if SSHD is not None:
            server = Server(folder / "sshd")
            server.prepare()
            os.environ["PATH"] = f"{server.bin}:{os.environ['PATH']}"
            server.start()
            stack.callback(server.stop)
        print(f"{'target':8}", *(f"{name:>8}" for name in COLUMNS), " seconds, medians")
        for name in kinds if SSHD is not None else ("folder",):
            print(f"{name:8}", *(f"{figure:8.2f}" for figure in figures(site, name, rounds)), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
