"""What was proved before: a trail kept in the site's `.kaohe-cache/`, so that the same history is not read again.

A trail is used only for the same files, the same commits and branches, and the same version of this program. What came
with a revision, an archive or a share is nobody's memory, but a claim: only what this account wrote here is read, which
a key in the account's own cache folder proves.
"""

import contextlib
import errno
import hashlib
import hmac
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from site_builder.model import (
    Approval,
    Decision,
    Event,
    Happening,
    Level,
    Message,
    Policy,
    Requirement,
    Statement,
    Trail,
    Verdict,
)
from site_builder.trail.git import GitError, Repository
from site_builder.trail.releases import BRANCH

FOLDER = ".kaohe-cache"

_FILE = "trail.json"
_PROGRAM = Path(__file__).resolve().parent.parent
_ROOMS = ("model", "sources", "scoring", "trail", "review")


def fingerprint(repository: Repository, head: str, files: Mapping[str, bytes]) -> str | None:
    """What a trail follows from, as one digest; None where nothing may be remembered."""
    try:
        if repository.bare or _is_tracked(repository):
            return None
        listed = repository.run("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/remotes")
        branches = b"\n".join(line for line in listed.splitlines() if BRANCH.encode() not in line)
    except GitError:
        return None
    digest = hashlib.sha256()
    tools = b"with" if shutil.which("ssh-keygen") else b"without"
    cut = (repository.database / "shallow").exists()
    for part in (program(), head.encode(), branches, repository.prefix.encode("utf-8", "replace"), tools, b"%d" % cut):
        digest.update(hashlib.sha256(part).digest())
    for path, data in files.items():
        digest.update(hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest() + hashlib.sha256(data).digest())
    return digest.hexdigest()


def recall(site: Path, key: str) -> Trail | None:
    """The trail with this fingerprint, if it is remembered whole."""
    kept = load(site, _FILE)
    try:
        return _trail(kept["trail"]) if isinstance(kept, dict) and kept["key"] == key else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def remember(site: Path, key: str, trail: Trail) -> None:
    """Keep a trail for the next time, in place of the one kept before; where that cannot be, nothing happens."""
    store(site, _FILE, {"key": key, "trail": _plain(trail)})


def load(site: Path, name: str) -> object:
    """What this account stored under a name, as JSON has it; None where there is nothing, or another did."""
    path = site / FOLDER / name
    if path.is_symlink() or path.parent.is_symlink():
        return None
    try:
        seal, _, data = path.read_bytes().partition(b"\n")
        if not hmac.compare_digest(seal, _seal(data)):
            return None
        kept: object = json.loads(data)
    except (OSError, ValueError, RecursionError, RuntimeError):
        return None
    return kept


def store(site: Path, name: str, value: object) -> None:
    """Keep a value that JSON can say under a name; where that cannot be, nothing happens."""
    beside = site / FOLDER / f"{name}.{os.getpid()}"
    try:
        folder = cache_folder(site)
        data = json.dumps(value, separators=(",", ":")).encode("ascii")
        beside.write_bytes(_seal(data) + b"\n" + data)
        beside.replace(folder / name)
    except (OSError, RuntimeError):
        with contextlib.suppress(OSError):
            beside.unlink()


def cache_folder(site: Path) -> Path:
    """The folder of what is kept for the next time; raises `OSError` where it cannot be, or is a link."""
    folder = site / FOLDER
    if folder.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="ascii")
    return folder


def _seal(data: bytes) -> bytes:
    """A digest that only this account can make; raises `OSError` where the account has no place for a key."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kaohe"
    path = home / "key"
    if not path.is_file():
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    return hmac.new(path.read_bytes(), data, hashlib.sha256).hexdigest().encode("ascii")


def _is_tracked(repository: Repository) -> bool:
    """Whether the checked-out revision brings a cache along, in whatever case its name is written."""
    listed = repository.attempt("ls-tree", "-z", "--name-only", "--full-tree", "HEAD", repository.prefix or ".")
    names = listed.stdout.decode("utf-8", "replace").split("\0")
    return any(name.removeprefix(repository.prefix).casefold() == FOLDER for name in names)


def program() -> bytes:
    """A digest of the rooms that what is remembered follows from."""
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((_PROGRAM / room).glob("*.py")):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def _plain(trail: Trail) -> dict[str, object]:
    policy = trail.policy
    return {
        "level": trail.level,
        "policy": {
            "level": policy.level,
            "main": policy.main,
            "incidents": [policy.incidents.approvals, policy.incidents.by],
            "criteria": [policy.criteria.approvals, policy.criteria.by],
            "approvers": policy.approvers,
            "forges": policy.forges,
        },
        "commit": trail.commit,
        "moment": trail.moment,
        "verdicts": {
            subject: [
                one.decision,
                _plain_message(one.reason),
                [[a.by, a.role, a.commit, a.moment, a.kind] for a in one.approvals],
                one.blob,
            ]
            for subject, one in trail.verdicts.items()
        },
        "lives": {
            subject: [
                [e.happening, e.commit, e.moment, e.path, e.name, e.address, e.office, e.kind, e.before, e.after]
                for e in events
            ]
            for subject, events in trail.lives.items()
        },
        "texts": trail.texts,
    }


def _trail(kept: dict[str, object]) -> Trail:
    """The trail in what was kept; whatever is not as it was written raises an error."""
    found: dict[str, dict] = kept  # type: ignore[type-arg, assignment]
    policy = found["policy"]
    return Trail(
        level=Level(str(found["level"])),
        policy=Policy(
            Level(policy["level"]),
            policy["main"],
            Requirement(policy["incidents"][0], tuple(policy["incidents"][1])),
            Requirement(policy["criteria"][0], tuple(policy["criteria"][1])),
            {name: tuple(people) for name, people in policy["approvers"].items()},
            tuple(policy["forges"]),
        ),
        known=True,
        commit=str(found["commit"]),
        moment=str(found["moment"]),
        verdicts={
            subject: Verdict(
                Decision(decision),
                _message(reason),
                tuple(Approval(by, role, commit, moment, Statement(kind)) for by, role, commit, moment, kind in given),
                blob,
            )
            for subject, (decision, reason, given, blob) in found["verdicts"].items()
        },
        lives={subject: tuple(_event(*event) for event in events) for subject, events in found["lives"].items()},
        texts=found["texts"],
    )


def _event(happening: str, *rest: str | None) -> Event:
    commit, moment, path, name, address, office, kind, before, after = rest
    return Event(
        Happening(happening),
        commit or "",
        moment or "",
        path or "",
        name or "",
        address or "",
        office,
        Statement(kind) if kind else None,
        before,
        after,
    )


def _plain_message(value: object) -> object:
    if isinstance(value, Message):
        return {"say": value.template, "with": [[name, _plain_message(one)] for name, one in value.values]}
    return list(value) if isinstance(value, tuple) else value


def _message(kept: dict[str, object]) -> Message:
    values: list[tuple[str, object]] = kept["with"]  # type: ignore[assignment]
    return Message(str(kept["say"]), tuple((name, _value(one)) for name, one in values))


def _value(one: object) -> object:
    if isinstance(one, dict):
        return _message(one)
    return tuple(one) if isinstance(one, list) else one
