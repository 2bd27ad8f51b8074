"""A repository in the making: objects are written as git would write them, without starting it.

So a random history costs milliseconds, and headers that git would never write cost no more than others.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tests.sites import CONDUCT, DEPARTMENTS, MEASURED, SCHEME, STUDY, incident
from tests.trail.repositories import APPROVERS, POLICY, SIGNERS, START, Keys, address, policy

PARTY = "party: {name: The party}\n"
TABLE = "department,project,name,kind,spent,done\nlibrary,books,Books,routine,%s,\n"
MEASURES = MEASURED.replace("title: Conduct", "title: Spending").replace("assessor: office", "assessor: library")
TWO, THREE = incident(), incident("Three people did not come.", count="{person: 3, day: 3}")

TEXTS = {
    "0001": {
        "two": TWO,
        "two, spaced": TWO.replace("did not", "did  not"),
        "three": THREE,
        "study": incident("No plan.", criterion="study.plan", clause="not-done", count=None),
        "office": incident("One of the office.", department="office", count="{person: 1, day: 1}"),
    },
    "conduct": {
        "base": CONDUCT,
        "dearer": CONDUCT.replace("deduct: 0.5", "deduct: 0.7"),
        "of the library": CONDUCT.replace("assessor: office", "assessor: library"),
        "longer": CONDUCT + "  late:\n    text: Late\n    clauses: {late: {text: Late, deduct: 0.1, per: [person]}}\n",
    },
    "study": {"base": STUDY, "dearer": STUDY.replace("deduct: 1", "deduct: 2")},
    "spending": {"base": MEASURES, "dearer": MEASURES.replace("deduct: 0.5", "deduct: 0.6")},
    "table": {"70": TABLE % 70, "90": TABLE % 90, "60": TABLE % 60},
    "departments": {"base": DEPARTMENTS + PARTY, "renamed": DEPARTMENTS.replace("The library", "Books") + PARTY},
    "settings": {"base": "title: Scores\n", "other": "title: Points\n"},
    "policy": dict.fromkeys(
        ("base", "mallory", "no olivia", "recorded", "reviewed", "signed", "two", "one", "party records", "no forge")
    ),
    "signers": dict.fromkeys(("base", "mallory", "no olivia", "new olivia", "second pia", "shared")),
}
"""What can be written into each file, by short names."""

PATHS = {
    **{number: f"incidents/2021/2021-{number}.md" for number in ("0001", "0002", "0003")},
    **{name: f"criteria/2021/{name}.yaml" for name in ("conduct", "study", "spending")},
    "table": "incidents/2021/measurements/spending.csv",
    "departments": "content/departments.yaml",
    "settings": "content/site.yaml",
    "policy": POLICY,
    "signers": SIGNERS,
}
RECORDS = ("0001", "0002", "0003")
TEXTS |= dict.fromkeys(RECORDS, TEXTS["0001"])
RULES = ("conduct", "study", "spending", "scheme", "departments", "settings", "policy", "signers")
PATHS["scheme"], TEXTS["scheme"] = "criteria/2021/scheme.yaml", {"base": SCHEME}

PEOPLE = ("rita", "olivia", "oscar", "leo", "pia", "paul")
BRANCHES = ("main", "topic", "fox")


@dataclass
class World:
    """A repository in the making: its branches, and of each commit the parents and the files."""

    path: Path
    keys: Keys
    level: str
    branches: dict = field(default_factory=dict)
    commits: dict = field(default_factory=dict)
    _known: set = field(default_factory=set)

    # Objects

    def store(self, kind, data):
        """Write an object; its id."""
        whole = f"{kind} {len(data)}\0".encode() + data
        name = hashlib.sha1(whole).hexdigest()
        if name not in self._known:
            self._known.add(name)
            place = self.path / ".git/objects" / name[:2] / name[2:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(zlib.compress(whole, 1))
        return name

    def _tree(self, files):
        inner, entries = {}, []
        for path, data in files.items():
            top, _, rest = path.partition("/")
            if rest:
                inner.setdefault(top, {})[rest] = data
            else:
                entries.append((top, b"100644", self.store("blob", data)))
        entries += [(name + "/", b"40000", self._tree(below)) for name, below in inner.items()]
        lines = [
            mode + b" " + name.rstrip("/").encode() + b"\0" + bytes.fromhex(blob)
            for name, mode, blob in sorted(entries)
        ]
        return self.store("tree", b"".join(lines))

    def commit(self, by, branch, files, message="A change", parents=None, odd=None):
        """Commit these files on a branch. `by` is a person, or `person~other`: an address, and whose key signs."""
        person, _, signer = by.partition("~")
        parents = self.parents(branch) if parents is None else parents
        moment = f"{START + len(self.commits) * 3600} +0800"
        author, committer = (
            f"{role} {person.title()} <{address(person)}> {moment}" for role in ("author", "committer")
        )
        lines = [f"tree {self._tree(files)}", *(f"parent {one}" for one in parents), author, committer]
        head, body = "\n".join(odd(lines) if odd else lines).encode(), f"\n\n{message}\n".encode()
        if self.level == "signed" and signer != "nobody":
            block = _signed(self.keys, signer or person, head + body).strip().replace(b"\n", b"\n ")
            head += b"\ngpgsig " + block
        name = self.store("commit", head + body)
        self.commits.setdefault(name, (tuple(parents), dict(files)))
        self.branches[branch] = name
        return name

    def record_line(self, by, branch="main", back=0):
        """An entry of the log of the main line: that it stands where a branch does, or some commits before."""
        tip = self.branches.get(branch)
        for _ in range(back):
            tip = (self.commits[tip][0] or (tip,))[0]
        if tip:
            parents = [self.branches["kaohe-line"]] if "kaohe-line" in self.branches else []
            self.commit(by, "kaohe-line", {}, f"The main line stands\n\nLine: main\nTip: {tip}", parents)

    # What stands where

    def begin(self, branch):
        """A branch begins where main is, when it is first asked for."""
        self.branches.setdefault(branch, self.branches.get("main"))

    def parents(self, branch):
        self.begin(branch)
        return [self.branches[branch]] if self.branches[branch] else []

    def files(self, branch, back=0):
        """Path → bytes at the end of a branch, or some first parents before it."""
        self.begin(branch)
        at = self.branches[branch]
        for _ in range(back):
            at = (self.commits[at][0] or (at,))[0]
        return dict(self.commits[at][1]) if at else {}

    def place(self, branch, what):
        """Where a file lies on a branch; a record may have been moved within its year."""
        moved = PATHS[what].replace("2021/2021", "2021/spring/2021")
        return moved if moved in self.files(branch) else PATHS[what]

    def blob(self, branch, what, back=0):
        """The blob of a file on a branch; zeros where it is not there."""
        data = self.files(branch, back).get(self.place(branch, what))
        return "0" * 40 if data is None else self.store("blob", data)

    def ancestors(self, commit):
        """The commit and all before it."""
        found, waiting = set(), [commit]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self.commits[at][0]
        return found

    def text(self, what, name):
        """The bytes of a file by the short name of its text."""
        if what == "policy":
            return _policy(self.level, name).encode()
        return (_signers(self.keys, name) if what == "signers" else TEXTS[what][name]).encode()

    def finish(self):
        """Write the references, and the files of main into the folder."""
        git = self.path / ".git"
        for name in ("refs/heads", "refs/tags", "objects/info", "objects/pack"):
            (git / name).mkdir(parents=True, exist_ok=True)
        (git / "HEAD").write_text("ref: refs/heads/main\n")
        (git / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
        for name, commit in self.branches.items():
            (git / "refs/heads" / name).write_text(f"{commit}\n")
        for path, data in self.files("main").items():
            (self.path / path).parent.mkdir(parents=True, exist_ok=True)
            (self.path / path).write_bytes(data)
        for name in ("content", "criteria/2021", "incidents/2021"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        return self.path


@lru_cache(maxsize=1000)
def _signed(keys, person, data):
    """A signature, made once: the beginnings of all histories are the same."""
    return keys.sign(data, person)


def _policy(level, name):
    people: Mapping = {
        "mallory": {**APPROVERS, "office": ("olivia", "mallory"), "party": ("pia", "paul", "mallory")},
        "no olivia": {**APPROVERS, "office": ("oscar",)},
    }.get(name, APPROVERS)
    changes = {
        "two": {"incidents": "{approvals: 2, by: assessor}"},
        "one": {"criteria": "{approvals: 1, by: [party, office]}"},
        "party records": {"incidents": "{approvals: 1, by: party}"},
        "no forge": {"forges": "[]"},
    }.get(name, {})
    return policy(name if name in ("recorded", "reviewed", "signed") else level, people, **changes)


def _signers(keys, name):
    changed = {
        "mallory": {"mallory": keys.line("mallory")},
        "no olivia": {"olivia": None},
        "new olivia": {"olivia": keys.line("olivia", key="olivia2")},
        "second pia": {"pia": keys.line("pia,paul", key="pia")},
        "shared": {"rita": keys.line("rita", key="olivia")},
    }.get(name, {})
    return keys.signers(**changed)


def begun(path, keys, level):
    """The site at its beginning: rules, policy and signers, approved by Pia and Olivia, and no record."""
    world = World(path, keys, level)
    files = {PATHS[what]: world.text(what, "base") for what in RULES}
    world.commit("ruth~nobody", "main", files, "Found the site")
    lines = "\n".join(f"Approves: {world.blob('main', what)} {PATHS[what]}" for what in RULES)
    for person in ("pia", "olivia"):
        world.commit(person, "main", files, f"Approve\n\n{lines}")
    if level == "signed":
        world.record_line("olivia")
        world.record_line("pia")
    return world
