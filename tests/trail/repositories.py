"""Real repositories in a few lines: git itself makes them, with its own merges, rebases and signatures.

The people are Rita, who records and approves nothing; Olivia and Oscar of the office, which assesses everything; Leo of
the library; Pia and Paul of the party. Mallory stands nowhere. The forge is a machine that signs what people press. A
person is a first name, or an address where its spelling matters. Every date is given, an hour after the one before.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from site_builder.cli.main import cli
from tests.sites import DEPARTMENTS, site, write

POLICY, SIGNERS = "criteria/approvals.yaml", "criteria/allowed_signers"
RULES = ("criteria/2021/conduct.yaml", "criteria/2021/scheme.yaml", "criteria/2021/study.yaml")
SETTINGS = ("content/departments.yaml",)
APPROVERS = {"office": ("olivia", "oscar"), "library": ("leo",), "party": ("pia", "paul")}
LISTED = ("rita", "olivia", "oscar", "leo", "pia", "paul", "forge")

START = 1617235200
"""The morning of 1 April 2021 in Beijing, in seconds."""

QUIET = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": "true",
    "LC_ALL": "C.UTF-8",
}
"""Nothing of the machine's own git configuration."""


def address(person):
    """The e-mail address of a person."""
    return person if "@" in person else f"{person}@example.org"


def policy(level, approvers=None, **changes):
    """A policy: two approvals for the rules, by the party or the office, and one by the assessor for an incident."""
    keys = {
        "level": level,
        "main": "main",
        "incidents": "{approvals: 1, by: assessor}",
        "criteria": "{approvals: 2, by: [party, office]}",
        "approvers": "",
        **{
            f"  {office}": f"[{', '.join(map(address, people))}]" for office, people in (approvers or APPROVERS).items()
        },
        "forges": "[forge@example.org]",
        **changes,
    }
    return "".join(f"{key}: {value}\n".replace(": \n", ":\n") for key, value in keys.items())


@dataclass(frozen=True)
class Keys:
    """A key of each person, made when it is first asked for."""

    folder: Path

    def private(self, person):
        path = self.folder / person
        if not path.exists():
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(path)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return path

    def line(self, person, key=None, options='namespaces="git"'):
        """A line of `allowed_signers`: this person, or several with commas, signs with the key of that person."""
        kind, data, _ = self.private(key or person).with_suffix(".pub").read_text().split()
        return " ".join(filter(None, [",".join(map(address, person.split(","))), options, kind, data])) + "\n"

    def signers(self, **changed):
        """The signers of the site, each on a line; of those named another line, or none."""
        lines = {**{person: self.line(person) for person in LISTED}, **changed}
        return "".join(line for line in lines.values() if line)

    def sign(self, data, person, namespace="git"):
        command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(self.private(person))]
        return subprocess.run(command, input=data, check=True, capture_output=True).stdout


