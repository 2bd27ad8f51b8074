"""Odd histories: commits that git itself would hardly write, as a description, and as the repository that they make."""

import hashlib
import re
import zlib
from pathlib import Path
from random import Random

from tests.sites import DEPARTMENTS, incident, site
from tests.trail.repositories import POLICY, START, address, policy

PEOPLE = ("rita", "olivia", "oscar", "leo", "pia", "paul", "mallory")
PARTY = DEPARTMENTS + "party: {name: The party}\n"
RULES = ("criteria/2021/conduct.yaml", "criteria/2021/scheme.yaml", "criteria/2021/study.yaml")
BASE = site(departments=PARTY, files={POLICY: policy("reviewed")}).files
RECORDS = tuple(f"incidents/2021/2021-000{number}.md" for number in (1, 2, 3))

WHO = (
    *(
        "{name} <{address}>",
        "{name}<{address}>",
        "<{address}>",
        "{name} <>",
        "{name}",
        "",
        "{name} <{address}",
        "a <b> <{address}>",
    ),
    *(
        "{name} <<{address}>>",
        "龙 <{address}>",
        "\udcff\udcfe <{address}>",
        "{name} <{address}\u202e>",
        "{name} < {address} >",
    ),
    *("{name} <{ADDRESS}>", "x\u0001y <{address}>"),
)
WHEN = (
    *(
        "{at} +0800",
        "{at}",
        "",
        "{at} +9999",
        "{at} -0000",
        "{at} 0800",
        "-1 +0000",
        "0 +0000",
        "99999999999999999999 +0000",
    ),
    *(
        "9223372036854775807 +1400",
        "1e9 +0000",
        "253402300800 +0000",
        "{at} +080000",
        " {at}  +0800",
        "{at} +0800 x",
        "nan +0000",
    ),
)
HEADERS = (
    *(
        "encoding GBK",
        "encoding nosuch",
        "encoding UTF-16",
        "encoding utf-8\nencoding latin-1",
        "gpgsig x",
        "gpgsig-sha256 x\n y",
    ),
    *(
        "gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----",
        "mergetag object 0\n type commit\n",
    ),
    *(
        "HG:extra a",
        " folded",
        "",
        "author",
        "committer x",
        "parent 0",
        "tree",
        "x" * 5000,
        "\udc80 \udcff",
        "nul\0nul",
    ),
)
TRAILERS = (
    *("Approves: {blob} {path}", "Approves: {blob} {path}", "Approves: {blob} {path}", "approves : {blob} {path}"),
    *("Approves: {blob}", "Approves: {path} {blob}", "Approves: {blob} ./{path}", "Approves: {blob} {path}\n folded"),
    *(
        "Approves: {blob}  {path} ",
        "Approves:\t{blob}\t{path}",
        "Approves: {blob} {path}\r",
        "Approves: {short} {path}",
    ),
    *("Approves: - {path}", "Approves: {zero} {path}", "Approves: {blob} {path}\0", "Approves: {blob} \udcff{path}"),
    *(
        "Co-authored-by: Olivia <olivia@example.org>",
        "Co-authored-by: <",
        "Signed-off-by: x",
        "Reverts: {path}",
        "Line: main",
    ),
    *(
        "This reverts commit " + "0" * 40 + ".",
        "---",
        "# comment",
        "Approves",
        ": x",
        "字: {blob} {path}",
        "Taken-over: {path}",
    ),
)
NAMES = (
    "a\nb",
    "\udcff.md",
    ".git",
    "..",
    "CON",
    "x" * 300,
    "2021-0001.MD",
    "é.md",
    "e\u0301.md",
    " ",
    "-rf",
    "a\\b",
    "龙.md",
)
MODES = ("100644", "100644", "100644", "100755", "120000", "160000", "100600", "0", "40000")


def history(random: Random) -> dict:
    """A description of a history, to be kept as JSON: a list of commits, the first the root, the last main's tip."""
    level = random.choice(("reviewed", "reviewed", "recorded", "signed"))
    base = {**BASE, POLICY: policy(level).encode(), RECORDS[0]: incident().encode()}
    first = {path: ["100644", data.decode()] for path, data in base.items()}
    commits = [{"files": first, "parents": [], "lines": _lines(random, 0, "rita", 0), "message": "Found"}]
    for by in ("pia", "olivia"):
        approvals = [f"Approves: {{blob {path}}} {path}" for path in (*RULES, "content/departments.yaml", POLICY)]
        text = "Approve\n\n" + "\n".join(approvals) + "\n"
        number = len(commits)
        commits.append({"files": {}, "parents": [number - 1], "lines": _lines(random, number, by, 0), "message": text})
    for _ in range(random.randrange(1, 10)):
        commits.append(_commit(random, commits))
    return {"commits": commits}


