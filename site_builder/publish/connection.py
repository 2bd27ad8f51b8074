"""One connection to a server through the system's own `ssh` and its configuration, shared by all that is run there."""

import contextlib
import os
import re
import secrets
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from site_builder.model import Message, message, printable
from site_builder.publish.failure import PublishError, names_a_cause, remote_failure

_OPTIONS = {
    "ConnectTimeout": "20",
    "ServerAliveInterval": "15",
    "ServerAliveCountMax": "4",
    "RequestTTY": "no",
    "RemoteCommand": "none",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "ClearAllForwardings": "yes",
    "PermitLocalCommand": "no",
}
_LOST = 255
_PATIENCE = 10
_SHORT = 8 * 1024
_SAFE = frozenset(b'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.,:;_+=@{}[]()-"# ')

_LOOP = """
exec 4>&1
echo "$1"
while IFS= read -r line; do
  said=$(eval "$line" 2>&1 >&4 </dev/null); code=$?
  printf '\\n%s %d\\n%s\\n%s\\n' "$1" "$code" "$said" "$1"
done
"""
"""Runs a line at a time. What a line prints is followed by the mark `$1` with its exit code, then its complaints."""


class Connection:
    """Runs the functions of a shell library on a server. Use `connected` to make one."""

    def __init__(self, host: str, place: str, library: str, options: dict[str, str]) -> None:
        self.host = host
        self.place = place
        self._library = library
        self._options = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        self._mark = secrets.token_hex(16).encode("ascii")
        self._shell: subprocess.Popen[bytes] | None = None

    @property
    def shell(self) -> str:
        """`ssh` with its options as one text, for other programs to run."""
        return shlex.join(["ssh", *self._options])

    def open(self) -> None:
        """Start the shell that runs short calls one after the other; raises `PublishError` where that cannot be."""
        script = f"{self._library}\n{_LOOP}"
        shell = self._started([script, "kaohe", self._mark.decode()], subprocess.PIPE, subprocess.PIPE)
        assert shell.stdin and shell.stdout and shell.stderr
        if not any(line == self._mark + b"\n" for line in shell.stdout):
            self.check(shell.wait() or _LOST, shell.stderr.read())
        self._shell = shell

    def close(self) -> None:
        """End the shell, and the connection with it."""
        if self._shell is not None:
            try:
                self._shell.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                self._shell.kill()
                self._shell.communicate()

    def start(self, name: str, *arguments: str, only_said: int | None = None) -> "subprocess.Popen[bytes]":
        """A call of a function in a process of its own, whose input can be written.

        What it prints can be read, unless there is a file for what it complains of.
        """
        words = [f'{self._library}\n{name} "$@"', "kaohe", *arguments]
        pipes = (subprocess.PIPE, subprocess.PIPE) if only_said is None else (subprocess.DEVNULL, only_said)
        return self._started(words, *pipes)

    def run(self, name: str, *arguments: str, given: bytes = b"", fine: tuple[int, ...] = (0,)) -> bytes:
        """What a function prints, with `given` as its input; raises `PublishError` where it does not end in `fine`."""
        is_short = len(given) <= _SHORT and not any("\n" in one for one in arguments)
        if is_short and self._shell is not None and self._shell.poll() is None:
            code, printed, said = self._asked(f"printf '{_escaped(given)}' | {shlex.join([name, *arguments])}\n")
        else:
            process = self.start(name, *arguments)
            printed, said = process.communicate(given)
            code = process.returncode
        self.check(code, said, fine)
        return printed

    def _asked(self, line: str) -> tuple[int, bytes, bytes]:
        """Exit code, output and complaints of a line that the shell runs."""
        assert self._shell and self._shell.stdin and self._shell.stdout
        with contextlib.suppress(BrokenPipeError):
            self._shell.stdin.write(line.encode("utf-8", "surrogateescape"))
            self._shell.stdin.flush()
        printed, code = self._until(self._mark + b" ")
        said, end = self._until(self._mark + b"\n")
        if code is None or end is None:
            assert self._shell.stderr
            return self._shell.wait() or _LOST, b"", self._shell.stderr.read()
        return int(code), printed, said

    def _until(self, mark: bytes) -> tuple[bytes, bytes | None]:
        """What the shell prints before a line that begins like this, and the rest of that line; None where it ends."""
        assert self._shell and self._shell.stdout
        found = bytearray()
        while line := self._shell.stdout.readline():
            if line.startswith(mark) and found.endswith(b"\n"):
                return bytes(found[:-1]), line.removeprefix(mark)
            found += line
        return bytes(found), None

    def _started(self, words: list[str], stdout: int, stderr: int) -> "subprocess.Popen[bytes]":
        command = ["ssh", *self._options, "--", self.host, shlex.join(["env", "LC_ALL=C", "sh", "-c", *words])]
        never = {"SSH_ASKPASS_REQUIRE": "never"} if "BatchMode=yes" in self._options else {}
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=stdout, stderr=stderr, env={**os.environ, **never}
        )

    def check(self, code: int, said: bytes, fine: tuple[int, ...] = (0,), cut: tuple[int, ...] = ()) -> None:
        """Raise `PublishError` where a command did not end well; `cut` are the codes of one whose connection broke."""
        if code not in fine:
            text = said.decode("utf-8", "replace")
            raise self._failed(_LOST if code in cut and not names_a_cause(text) else code, text)

    def _failed(self, code: int, said: str) -> PublishError:
        if code != _LOST:
            return remote_failure(self.place, code, said)
        for pattern, text in _REASONS.items():
            if re.search(pattern, said):
                return PublishError(message("{host}: {reason}", host=self.host, reason=text))
        line = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "?")
        return PublishError(
            message(
                "The connection to {host} failed or broke off ({reason}). What is published is whole; run the command "
                "again, and it finishes or undoes what was begun",
                host=self.host,
                reason=printable(line),
            )
        )