@dataclass
class Repository:
    """A repository with a work tree; the site lies in the folder `inner` of it.

    At level signed the author of a commit signs it, unless the call says `sign=None` or who else does.
    """

    path: Path
    keys: Keys
    level: str
    inner: str = ""
    ticks: int = 0
    environment: dict = field(default_factory=dict)

    @property
    def folder(self):
        return self.path / self.inner

    @property
    def canary(self):
        """A file that only a program could have written that a hostile configuration names."""
        return self.path.parent / "canary"

    def copy(self, path):
        shutil.copytree(self.path, path, symlinks=True, ignore=shutil.ignore_patterns(".kaohe-cache"))
        return Repository(path, self.keys, self.level, self.inner, self.ticks)

    # What git does

    def git(self, *arguments, by="rita", committer=None, sign="self", at=None, stdin=b"", fails=False):
        """Run git as a person; what it prints. `at` is the moment in seconds, where it is not the next hour."""
        self.ticks += 1
        moment = f"@{START + self.ticks * 3600 if at is None else at} +0800"
        command = ["git", *self._signing(by, sign), *map(str, arguments)]
        environment = {
            **os.environ,
            **QUIET,
            **_who("AUTHOR", by, moment),
            **_who("COMMITTER", committer or by, moment),
        }
        done = subprocess.run(command, cwd=self.path, env=environment, input=stdin, capture_output=True)
        assert done.returncode == 0 or fails, f"{command}\n{done.stdout!r}\n{done.stderr!r}"
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def _signing(self, by, sign):
        signer = (by if self.level == "signed" else None) if sign == "self" else sign
        if signer is None:
            return []
        key = self.keys.private(signer.partition("@")[0].lower())
        return ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key}", "-c", "commit.gpgsign=true"]

    def write(self, files):
        """Write files of the site; None deletes one."""
        for name, content in files.items():
            path = self.folder / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files=None, message="A change", **how):
        """Commit these files, and all else that changed; the commit."""
        self.write(files or {})
        self.git("add", "-A")
        text = message.encode() if isinstance(message, str) else message
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-", stdin=text, **how)
        return self._tip()

    def head(self, name="HEAD"):
        return self.git("rev-parse", "--verify", f"{name}^{{commit}}")

    def _tip(self):
        """The commit that is checked out, read without starting git."""
        head = (self.path / ".git/HEAD").read_text().strip()
        branch = head.removeprefix("ref: ")
        return head if branch == head else (self.path / ".git" / branch).read_text().strip()

    def blob(self, path, commit="HEAD"):
        return self.git("rev-parse", f"{commit}:{self.named(path)}")

    def named(self, path):
        """A file of the site by its path in the repository."""
        return f"{self.inner}/{path}" if self.inner else path

    def switch(self, name):
        self.git("checkout", "-q", name)

    def branch(self, name, at="main"):
        """Begin a branch, and stand on it."""
        self.git("checkout", "-q", "-B", name, at)

    def reset(self, commit):
        """Let the branch end in another commit, as a forced push does."""
        self.git("reset", "-q", "--hard", commit)

    def merge(self, *branches, by="olivia", message="Merge", files=None, options=(), **how):
        """Merge into the branch stood on, always with a commit; `files` are the merger's own work in it."""
        if files is None:
            self.git("merge", "-q", "--no-ff", *options, "-m", message, *branches, by=by, **how)
            return self._tip()
        self.git("merge", "-q", "--no-ff", "--no-commit", *options, *branches, by=by, fails=True)
        return self.commit(files, message, by=by, **how)

    def forward(self, branch):
        self.git("merge", "-q", "--ff-only", branch)

    def squash(self, branch, message="Squashed", **how):
        self.git("merge", "-q", "--squash", branch)
        return self.commit({}, message, **how)

    def approve(self, *paths, by="olivia", at_commit="HEAD", lines=(), files=None, **how):
        """A commit that approves these files as they are in a commit; `lines` are further or hostile trailers."""
        trailers = [*(f"Approves: {self.blob(path, at_commit)} {self.named(path)}" for path in paths), *lines]
        return self.commit(files, "Approve\n\n" + "\n".join(trailers) + "\n", by=by, **how)

    def record_line(self, commit="HEAD", by="olivia", line="main", **how):
        """An entry of the log of the main line, by somebody, on top of those that are there."""
        tip = self.head(commit)
        before = self.git("for-each-ref", "--format=%(objectname)", "refs/heads/kaohe-line").split()
        signed = ["-S"] if self._signing(by, how.get("sign", "self")) else []
        parents = [word for one in before for word in ("-p", one)]
        text = f"The main line stands at {tip[:12]}\n\nLine: {line}\nTip: {tip}\n"
        tree = self.git("mktree")
        entry = self.git("commit-tree", *signed, *parents, tree, "-m", text, by=by, **how)
        self.git("update-ref", "refs/heads/kaohe-line", entry)
        return entry

    def config(self, **settings):
        """Settings in the repository's own configuration; `a__b` is written for `a.b`."""
        for name, value in settings.items():
            self.git("config", name.replace("__", "."), value)

    # What git does not do by itself

    def raw(self, commit):
        """Store any bytes as a commit."""
        return self.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=commit)

    def store(self, text):
        """Store a content without committing it; its blob."""
        return self.git("hash-object", "-w", "--stdin", stdin=text.encode())

    def loose(self, identifier):
        """The file that holds an object."""
        return self.path / ".git/objects" / identifier[:2] / identifier[2:]

    def forge(self, identifier, other):
        """Lay the bytes of another object under the name of this one."""
        self.loose(identifier).unlink()
        shutil.copy(self.loose(other), self.loose(identifier))

    def bytes_of(self, commit):
        return self.git("cat-file", "commit", commit).encode("utf-8", "surrogateescape") + b"\n"

    def with_signature(self, commit, signature):
        """The same commit with this signature in its header."""
        header, _, message = self.bytes_of(commit).partition(b"\n\n")
        lines = [line for line in header.split(b"\n") if not line.startswith((b"gpgsig", b" "))]
        block = b"gpgsig " + signature.strip().replace(b"\n", b"\n ")
        return self.raw(b"\n".join([*lines, block]) + b"\n\n" + message)

    def signed_for(self, commit, person, namespace):
        """The same (unsigned) commit, signed for a namespace of the key's uses."""
        return self.with_signature(commit, self.keys.sign(self.bytes_of(commit), person, namespace))

    # What is hostile

    def name_programs(self):
        """Name a program wherever git's configuration can name one; each would leave the canary."""
        program = self.canary.with_name("program")
        program.write_text(f"#!/bin/sh\ntouch '{self.canary}'\nexit 0\n")
        program.chmod(0o755)
        hooks = self.canary.with_name("hooks")
        hooks.mkdir(exist_ok=True)
        for hook in ("post-index-change", "reference-transaction", "post-checkout"):
            shutil.copy(program, hooks / hook)
        run = dict.fromkeys(PROGRAMS, str(program))
        self.config(core__hooksPath=str(hooks), gpg__ssh__allowedSignersFile=str(program), **run)


