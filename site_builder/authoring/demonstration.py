"""A demonstration site: a git repository whose history shows every way in which a record is approved, or is not.

Its story is data: `demonstration/history.yaml` tells it commit by commit, `demonstration/files` holds the files.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from site_builder.model import Message, message

_DATA = Path(__file__).resolve().with_suffix("")
_MAIN = "main"
_KEYS = "demonstration-keys"
_SIGNERS = "criteria/allowed_signers"
_ACTOR = "office"
_SECONDS = 60
_KEPT = ("PATH", "SYSTEMROOT")
_SETTINGS = ("core.hooksPath=/dev/null", "core.autocrlf=false", "core.fsync=none", "gc.auto=0", "gpg.format=ssh")


class OccupiedFolderError(Exception):
    """Something lies in the folder already; the message is its path."""


class DemonstrationError(Exception):
    """A tool is missing or failed; `text` says so to a person. Nothing is left of what was made."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.template)
        self.text = text


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was made: how many commits there are, the branches besides main, and whom git knows the user as there."""

    folder: Path
    commits: int
    branches: tuple[str, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class _Person:
    """An office that makes commits; offices, never persons."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class _Step:
    """One commit of the history; the keys are those of `history.yaml`."""

    by: str
    at: str
    says: str
    branch: str = _MAIN
    through: str | None = None
    add: Sequence[str] = ()
    write: Mapping[str, str] = field(default_factory=dict)
    edit: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    move: Mapping[str, str] = field(default_factory=dict)
    merge: str | None = None
    squash: str | None = None
    approve: Sequence[str] = ()
    keys: Mapping[str, Any] = field(default_factory=dict)
    sign: bool = False


def make_demonstration(folder: Path) -> Demonstration:
    """Make the demonstration in a folder that is new or empty, with `git` and `ssh-keygen`.

    Raises `OccupiedFolderError` before anything is written, `DemonstrationError` and `OSError` after what was made is
    removed. The same commits come out each time, up to the first one that holds the keys made on the spot.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a link to a folder stays one
    if os.path.lexists(folder) and not _is_empty(folder):
        raise OccupiedFolderError(str(folder))
    story = yaml.safe_load((_DATA / "history.yaml").read_text(encoding="utf-8"))
    people = {name: _Person(**person) for name, person in story["people"].items()}
    tools = {name: _tool(name) for name in ("git", "ssh-keygen")}
    with _removed_on_failure(folder):
        repository = _Repository(folder, people, tools)
        repository.start()
        for step in story["steps"]:
            repository.take(_Step(**step))
        return repository.finish()


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DemonstrationError(message("The program {name} is missing: install it first", name=name))
    return found


@contextmanager
def _removed_on_failure(folder: Path) -> Iterator[None]:
    """The folder is made; if what happens then fails, it is as it was before, and so are the folders around it."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        with suppress(OSError):
            for path in missing[-1:] or tuple(folder.iterdir()):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


