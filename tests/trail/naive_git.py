"""All that a repository holds, read in the simplest way: every object at once, into one dictionary.

Part of the second implementation of the trail (`naive.py`): it shares no code with the builder, and asks git for
nothing but bytes.
"""

import base64
import hashlib
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path

_FILES = (b"100644", b"100755", b"100664")
_PERSON = re.compile(rb"[^<>]*<([^<>]*)>(?: (-?[0-9]+) [+-][0-9]{4})?")
_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "LC_ALL": "C.UTF-8",
}


class MissingError(Exception):
    """History is not whole, or not what its names say."""


def folded(address):
    """An address in the one spelling in which addresses are compared."""
    return address.strip().translate({code: code + 32 for code in range(ord("A"), ord("Z") + 1)})


@dataclass(frozen=True)
class Commit:
    """A commit as its object says it; `signature` and the `payload` that it signs are None where it has none."""

    id: str
    tree: str
    parents: tuple
    author: str
    seconds: int
    message: str
    signature: bytes | None
    payload: bytes | None

    @cached_property
    def trailers(self):
        """Name in lower case and value of each line of the last paragraph, where all of its lines are trailers."""
        paragraphs = re.split(r"\n[ \t]*\n", self.message.replace("\r\n", "\n").strip("\n \t"))
        lines = [re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9-]*): *(.*?)\s*", line) for line in paragraphs[-1].split("\n")]
        return [(line[1].lower(), line[2]) for line in lines] if len(paragraphs) > 1 and all(lines) else []

    @cached_property
    def authors(self):
        """The author, and whoever a line of the message names as a co-author."""
        named = re.findall(r"^\s*co-authored-by\s*:(.*)$", self.message, re.IGNORECASE | re.MULTILINE)
        return {folded(address) for address in (self.author, *map(address_in, named)) if address}

    @property
    def key(self):
        """The public key that the signature names, whether or not it verifies."""
        armour = re.search(rb"BEGIN SSH SIGNATURE-----(.*)-----END", self.signature or b"", re.DOTALL)
        if armour is None:
            return None
        data = base64.b64decode(armour[1])
        return base64.b64encode(data[14 : 14 + int.from_bytes(data[10:14], "big")]).decode()


def address_in(value):
    """The address at the end of a trailer; None where there is none."""
    found = re.search(r"<([^<>\s]+)>\s*$", value) or re.fullmatch(r"\s*([^\s<>]+@[^\s<>]+)\s*", value)
    return found[1] if found else None


class History:
    """Everything up to a commit of the repository around a folder; raises `MissingError` where it is not whole."""

    def __init__(self, folder):
        self.folder = folder
        self.prefix = self._git("rev-parse", "--show-prefix")
        self.objects = dict(self._objects())
        self.head = self._git("rev-parse", "--verify", "HEAD^{commit}")
        self.commits = {}
        self._ancestors = {}
        self._files = {}
        self._read(self.head)

    def _run(self, *arguments):
        command = ["git", "-C", str(self.folder), *arguments]
        ran = subprocess.run(command, capture_output=True, env=_ENVIRONMENT, check=False)
        if ran.returncode:
            raise MissingError(ran.stderr.decode("utf-8", "replace"))
        return ran.stdout

    def _git(self, *arguments):
        return self._run(*arguments).decode().strip()

    def _objects(self):
        data, at = self._run("cat-file", "--batch-all-objects", "--batch"), 0
        while at < len(data):
            end = data.index(b"\n", at)
            name, kind, size = data[at:end].decode().split()
            body = data[end + 1 : end + 1 + int(size)]
            at = end + 2 + int(size)
            digest = hashlib.sha1 if len(name) == 40 else hashlib.sha256
            if digest(f"{kind} {size}\0".encode() + body).hexdigest() == name:
                yield name, (kind, body)

    def body(self, name, kind):
        """The bytes of an object."""
        if self.objects.get(name, ("",))[0] != kind:
            raise MissingError(f"The {kind} {name} is missing")
        return self.objects[name][1]

    def blob(self, name):
        return self.body(name, "blob")

    def branch(self, name):
        """The commit at the end of a branch, here or at the origin."""
        for place in ("refs/heads", "refs/remotes/origin"):
            found = self._git("for-each-ref", "--format=%(objectname)", f"{place}/{name}").split()
            if found:
                return found[0]
        raise MissingError(f"There is no branch {name}")

    def _read(self, head):
        """Every ancestor, parents before children."""
        waiting = [head]
        while waiting:
            name = waiting[-1]
            commit = self.commits.get(name) or _commit(name, self.body(name, "commit"))
            before = [parent for parent in commit.parents if parent not in self.commits]
            if before:
                waiting += before
                continue
            self.commits[waiting.pop()] = commit

    def ancestors(self, name):
        """The commit and all that lie before it."""
        if name not in self._ancestors:
            parents = self.commits[name].parents
            self._ancestors[name] = {name}.union(*map(self.ancestors, parents))
        return self._ancestors[name]

    def line(self, tip):
        """The commits from the first to the tip, going by first parents."""
        found = [tip]
        while self.commits[found[-1]].parents:
            found.append(self.commits[found[-1]].parents[0])
        return found[::-1]

    def files(self, commit):
        """The blob of each plain file of the site at a commit, by path."""
        tree = self.commits[commit].tree
        if tree not in self._files:
            whole = dict(self._tree(tree, ""))
            self._files[tree] = {
                path[len(self.prefix) :]: blob for path, blob in whole.items() if path.startswith(self.prefix)
            }
        return self._files[tree]

    def _tree(self, tree, folder):
        data, at, width = self.body(tree, "tree"), 0, len(tree) // 2
        while at < len(data):
            end = data.index(b"\0", at)
            mode, _, name = data[at:end].partition(b" ")
            entry, path = data[end + 1 : end + 1 + width].hex(), folder + name.decode("utf-8", "surrogateescape")
            at = end + 1 + width
            if mode == b"40000":
                yield from self._tree(entry, path + "/")
            elif mode in _FILES:
                yield path, entry