PROGRAMS = (
    *("filter__evil__clean", "filter__evil__smudge", "filter__evil__process", "merge__evil__driver"),
    *("core__fsmonitor", "core__sshCommand", "core__gitProxy", "core__pager", "core__editor", "core__askPass"),
    *("core__alternateRefsCommand", "diff__external", "diff__evil__textconv", "diff__evil__command"),
    *("gpg__program", "gpg__ssh__program", "gpg__ssh__defaultKeyCommand", "uploadpack__packObjectsHook"),
    *("pager__log", "pager__show", "credential__helper"),
)


def _who(role, person, moment):
    name = person.partition("@")[0].title()
    return {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": address(person), f"GIT_{role}_DATE": moment}


def found(path, keys, level, inner="", algorithm="sha1"):
    """The site at its beginning: rules, policy and signers, approved by Pia and Olivia, and no incident."""
    path.mkdir(parents=True)
    repo = Repository(path, keys, level, inner)
    repo.git("init", "-q", "--template=", "-b", "main", f"--object-format={algorithm}")
    departments = DEPARTMENTS + "party: {name: The party}\n"
    write(site(departments=departments, files={POLICY: policy(level), SIGNERS: keys.signers()}), repo.folder)
    repo.commit(message="Found the site", by="ruth", sign=None)
    repo.approve(*RULES, *SETTINGS, POLICY, SIGNERS, by="pia")
    repo.approve(*RULES, *SETTINGS, POLICY, SIGNERS, by="olivia")
    if level == "signed":
        repo.record_line(by="olivia")
        repo.record_line(by="pia")
    return repo


@dataclass(frozen=True)
class Shown:
    """What `kaohe verify` printed, and with what it exited."""

    exit: int
    output: str
    complaint: str

    @property
    def result(self):
        return json.loads(self.output) if self.output.startswith("{") else {"incidents": {}, "criteria": {}}

    def of(self, subject):
        """What it says of an incident or a file of the rules; None where it says nothing."""
        return self.result["criteria" if "/" in subject else "incidents"].get(subject)


def verify(folder, **environment):
    """Run `kaohe verify` in this process; a traceback fails the test."""
    arguments = ["--lang", "en", "--site", str(folder), "verify", "--format", "json"]
    ran = CliRunner().invoke(cli, arguments, env={**QUIET, **environment}, catch_exceptions=False)
    return Shown(ran.exit_code, ran.stdout, ran.stderr)