def _commit(random: Random, commits: list[dict]) -> dict:
    number, by = len(commits), random.choice(PEOPLE)
    parents = [number - 1] if random.random() < 0.8 else []
    if random.random() < 0.3:
        parents += random.choices(range(number), k=random.choice((1, 1, 2, 8)))
    files = dict(_file(random) for _ in range(random.choice((0, 1, 1, 2))))
    message = random.choice(("x", "", "\n\n", "Merge", 'Revert "x"', "字", "\udcff", "x\n\n\n\n", "x\r\n\r\n"))
    if random.random() < 0.7:
        lines = (random.choice(TRAILERS) for _ in range(random.randrange(1, 4)))
        message += (
            "\n\n" + "\n".join(_filled(random, line) for line in lines) + random.choice(("\n", "", "\n\n", "\r\n"))
        )
    return {"files": files, "parents": parents, "lines": _lines(random, number, by, 0.15), "message": message}


def _file(random: Random) -> tuple[str, list[str] | None]:
    path = random.choice((*RECORDS, *RECORDS, *RECORDS, *RULES, POLICY, "content/departments.yaml", "themes/x/y"))
    if random.random() < 0.06:
        path = f"{path.rpartition('/')[0]}/{random.choice(NAMES)}"
    if random.random() < 0.15:
        return path, None
    text = incident(count=f"{{person: {random.randrange(1, 5)}, day: 1}}")
    if path not in RECORDS and random.random() < 0.3:
        text = random.choice((text, policy("reviewed"), policy("signed"), PARTY, "", "{", "level: reviewed\n"))
    elif path in BASE:
        text = (
            re.sub(r"(?<=deduct: )[0-9.]+", str(random.randrange(1, 9)), BASE[path].decode()) + f"# {random.random()}\n"
        )
    return path, [random.choice(MODES) if random.random() < 0.1 else "100644", text]


def _filled(random: Random, line: str) -> str:
    path = random.choice((*RECORDS, *RULES, POLICY))
    values = {"{blob}": f"{{blob {path}}}", "{short}": "abc1234", "{zero}": "0" * 40, "{path}": path}
    for name, value in values.items():
        line = line.replace(name, value)
    return line


def _lines(random: Random, number: int, by: str, odd: float) -> list[str]:
    """The lines of a commit's header after its tree and parents."""

    def one(role: str) -> str:
        who = random.choice(WHO) if random.random() < odd else WHO[0]
        when = random.choice(WHEN) if random.random() < odd else WHEN[0]
        names = {
            "name": by.title(),
            "address": address(by),
            "ADDRESS": address(by).upper(),
            "at": START + 3600 * number,
        }
        return f"{role} {who} {when}".format(**names)

    lines = [one("author"), one("committer")]
    if random.random() < odd:
        lines.insert(random.randrange(3), random.choice(HEADERS))
    if random.random() < odd / 4:
        del lines[random.randrange(len(lines))]
    return lines


# The repository


class _Objects:
    """The objects of a repository, written as git stores them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, kind: str, data: bytes) -> str:
        whole = f"{kind} {len(data)}".encode() + b"\0" + data
        identifier = hashlib.sha1(whole).hexdigest()
        path = self.folder / identifier[:2] / identifier[2:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zlib.compress(whole, 1))
        return identifier

    def tree(self, files: dict[str, tuple[str, str]]) -> str:
        """A tree of files: mode and object by path."""
        entries, folders = {}, {}
        for path, (mode, identifier) in files.items():
            name, _, rest = path.partition("/")
            if rest:
                folders.setdefault(name, {})[rest] = mode, identifier
            else:
                entries[name] = mode, identifier
        entries |= {name: ("40000", self.tree(inner)) for name, inner in folders.items()}
        rows = sorted(
            (_bytes(name) + b"/" * (mode == "40000"), name, mode, one) for name, (mode, one) in entries.items()
        )
        return self.add(
            "tree", b"".join(_bytes(f"{mode} {name}\0") + bytes.fromhex(one) for _, name, mode, one in rows)
        )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def written(described: dict, folder: Path) -> Path:
    """Write the repository of a described history, with the files of its last commit beside it; the folder."""
    git = folder / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
    objects = _Objects(git / "objects")
    states, made = [], []
    for one in described["commits"]:
        files = dict(states[one["parents"][0]]) if one["parents"] else dict(states[-1] if states else {})
        for path, entry in one["files"].items():
            if entry is None:
                files.pop(path, None)
            else:
                files[path] = entry[0], objects.add("blob", _bytes(entry[1]))
        states.append(files)
        message = one["message"]
        for path, (_, identifier) in files.items():
            message = message.replace(f"{{blob {path}}}", identifier)
        head = [f"tree {objects.tree(files)}", *(f"parent {made[parent]}" for parent in one["parents"]), *one["lines"]]
        made.append(objects.add("commit", _bytes("\n".join(head) + "\n\n" + message)))
    (git / "refs/heads/main").write_text(made[-1] + "\n")
    (git / "refs/heads/first").write_text(made[0] + "\n")
    for path, entry in _contents(described, states[-1]).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(_bytes(entry))
    return folder


def _contents(described: dict, last: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The texts of the plain files of the last commit that have plain names."""
    texts: dict[str, str] = {}
    for one in described["commits"]:
        texts |= {path: entry[1] for path, entry in one["files"].items() if entry is not None}
    plain = set(RECORDS) | set(described["commits"][0]["files"])
    return {path: texts[path] for path in last if path in plain}