_REASONS: dict[str, Message] = {
    "REMOTE HOST IDENTIFICATION HAS CHANGED": message(
        "the server shows another key than before, so nothing was sent. Ask its administrator whether the key was "
        "changed; only then remove the old one with ssh-keygen -R"
    ),
    "Host key verification failed": message(
        "the key of the server is not known here, so nothing was sent. Compare its fingerprint with the "
        "administrator's, and connect once with ssh in a terminal"
    ),
    r"Permission denied \(|Too many authentication failures|read_passphrase": message(
        "the server does not let you in, or asks for a password that nobody can type here. Set up a key for it "
        "(ssh-copy-id), and load it into the agent where it has a passphrase"
    ),
    "Could not resolve hostname": message("there is no server of this name. Check host: in the target, or the network"),
}


@contextmanager
def connected(host: str, place: str, library: str, asks: bool) -> Iterator[Connection]:
    """A connection that all calls share; it ends with the block, or with this process however that ends.

    `library` holds the shell functions. `asks` allows ssh to ask for a password or to confirm a key, on a terminal.
    """
    if shutil.which("ssh") is None:
        raise PublishError(message("ssh is not installed"))
    options = {**_OPTIONS, "BatchMode": "no" if asks else "yes"}
    with tempfile.TemporaryDirectory(prefix="kaohe-") as folder:
        if os.name != "nt":  # where ssh cannot share a connection
            options |= {"ControlPath": str(Path(folder) / "ssh"), "ControlMaster": "auto", "ControlPersist": "no"}
        connection = Connection(host, place, library, options)
        try:
            connection.open()
            yield connection
        finally:
            connection.close()


def _escaped(data: bytes) -> str:
    """Bytes as the format of a shell's `printf`, in single quotes."""
    return "".join(chr(one) if one in _SAFE else f"\\{one:03o}" for one in data)
