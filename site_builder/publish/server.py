"""Files of a target on a server: plain shell, find, xargs and sha256sum do the work there, over one connection."""

import contextlib
import io
import secrets
import subprocess
import tarfile
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shutil import which

from site_builder.publish.connection import Connection
from site_builder.publish.disk import NEW, UNREADABLE, Rights, Sent
from site_builder.publish.failure import MISSING, TakenOverError

_CUT = (10, 12, 30, 35)
"""How rsync ends when its connection does: an error of the socket or of the protocol's stream, or a timeout."""

_KINDS = {b"l": "link", b"d": "folder", b"f": "file"}

LIBRARY = r"""
inside() { cd -- "$1" 2>/dev/null && cd -- "$2" 2>/dev/null || exit 44; }

entries() {
  inside "$@"
  for name in * .[!.]* ..?*; do
    if [ -L "$name" ]; then kind=l; elif [ -d "$name" ]; then kind=d; elif [ -f "$name" ]; then kind=f
    elif [ -e "$name" ]; then kind=s; else continue; fi
    printf '%s%s\0' "$kind" "$name"
  done
}

pointed() { cd -- "$1" 2>/dev/null && [ -L "$2" ] && readlink -- "$2"; }

contents() {
  inside "$1" .
  mark=$2
  shift 2
  for path in "$@"; do
    [ -f "$path" ] && ! [ -L "$path" ] && cat -- "$path"
    printf '%s%d\n' "$mark" $?
  done
  exit 0
}

put() { cd -- "$1" && cat > "$2" && mv -f -- "$2" "$3" || { rm -f -- "$2"; exit 1; }; }

make() { [ -d "$1" ] || mkdir -- "$1" || exit 1; cd -- "$1" && mkdir -p -- "$2"; }

files() { inside "$@"; find . -type f -print0; printf '\0'; find . ! -type f ! -type d -print0; }

digests() {
  files "$@"
  if sha256sum --zero /dev/null >/dev/null 2>&1; then zero=--zero; else zero=; fi
  printf '\0hashed%s\0' "$zero"
  find . -type f -print0 | xargs -0 -r sha256sum $zero --
  exit 0
}

rights() {
  inside "$@"
  find . -type f -perm -0002 -print0
  printf '\0'
  find . -type f \( -perm -0100 -o -perm -0010 -o -perm -0001 \) -print0
}

clone() {
  inside "$1" .
  mkdir -- "$3" && rmdir -- "$3" || exit 1
  { cp -al -- "$2" "$3" || cp -a -- "$2/." "$3/"; } 2>/dev/null # what cannot be read is sent anew
  cd -- "$3" && find . ! -type d ! -type f -exec rm -f -- {} + && xargs -0 -r rm -f --
}

bring() {
  inside "$1" .
  base=$2; folder=$3; top=$(cd -- "$3" && pwd -P) || exit 1; made=.
  shift 3
  for path in "$@"; do
    case $path in */*) inner=/${path%/*} ;; *) inner= ;; esac
    if [ "$inner" != "$made" ]; then
      mkdir -p -- "$folder$inner" || exit 1
      [ "$(cd -- "$folder$inner" && pwd -P)" = "$top$inner" ] || exit 1
      made=$inner
    fi
    if [ -e "$folder/$path" ] || [ -L "$folder/$path" ]; then rm -f -- "$folder/$path"; fi
    ln -- "$base/$path" "$folder/$path" 2>/dev/null || cp -p -- "$base/$path" "$folder/$path" || exit 1
  done
}

point() {
  inside "$1" .
  rm -f -- "$3" && ln -s -- "$4" "$3" || exit 1
  [ -f "$5" ] || { echo taken; exit 0; }
  mv -Tf -- "$3" "$2"
}

delete() { inside "$@"; xargs -0 -r rm -f --; }

tidy() { inside "$1" .; find "$2" -depth -type d -exec rmdir -- {} + 2>/dev/null; exit 0; }

discard() { cd -- "$1" 2>/dev/null || exit 0; rm -rf -- "$2"; }

aged() { inside "$1" "$2"; find . -type f -mmin +"$3" -print0; }

unpack() { inside "$@"; tar -xof -; }

has_rsync() { command -v rsync; }
"""
"""What is run on the server. Every function gets the root as `$1`, and mostly a folder below it as `$2`."""