class _Repository:
    """The repository as it grows; everything that the machine's own git configuration says is switched off."""

    def __init__(self, folder: Path, people: Mapping[str, _Person], tools: Mapping[str, str]) -> None:
        self._folder = folder
        self._people = people
        self._tools = tools
        self._keys = folder / ".git" / _KEYS
        self._branch = _MAIN
        self._done: list[str] = []
        self._environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "TMPDIR": str(folder / ".git"),
            "LC_ALL": "C",
            "TZ": "UTC",
        }

    def start(self) -> None:
        """An empty repository, without the templates of the machine."""
        self._git("init", "-q", "--template=", "-b", _MAIN)

    def take(self, step: _Step) -> None:
        """One step of the history: the files as they then are, and the commit."""
        self._environment |= self._identities(step)
        self._switch(step.branch)
        if step.merge or step.squash:
            self._merge(step)
        self._change(step)
        says = "\n\n".join([step.says.strip(), *([self._approvals(step.approve)] if step.approve else [])])
        key = self._keys / step.by
        signing = ("-c", f"user.signingKey={key}") if step.sign else ()
        self._git(*signing, "commit", "-q", "--allow-empty", *(["-S"] if step.sign else []), "-F", "-", given=says)

    def finish(self) -> Demonstration:
        """Main is checked out, merged branches are gone, and git knows the user as an approver who has a key."""
        actor = self._people[_ACTOR]
        self._switch(_MAIN)
        self._git("branch", "-q", "-D", *self._done)
        settings = {
            "user.name": os.fsdecode(actor.name.encode()),
            "user.email": actor.address,
            "user.signingKey": f".git/{_KEYS}/{_ACTOR}",
            "gpg.format": "ssh",
            "gpg.ssh.allowedSignersFile": _SIGNERS,
        }
        for name, value in settings.items():
            self._git("config", name, value)
        commits = int(self._git("rev-list", "--all", "--count"))
        branches = self._git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        return Demonstration(self._folder, commits, tuple(name for name in branches if name != _MAIN), actor.name)

    def _identities(self, step: _Step) -> dict[str, str]:
        author, committer = self._people[step.by], self._people[step.through or step.by]
        moment = f"{step.at}:00+08:00"
        return {
            "GIT_AUTHOR_NAME": os.fsdecode(author.name.encode()),
            "GIT_AUTHOR_EMAIL": author.address,
            "GIT_AUTHOR_DATE": moment,
            "GIT_COMMITTER_NAME": os.fsdecode(committer.name.encode()),
            "GIT_COMMITTER_EMAIL": committer.address,
            "GIT_COMMITTER_DATE": moment,
        }

    def _switch(self, branch: str) -> None:
        """Go to the branch; a name that was not there, or was merged, begins a new one at main's tip."""
        if branch == self._branch:
            return
        known = self._git("for-each-ref", f"refs/heads/{branch}")
        self._git("switch", "-q", *([branch] if known else ["-c", branch, _MAIN]))
        self._branch = branch

    def _merge(self, step: _Step) -> None:
        branch = step.merge or step.squash or ""
        self._git("merge", "-q", *(["--squash"] if step.squash else ["--no-ff", "--no-commit"]), branch)
        self._done.append(branch)

    def _change(self, step: _Step) -> None:
        """Write, edit and move the files of the step."""
        for path in step.add:
            for source in _files(_DATA / "files" / path):
                self._write(source.relative_to(_DATA / "files").as_posix(), source.read_text(encoding="utf-8"))
        for path, text in step.write.items():
            self._write(path, text)
        for path, changes in step.edit.items():
            self._edit(path, changes)
        for path, target in step.move.items():
            (self._folder / target).parent.mkdir(parents=True, exist_ok=True)
            (self._folder / path).rename(self._folder / target)
        if step.keys:
            self._write(_SIGNERS, "".join(self._signers(**step.keys)))
        self._git("add", "-A")

    def _write(self, path: str, text: str) -> None:
        (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self._folder / path).write_text(text, encoding="utf-8", newline="\n")

    def _edit(self, path: str, changes: Mapping[str, str]) -> None:
        text = (self._folder / path).read_text(encoding="utf-8")
        for before, after in changes.items():
            assert text.count(before) == 1, f"{path}: {before}"
            text = text.replace(before, after)
        self._write(path, text)

    def _approvals(self, paths: Sequence[str]) -> str:
        """A trailer for each file, with the blob that main then has there."""
        listed = self._git("ls-tree", "-r", "HEAD", "--", *paths).splitlines()
        entries = (line.partition("\t") for line in listed)
        return "\n".join(f"Approves: {about.split()[2]} {path}" for about, _, path in entries)

    def _signers(self, people: Sequence[str], after: int) -> Iterator[str]:
        """A key for each of the people, outside what git keeps, and its line among the signers."""
        self._keys.mkdir(mode=0o700)
        for name in people:
            address, key = self._people[name].address, self._keys / name
            self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", address, "-f", str(key))
            public = key.with_suffix(".pub").read_text(encoding="utf-8").split()
            yield f'{address} namespaces="git,kaohe-release",valid-after="{after}" {public[0]} {public[1]}\n'

    def _git(self, *arguments: str, given: str = "") -> str:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        return self._run("git", *settings, *arguments, given=given)

    def _run(self, tool: str, *arguments: str, given: str = "") -> str:
        """What the tool prints; raises `DemonstrationError` with what it complains of."""
        try:
            ran = subprocess.run(
                [self._tools[tool], *arguments],
                cwd=self._folder,
                env=self._environment,
                input=given,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise _failed(tool, str(error)) from error
        if ran.returncode:
            raise _failed(tool, ran.stderr.strip() or f"exit {ran.returncode}")
        return ran.stdout


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(inner for inner in path.rglob("*") if inner.is_file())


def _failed(tool: str, reason: str) -> DemonstrationError:
    return DemonstrationError(
        message("The demonstration was not made: {name} says: {reason}", name=tool, reason=reason)
    )
