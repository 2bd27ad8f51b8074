"""SSH signatures of commits, checked by ssh-keygen against signers that history holds."""

import base64
import binascii
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from site_builder.model import message
from site_builder.trail.commits import Commit
from site_builder.trail.git import GitError, isolated

_ARMOUR = re.compile(rb"\s*-----BEGIN SSH SIGNATURE-----\s([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*", re.ASCII)
_MAGIC = b"SSHSIG"
_LATEST = 253402300799


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: the principal, and the public key in base64."""

    principal: str
    key: str


@dataclass(frozen=True, slots=True)
class Request:
    """A signature to check: a commit, the signers (an allowed signers file) and when these came into force."""

    commit: Commit
    signers: bytes
    since: int


class Signatures:
    """Checks signatures, each once, several at a time."""

    def __init__(self) -> None:
        self._checked: dict[tuple[str, bytes, int], Signer | None] = {}

    def signer(self, request: Request) -> Signer | None:
        """Who signed the commit, as these signers know it; None without a valid signature."""
        if _key(request) not in self._checked:
            self.check([request])
        return self._checked[_key(request)]

    def check(self, requests: Iterable[Request]) -> None:
        """Check all these signatures that were not checked yet."""
        wanted = {_key(one): one for one in requests if _key(one) not in self._checked}
        signed = {key: one for key, one in wanted.items() if one.commit.signature is not None}
        self._checked.update(dict.fromkeys(wanted))
        if not signed:
            return
        program = shutil.which("ssh-keygen")
        if program is None:
            raise GitError(message("ssh-keygen is not installed, so no signature can be checked"))
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            bench = _Bench(program, Path(folder), {})
            for one in signed.values():
                bench.lay(one.signers)
            self._checked.update(zip(signed, pool.map(bench.checked, signed.values()), strict=True))


def _key(request: Request) -> tuple[str, bytes, int]:
    return request.commit.id, request.signers, request.since


@dataclass(frozen=True, slots=True)
class _Bench:
    """A folder with the files that ssh-keygen reads."""

    program: str
    folder: Path
    signers: dict[bytes, Path]

    def lay(self, signers: bytes) -> None:
        if signers not in self.signers:
            path = self.folder / f"signers-{len(self.signers)}"
            path.write_bytes(signers)
            self.signers[signers] = path

    def checked(self, request: Request) -> Signer | None:
        """The first principal that the signers let sign with this key, at the time of the commit.

        Where the signers came into force after that time, the key must have been valid then too: a date that is set
        back does not bring a key back.
        """
        commit = request.commit
        key = public_key(commit.signature or b"")
        if key is None or not 0 <= commit.committer.seconds <= _LATEST:
            return None
        times = [commit.committer.seconds]
        if request.since > times[0] and b"valid-" in request.signers:
            times.append(min(request.since, _LATEST))
        listed = principals(request.signers).get(key, ())
        plain = (name for name in listed if not set(name) & set("*?!"))
        for principal in dict.fromkeys((*plain, commit.author.address)):
            if principal and all(self._verifies(request, principal, at) for at in times):
                return Signer(principal, key)
        return None

    def _verifies(self, request: Request, principal: str, seconds: int) -> bool:
        signature = self.folder / f"{request.commit.id}.sig"
        signature.write_bytes(request.commit.signature or b"")
        at = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S")
        command = [self.program, "-Y", "verify", "-f", str(self.signers[request.signers]), "-I", principal]
        command += ["-n", "git", "-s", str(signature), f"-Overify-time={at.zfill(14)}"]
        payload = request.commit.payload or b""
        try:
            return not subprocess.run(
                command, input=payload, capture_output=True, env=isolated(), check=False
            ).returncode
        except (OSError, ValueError):
            return False


def public_key(signature: bytes) -> str | None:
    """The public key that a signature names, in base64; None where this is no SSH signature."""
    match = _ARMOUR.fullmatch(signature)
    if match is None:
        return None
    try:
        data = base64.b64decode(b"".join(match[1].split()), validate=True)
    except binascii.Error:
        return None
    at = len(_MAGIC) + 4
    length = int.from_bytes(data[at : at + 4], "big")
    if not data.startswith(_MAGIC) or len(data) < at + 4 + length:
        return None
    return base64.b64encode(data[at + 4 : at + 4 + length]).decode("ascii")


def principals(signers: bytes) -> Mapping[str, tuple[str, ...]]:
    """The principals that an allowed signers file names for each key; whether a key is valid is for ssh-keygen."""
    found: dict[str, list[str]] = {}
    for line in signers.decode("utf-8", "replace").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        names = words[0].strip('"').split(",")
        for word in (word for word in words[1:] if word.startswith("AAAA")):
            found.setdefault(word, []).extend(names)
    return {word: tuple(dict.fromkeys(names)) for word, names in found.items()}