class ServerDisk:
    """The folder `root` of a server, in full or from the home folder."""

    def __init__(self, connection: Connection, root: str) -> None:
        self.place = connection.place
        self._connection = connection
        self._root = root.removeprefix("~/") or "."

    def _run(self, name: str, *arguments: str, given: bytes = b"", fine: tuple[int, ...] = (0,)) -> bytes:
        return self._connection.run(name, self._root, *arguments, given=given, fine=fine)

    def called(self, path: str) -> str:
        """See `Disk`."""
        return f"{self.place}/{path}"

    def entries(self, folder: str) -> Mapping[str, str]:
        """See `Disk`."""
        printed = self._run("entries", folder or ".", fine=(0, MISSING))
        return {_text(one[1:]): _KINDS.get(one[:1], "special") for one in printed.split(b"\0") if one}

    def pointed(self, link: str) -> str | None:
        """See `Disk`."""
        return _text(self._run("pointed", link, fine=(0, 1, 2))).rstrip("\n") or None

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """See `Disk`."""
        wanted, mark, found = list(paths), secrets.token_hex(16), {}
        printed = self._run("contents", mark, *wanted, fine=(0, MISSING)) if wanted else b""
        for path in wanted:
            data, _, printed = printed.partition(mark.encode())
            code, _, printed = printed.partition(b"\n")
            if code == b"0":
                found[path] = data
        return found

    def write(self, path: str, data: bytes) -> None:
        """See `Disk`."""
        self._run("put", path + NEW, path, given=data)

    def make(self, folder: str) -> None:
        """See `Disk`."""
        self._run("make", folder)

    def files(self, folder: str) -> Mapping[str, bool]:
        """See `Disk`."""
        plain, others = _parted(self._run("files", folder, fine=(0, MISSING)), 2)
        return {**dict.fromkeys(map(_path, plain), True), **dict.fromkeys(map(_path, others), False)}

    def digests(self, folder: str) -> Mapping[str, str]:
        """See `Disk`."""
        printed = self._run("digests", folder, fine=(0, MISSING))
        plain, others, hashed = _parted(printed, 3)
        return {**dict.fromkeys(map(_path, (*plain, *others)), UNREADABLE), **dict(_hashed(hashed))}

    def rights(self, folder: str) -> Rights:
        """See `Disk`."""
        writable, executable = _parted(self._run("rights", folder, fine=(0, MISSING)), 2)
        return Rights(frozenset(map(_path, writable)), frozenset(map(_path, executable)))

    def clone(self, base: str, folder: str, paths: Collection[str]) -> None:
        """See `Disk`."""
        wanted = frozenset(paths)
        dropped = [path for path, is_plain in self.files(base).items() if is_plain and path not in wanted]
        self._run("clone", base, folder, given=_listed(dropped))

    def bring(self, base: str, folder: str, paths: Collection[str]) -> None:
        """See `Disk`."""
        if paths:
            self._run("bring", base, folder, *paths)

    def send(self, folder: str, source: Path, paths: Sequence[str], more: Mapping[str, bytes], sent: Sent) -> None:
        """See `Disk`: by rsync where both sides have it and there are files to copy, else by tar."""
        there = self.files(folder)
        self._run("delete", folder, given=_listed(path for path in (*paths, *more) if path in there))
        if paths and self._has_rsync():
            self._synchronise(folder, source, paths, sent)
            paths = ()
        self._unpack(folder, source, paths, more, sent)

    def _has_rsync(self) -> bool:
        return which("rsync") is not None and bool(self._connection.run("has_rsync", fine=(0, 1, 127)))

    def _synchronise(self, folder: str, source: Path, paths: Sequence[str], sent: Sent) -> None:
        where = self._root if self._root.startswith("/") else f"./{self._root}"
        what = ["-s", "-r", "-W", "--chmod=D755,F644", "--from0", "--files-from=-", "--out-format=%n"]
        command = ["rsync", *what, "-e", self._connection.shell, "--", f"{source}/"]
        command.append(f"{self._connection.host}:{where}/{folder}/")
        with tempfile.TemporaryFile() as listed, tempfile.TemporaryFile() as said:
            listed.write(_listed(f"./{path}" for path in paths))  # a name may begin like a comment
            listed.seek(0)
            with subprocess.Popen(command, stdin=listed, stdout=subprocess.PIPE, stderr=said) as process:
                assert process.stdout is not None
                for line in process.stdout:
                    sent(not line.endswith(b"/\n"))
            said.seek(0)
            self._connection.check(process.returncode, said.read(), cut=_CUT)

    def _unpack(self, folder: str, source: Path, paths: Sequence[str], more: Mapping[str, bytes], sent: Sent) -> None:
        """What the other side says goes into a file: a pipe that nobody reads would stop it, and so us."""
        with tempfile.TemporaryFile() as said:
            process = self._connection.start("unpack", self._root, folder, only_said=said.fileno())
            assert process.stdin is not None
            broken = contextlib.suppress(BrokenPipeError)  # what it said tells why
            with broken, process, tarfile.open(fileobj=process.stdin, mode="w|", format=tarfile.GNU_FORMAT) as archive:
                for path in paths:
                    _pack(archive, path, (source / path).read_bytes())
                    sent(1)
                for path, data in more.items():
                    _pack(archive, path, data)
                    sent(1)
            said.seek(0)
            self._connection.check(process.wait(), said.read())

    def point(self, link: str, to: str, guard: str) -> None:
        """See `Disk`."""
        if self._run("point", link, link + NEW, to, guard):
            raise TakenOverError

    def delete(self, folder: str, paths: Collection[str]) -> None:
        """See `Disk`."""
        there = self.files(folder)
        self._run("delete", folder, given=_listed(path for path in paths if there.get(path)), fine=(0, MISSING))
        self._run("tidy", folder)

    def discard(self, folder: str) -> None:
        """See `Disk`."""
        self._run("discard", folder)

    def aged(self, folder: str, reference: str, minutes: int) -> Collection[str]:
        """See `Disk`. The clock is the server's, which dated the files."""
        printed = self._run("aged", folder, str(minutes), fine=(0, MISSING))
        return {_path(one) for one in printed.split(b"\0") if one}