def _commit(name, data):
    head, _, body = data.partition(b"\n\n")
    lines = re.split(rb"\n(?! )", head)
    headers = [line.partition(b" ")[::2] for line in lines]
    first = dict(reversed(headers))
    author, committer = (_PERSON.fullmatch(first.get(role, b"")) for role in (b"author", b"committer"))
    signatures = [(key, value) for key, value in headers if key.startswith(b"gpgsig")]
    good = len(signatures) == 1 and signatures[0][0] == (b"gpgsig" if len(name) == 40 else b"gpgsig-sha256")
    return Commit(
        name,
        first[b"tree"].decode(),
        tuple(value.decode() for key, value in headers if key == b"parent"),
        author[1].decode("utf-8", "replace").strip() if author else "",
        int(committer[2] or 0) if committer else 0,
        body.decode("utf-8", "replace"),
        signatures[0][1].replace(b"\n ", b"\n") if good else None,
        b"\n".join(line for line in lines if not line.startswith(b"gpgsig")) + b"\n\n" + body if good else None,
    )


def signer_lines(signers):
    """Principals, key and the whole text of each line of a list of signers."""
    for line in signers.splitlines():
        words = line.split()
        if words and not words[0].startswith("#"):
            keys = [word for word in words if word.startswith("AAAA")]
            yield [folded(name) for name in words[0].strip('"').split(",")], (keys or [""])[0], line


@lru_cache(maxsize=1000)
def signer(commit, signers, since):
    """The principal who signed the commit, as a list of signers that is in force since then knows it, or None.

    The key must be valid at the commit's own date, and where that lies before the list came into force, then too.
    """
    if not commit.signature or not 0 <= commit.seconds < 253402300800:
        return None
    times = {commit.seconds, max(commit.seconds, since) if "valid-" in signers else commit.seconds}
    for names, key, line in signer_lines(signers):
        for name in names if key and key == commit.key else ():
            principal = next(one for one in line.split()[0].strip('"').split(",") if folded(one) == name)
            if all(_verifies(commit, signers, principal, at) for at in times):
                return name
    return None


def _verifies(commit, signers, principal, seconds):
    with tempfile.TemporaryDirectory() as folder:
        listed, signature = Path(folder, "signers"), Path(folder, "signature")
        listed.write_text(signers)
        signature.write_bytes(commit.signature)
        at = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S").zfill(14)
        command = ["ssh-keygen", "-Y", "verify", "-f", listed, "-I", principal, "-n", "git", "-s", signature]
        command.append(f"-Overify-time={at}")
        return not subprocess.run(
            command, input=commit.payload, capture_output=True, env={**_ENVIRONMENT, "TZ": "UTC"}, check=False
        ).returncode
