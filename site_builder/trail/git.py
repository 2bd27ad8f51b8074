"""Asking git: commands that read, run so that nothing in the repository or on the machine can steer them."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Never

from site_builder.model import Message, message

_SETTINGS = (
    "core.hooksPath=" + os.devnull,
    "core.attributesFile=" + os.devnull,
    "core.fsmonitor=false",
    "core.commitGraph=false",
    "core.quotePath=false",
    "protocol.allow=never",
    "safe.directory=*",
)
"""Nothing is run, fetched, or believed but the objects; somebody else's repository may be read like one's own."""

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "TZ": "UTC",
}


_HERE = ("--git-dir=.", "--work-tree=.")
"""Where git finds the repository: in the folder of its database."""

_AT_ONCE = 2**20
"""The bytes of git's answers that are read at one time."""


class GitError(Exception):
    """git, or ssh-keygen, is missing or failed; `reason` says so to a person."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def isolated(**more: str) -> dict[str, str]:
    """The environment for git: that of the process without its own `GIT_` settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**inherited, **_ENVIRONMENT, **more}


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository: where git runs, where its database is, and the site's folder in it (`""` or `sub/`)."""

    folder: Path
    database: Path
    prefix: str
    bare: bool

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git prints; raises `GitError` where it fails."""
        done = self.attempt(*arguments, given=given)
        if done.returncode:
            raise _failed(done.stderr, done.returncode)
        return done.stdout

    def attempt(self, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """What git did, whether or not it failed."""
        return _run(self.database, (*_HERE, *arguments), given)

    def resolve(self, revision: str) -> str | None:
        """The id of the commit that a revision names; None where there is none, or where it is no plain name."""
        if not revision or revision.startswith("-") or not revision.isprintable():
            return None
        done = self.attempt("rev-parse", "--verify", "--quiet", revision + "^{commit}")
        return done.stdout.decode("ascii", "replace").strip() or None if done.returncode == 0 else None

    def objects(self, identifiers: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
        """Id, type and bytes of each of these objects that is there, in one run of git, which works meanwhile."""
        wanted = list(dict.fromkeys(identifiers))
        if not wanted:
            return
        with TemporaryFile() as given:
            given.write("".join(f"{one}\n" for one in wanted).encode())
            given.seek(0)
            with _started(self.database, (*_HERE, "cat-file", "--batch", "--buffer"), given) as answers:
                for one in wanted:
                    head = answers.line().split()
                    if len(head) == 3:
                        data = answers.bytes(int(head[2]) + 1)[:-1]
                        _check_name(one, head[1], data)
                        yield one, head[1].decode("ascii"), data

    def sizes(self, identifiers: Iterable[str]) -> dict[str, int]:
        """The bytes that each of these blobs has; objects that are missing, or no blobs, are left out."""
        wanted = "".join(f"{one}\n" for one in dict.fromkeys(identifiers)).encode()
        lines = self.run("cat-file", "--batch-check", given=wanted).decode("ascii", "replace").splitlines()
        found = (line.split(" ") for line in lines)
        return {parts[0]: int(parts[2]) for parts in found if len(parts) == 3 and parts[1] == "blob"}

    def blobs(self, identifiers: Iterable[str], largest: int) -> dict[str, bytes]:
        """The bytes of each of these blobs that is there and has at most `largest`."""
        sizes = self.sizes(identifiers)
        return {one: data for one, _, data in self.objects(name for name, size in sizes.items() if size <= largest)}


def open_repository(site: Path) -> Repository:
    """The repository that a site lies in; raises `GitError` where git or the repository is missing."""
    done = _run(site, ("-c", "core.worktree=", "rev-parse", "--absolute-git-dir"), b"")
    database = done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    if done.returncode or not database:
        raise GitError(_no_repository(done.stderr))
    real = site.resolve()
    top = next((folder for folder in (real, *real.parents) if _holds_repository(folder)), None)
    prefix = "" if top is None or top == real else real.relative_to(top).as_posix() + "/"
    return Repository(site, Path(database), prefix, top is None)


def start_repository(folder: Path) -> None:
    """Make a repository of a folder, with `main` as its first branch. Raises `GitError`."""
    done = _run(folder, ("init", "--quiet", "--initial-branch=main", "."), b"")
    if done.returncode:
        raise GitError(_no_repository(done.stderr))


def _holds_repository(folder: Path) -> bool:
    """Whether a folder is the top of a work tree: `.git/config` is not asked, it may name any other."""
    return (folder / ".git").is_file() or (folder / ".git" / "HEAD").is_file()


def _check_name(identifier: str, kind: bytes, data: bytes) -> None:
    """An object is what its id says; git itself does not look when it reads."""
    digest = hashlib.sha1 if len(identifier) == 40 else hashlib.sha256
    if digest(kind + b" %d\0" % len(data) + data).hexdigest() != identifier:
        raise GitError(message("The object {id} of the repository is damaged", id=identifier))


def _no_repository(said: bytes) -> Message:
    if b"not a git repository" in said:
        return message("The site does not lie in a git repository")
    return message("git says: {words}", words=_reason(said) or "?")


def _reason(said: bytes) -> str:
    """The line in which git says why it failed; what it hints at or warns of beforehand is not why."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return next((line for line in lines if not line.startswith(("hint:", "warning:"))), lines[0] if lines else "")


def _run(folder: Path, arguments: tuple[str, ...], given: bytes) -> "subprocess.CompletedProcess[bytes]":
    command = _command(arguments)
    try:
        return subprocess.run(command, cwd=folder, input=given, capture_output=True, env=isolated(), check=False)
    except (OSError, ValueError) as error:
        raise _not_run(error) from None


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a running git prints; raises `GitError` with its words where it ends before it has answered."""

    process: "subprocess.Popen[bytes]"
    printed: IO[bytes]
    errors: IO[bytes]

    def line(self) -> bytes:
        """The next line."""
        found = self.printed.readline()
        return found if found.endswith(b"\n") else self._end()

    def bytes(self, count: int) -> bytes:
        """The next so many bytes."""
        found = self.printed.read(count)
        return found if len(found) == count else self._end()

    def _end(self) -> Never:
        status = self.process.wait()
        self.errors.seek(0)
        raise _failed(self.errors.read(), status)


@contextmanager
def _started(folder: Path, arguments: tuple[str, ...], given: IO[bytes]) -> Iterator[_Answers]:
    """A git that works while its answers are read; it is ended where nobody reads on."""
    command = _command(arguments)
    with TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=isolated(),
                bufsize=_AT_ONCE,
            )
        except (OSError, ValueError) as error:
            raise _not_run(error) from None
        with process:
            assert process.stdout is not None
            try:
                yield _Answers(process, process.stdout, errors)
            finally:
                process.kill()


def _command(arguments: tuple[str, ...]) -> list[str]:
    program = shutil.which("git")
    if program is None:
        raise GitError(message("git is not installed"))
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    return [program, "--no-pager", *settings, *arguments]


def _failed(errors: bytes, status: int) -> GitError:
    return GitError(message("git says: {words}", words=_reason(errors) or str(status)))


def _not_run(error: Exception) -> GitError:
    return GitError(message("git could not be run: {reason}", reason=str(error)))