def _pack(archive: tarfile.TarFile, path: str, data: bytes) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(data), 0o644
    archive.addfile(entry, io.BytesIO(data))


def _listed(paths: Iterable[str]) -> bytes:
    return b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _path(found: bytes) -> str:
    return _text(found.removeprefix(b"./"))


def _parted(printed: bytes, count: int) -> list[list[bytes]]:
    """The lists of an output: each entry ends in NUL, and a NUL alone ends a list."""
    parts: list[list[bytes]] = [[]]
    for one in printed.split(b"\0"):
        if one or len(parts) == count:
            parts[-1].append(one)
        else:
            parts.append([])
    parts[-1] = [one for one in parts[-1] if one]
    return [*parts, *([] for _ in range(count - len(parts)))]


def _hashed(printed: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    """Path and digest of each line of sha256sum; without `--zero` odd names are escaped."""
    how, *lines = printed or [b""]
    by_lines = how == b"hashed"
    for line in b"\0".join(lines).split(b"\n") if by_lines else lines:
        escaped = by_lines and line.startswith(b"\\")
        digest, _, name = line.removeprefix(b"\\" if escaped else b"").partition(b"  ")
        if escaped:
            name = name.replace(b"\\\\", b"\0").replace(b"\\n", b"\n").replace(b"\\r", b"\r").replace(b"\0", b"\\")
        if name:
            yield _path(name), digest.decode("ascii", "replace")
