"""SSH signatures of files: made with the person's own key, and checked against signers, by ssh-keygen."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from site_builder.model import message
from site_builder.trail.approving import author
from site_builder.trail.git import GitError, Repository, isolated
from site_builder.trail.owngit import setting
from site_builder.trail.signatures import Signer, principals, public_key


def signing_key(repository: Repository) -> str | None:
    """The SSH key with which this person's git signs; None where it signs otherwise, or not at all."""
    if setting(repository, "gpg.format") != "ssh":
        return None
    return setting(repository, "user.signingkey")


def approver(repository: Repository, signs: bool) -> Signer:
    """Who approves here by their own git settings: the address of their commits, and the public key in base64.

    The key is empty where nothing is signed, or where it cannot be told which key git would take.
    """
    address = author(repository)
    key = setting(repository, "user.signingkey") if signs else None
    if key is None:
        return Signer(address, "")
    literal = key.removeprefix("key::")
    if not literal.startswith(("ssh-", "ecdsa-", "sk-")):
        literal = _public(Path(key).expanduser())
    words = literal.split()
    return Signer(address, words[1] if len(words) > 1 else "")


def _public(path: Path) -> str:
    """The public key in a file, or in the one beside a private key."""
    for one in (path.with_name(path.name + ".pub"), path):
        try:
            text = one.read_text(encoding="ascii")
        except (OSError, ValueError):
            continue
        if not text.startswith("-----"):
            return text
    return ""


def sign(data: bytes, key: str, namespace: str) -> bytes:
    """The signature of these bytes; raises `GitError` where it cannot be made.

    `key` is the path of a private key, or of a public one whose private key the agent has, or such a public key itself.
    On a terminal, ssh-keygen asks for the passphrase.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, named = Path(folder) / "data", Path(folder) / "key.pub"
        file.write_bytes(data)
        literal = key.removeprefix("key::")
        if literal != key or literal.startswith(("ssh-", "ecdsa-", "sk-")):
            named.write_text(literal + "\n", encoding="utf-8")
            key = str(named)
        command = [_program(), "-q", "-Y", "sign", "-n", namespace, "-f", str(Path(key).expanduser()), str(file)]
        asking = {} if _asks() else {"SSH_ASKPASS_REQUIRE": "never"}
        stdin = None if _asks() else subprocess.DEVNULL
        done = subprocess.run(command, stdin=stdin, capture_output=True, env={**os.environ, **asking}, check=False)
        signature = file.with_name("data.sig")
        if done.returncode or not signature.is_file():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise GitError(message("ssh-keygen could not sign: {words}", words=said[-1] if said else "?"))
        return signature.read_bytes()


def is_intact(data: bytes, signature: bytes, namespace: str) -> bool:
    """Whether a signature, whoever made it, is one of exactly these bytes."""
    with _laid({"signature": signature}) as folder:
        return _verifies(data, "check-novalidate", namespace, folder / "signature")


def signer_of(data: bytes, signature: bytes, namespace: str, signers: bytes, moment: str | None) -> Signer | None:
    """Who signed these bytes, as the signers (an allowed signers file) know it; None where they know nobody.

    The key must be valid at `moment` (ISO 8601), or now where there is none.
    """
    key = public_key(signature) or ""
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC) if moment else datetime.now(UTC)
    except (ValueError, OverflowError):
        return None
    with _laid({"signature": signature, "signers": signers}) as folder:
        for name in principals(signers).get(key, ()):
            if not set(name) & set("*?!") and _verifies(
                data,
                "verify",
                namespace,
                folder / "signature",
                *("-I", name, "-f", str(folder / "signers"), f"-Overify-time={at:%Y%m%d%H%M%S}"),
            ):
                return Signer(name, key)
    return None


def _verifies(data: bytes, how: str, namespace: str, signature: Path, *more: str) -> bool:
    command = [_program(), "-Y", how, "-n", namespace, "-s", str(signature), *more]
    try:
        return not subprocess.run(command, input=data, capture_output=True, env=isolated(), check=False).returncode
    except (OSError, ValueError):
        return False


def _program() -> str:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise GitError(message("ssh-keygen is not installed"))
    return program


def _asks() -> bool:
    return os.isatty(0)


@contextmanager
def _laid(files: dict[str, bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        yield Path(folder)
