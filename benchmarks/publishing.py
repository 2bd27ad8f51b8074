"""What publishing costs beyond the build: 10,000 pages of which 30 changed, to a local folder and over SSH.

    python benchmarks/publishing.py [INCIDENTS [ROUNDS]]

Each round amends 30 incidents, commits, publishes and audits with the command itself, in a process of its own; what the
build took is taken off. For SSH, an sshd with keys of its own is started on a free port of 127.0.0.1, and stopped.
"""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from stages import make_site

CHANGED = 30
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


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str | None]:
    """The folder whose `ssh` reaches a server of our own as `bench`; None where there is no sshd."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        yield None
        return
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        f"SetEnv HOME={folder}\n"  # not what the person at this computer has in their .bashrc
    )
    (folder / "known").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
    (folder / "config").write_text(
        f"Host bench\n HostName 127.0.0.1\n Port {port}\n User {getpass.getuser()}\n IdentityFile {folder}/user\n"
        f" UserKnownHostsFile {folder}/known\n"
    )
    (folder / "bin").mkdir()
    (folder / "bin/ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
    (folder / "bin/ssh").chmod(0o755)
    process = subprocess.Popen([program, "-D", "-f", str(folder / "sshd_config")], stdin=subprocess.DEVNULL)
    time.sleep(0.5)
    os.environ["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"
    try:
        yield str(folder / "bin")
    finally:
        process.terminate()
        process.wait()


def main(incidents: int = 9_700, rounds: int = 3) -> None:
    """Make a site, publish it again and again, and print the table."""
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as parent:
        folder = Path(parent)
        site = folder / "site"
        make_site(site, incidents)
        kinds = {"folder": f"kind: folder, path: {folder}/www", "ssh": f"kind: ssh, host: bench, path: {folder}/server"}
        lines = "".join(f"  {name}: {{{keys}}}\n" for name, keys in kinds.items())
        (site / "content/site.yaml").write_text(f"targets:\n{lines}", encoding="utf-8")
        (site / ".gitignore").write_text(".kaohe-cache/\n")
        subprocess.run(["git", "init", "-q", "-b", "main"], cwd=site, check=True)
        commit(site)
        (folder / "sshd").mkdir()
        with server(folder / "sshd") as there:
            print(
                f"{'target':8} {'first':>8} {'publish':>8} {'build':>8} {'beyond':>8} {'audit':>8}   seconds, medians"
            )
            for name in kinds if there else ("folder",):
                first = kaohe(site, "publish", name, "--yes")
                beyond, built, audits = [], [], []
                for round_ in range(rounds):
                    amend(site, round_)
                    commit(site)
                    total, build = kaohe(site, "publish", name, "--yes")
                    beyond.append(total - build)
                    built.append(build)
                    audits.append(kaohe(site, "audit", name, "--no-rebuild")[0])
                total = median(beyond) + median(built)
                figures = (first[0] - first[1], total, median(built), median(beyond), median(audits))
                print(f"{name:8}", " ".join(f"{figure:8.2f}" for figure in figures), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
