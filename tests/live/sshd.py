"""An sshd of our own on a free port of 127.0.0.1, with keys and configuration of its own, for tests and benchmarks."""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


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


def make_key(path):
    path.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@dataclass
class Server:
    """An sshd that lets one key in; `ssh web` reaches it where `bin` comes first in PATH."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen = None

    @property
    def bin(self):
        return self.folder / "bin"

    def prepare(self):
        """Write keys and configuration."""
        folder = self.folder
        self.bin.mkdir(parents=True)
        make_key(folder / "host")
        make_key(folder / "user")
        (folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\n"
            f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
            f"SetEnv HOME={folder}\n"  # not what the person at this computer has in their .bashrc
            "PasswordAuthentication yes\nMaxStartups 100\nPrintMotd no\nLogLevel ERROR\n"
        )
        kind, key = (folder / "host.pub").read_text().split()[:2]
        (folder / "known").write_text(f"[127.0.0.1]:{self.port} {kind} {key}\n")
        (folder / "config").write_text(
            f"Host web\n HostName 127.0.0.1\n Port {self.port}\n User {getpass.getuser()}\n"
            f" IdentityFile {folder}/user\n IdentitiesOnly yes\n"
            f" UserKnownHostsFile {folder}/known\n GlobalKnownHostsFile none\n"
        )
        (folder / "bin/ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
        (folder / "bin/ssh").chmod(0o755)

    def start(self):
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
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
