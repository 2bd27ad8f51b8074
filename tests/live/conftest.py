"""A real sshd and a real nginx on free ports of 127.0.0.1, with keys and configuration of their own."""

import contextlib
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SSHD, NGINX = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") for name in ("sshd", "nginx"))


@pytest.fixture
def tmp_path(tmp_path_factory):
    """A folder in memory where there is one: so many files need not wait for a disk that others use."""
    memory = Path("/dev/shm")
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        yield tmp_path_factory.mktemp("live")
        return
    folder = Path(tempfile.mkdtemp(prefix="kaohe-live-", dir=memory))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def wait_for(port, process):
    """Until somebody answers on the port."""
    for _ in range(200):
        assert process.poll() is None, "it ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("nobody answers")


def children(process):
    """The ids of all processes below one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[1]) == process:
                found += [int(path.parent.name), *children(int(path.parent.name))]
    return found


@dataclass
class Server:
    """An sshd that lets one key in; `ssh web` reaches it where `bin` comes first in PATH."""

    folder: Path
    port: int
    process: subprocess.Popen

    @property
    def bin(self):
        return self.folder / "bin"

    def start(self):
        command = [SSHD, "-D", "-e", "-f", str(self.folder / "sshd_config")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
        wait_for(self.port, self.process)

    def stop(self):
        self.drop()
        self.process.terminate()
        self.process.wait()

    def drop(self):
        """Drop every connection."""
        for process in children(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def new_key(self):
        """From now on the server shows another key."""
        make_key(self.folder / "host")
        self.stop()
        self.start()


def make_key(path):
    path.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def server(tmp_path, monkeypatch):
    if SSHD is None:
        pytest.skip("sshd is not installed (Debian: openssh-server)")
    folder = tmp_path / "sshd"
    (folder / "bin").mkdir(parents=True)
    make_key(folder / "host")
    make_key(folder / "user")
    port = free_port()
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        f"SetEnv HOME={folder}\n"  # not what the person at this computer has in their .bashrc
        "PasswordAuthentication yes\nMaxStartups 100\nPrintMotd no\nLogLevel ERROR\n"
    )
    kind, key = (folder / "host.pub").read_text().split()[:2]
    (folder / "known").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
    (folder / "config").write_text(
        f"Host web\n HostName 127.0.0.1\n Port {port}\n User {getpass.getuser()}\n"
        f" IdentityFile {folder}/user\n IdentitiesOnly yes\n"
        f" UserKnownHostsFile {folder}/known\n GlobalKnownHostsFile none\n"
    )
    (folder / "bin/ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
    (folder / "bin/ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")
    found = Server(folder, port, None)
    found.start()
    yield found
    found.stop()


@contextlib.contextmanager
def nginx(folder, root):
    """An nginx with the configuration that the documentation shows; its port."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder.mkdir()
    port = free_port()
    sample = (ROOT / "docs/nginx.conf").read_text()
    assert "listen 80;" in sample and "root /srv/www/kaohe/current;" in sample
    shown = sample.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/www/kaohe/current", f'"{root}"')
    (folder / "kaohe.conf").write_text(shown)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nuser {getpass.getuser()};\nworker_processes 2;\npid {folder}/pid;\nerror_log {folder}/log;\n"
        f"events {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{temporary}"
        f"include {folder}/kaohe.conf;\n}}\n"
    )
    process = subprocess.Popen([NGINX, "-e", f"{folder}/log", "-c", f"{folder}/nginx.conf"], stdin=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def visiting(port, pages):
    """Visitors inside the block; what they saw is in the dictionary afterwards."""
    command = [sys.executable, "-m", "tests.live.visitors", str(port), *pages]
    seen = {}
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield seen
    finally:
        printed, _ = process.communicate(timeout=60)
        seen.update(json.loads(printed))
