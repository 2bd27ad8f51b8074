"""What counts in a repository, in a few words: scores, verdicts, proposals and built pages, by the commands."""

import json
from dataclasses import dataclass

from click.testing import CliRunner

from site_builder.cli.main import cli
from tests.sites import incident
from tests.trail.repositories import QUIET, address

INCIDENT, OTHER = "incidents/2021/2021-0001.md", "incidents/2021/2021-0002.md"
CONDUCT_FILE, STUDY_FILE = "criteria/2021/conduct.yaml", "criteria/2021/study.yaml"
DEPARTMENTS_FILE, PUBLICATION_FILE = "content/departments.yaml", "content/publication.yaml"
NONE = "0" * 40


def record(people=1, body="It was so.", **changes):
    """An incident that deducts 0.5 for each person, of the library where nothing else is said."""
    return incident(body, **{"count": f"{{person: {people}, day: 1}}", **changes})


@dataclass(frozen=True)
class Ran:
    """What a command printed, and with what it exited."""

    exit: int
    output: str
    complaint: str

    @property
    def result(self):
        return json.loads(self.output)


def run(folder, *arguments, **environment):
    """Run a command in this process; a traceback fails the test."""
    command = ["--lang", "en", "--site", str(folder), *map(str, arguments)]
    ran = CliRunner().invoke(cli, command, env={**QUIET, **environment}, catch_exceptions=False)
    assert "Traceback" not in ran.stderr
    return Ran(ran.exit_code, ran.stdout, ran.stderr)


def figures(repo, *options):
    """What `kaohe score` prints."""
    ran = run(repo.folder, "score", "--year", "2021", "--format", "json", *options)
    assert ran.exit == 0, ran
    return ran.result


def scores(repo, *options):
    """The score of every department in every section, as `department section`."""
    departments = figures(repo, *options)["departments"].items()
    return {f"{name} {section}": one["score"] for name, own in departments for section, one in own["sections"].items()}


def counting(repo):
    """The incidents that count, each with what it deducts."""
    return {name: one["counted"] for name, one in figures(repo)["incidents"].items() if one["approval"] == "approved"}


def proposals(repo, *options):
    """What `kaohe verify` calls proposals, by subject."""
    shown = run(repo.folder, "verify", "--format", "json", *options)
    return {one["subject"]: one for one in shown.result["proposals"]}


def waiting(repo):
    """The kind of each proposal by its subject."""
    return {subject: one["kind"] for subject, one in proposals(repo).items()}


def merged(repo, files, by="olivia", author="rita", **how):
    """Files committed by somebody on a branch, and merged by somebody else."""
    repo.branch("topic")
    repo.commit(files, by=author, **how)
    repo.switch("main")
    return repo.merge("topic", by=by)


def in_order(repo, files):
    """A change of the rules and what is like them, with both approvals."""
    merged(repo, files, by="pia")
    approve_all(repo, files, "paul")


def approve_all(repo, files, *people):
    """Approve what a change did, removals too, in a commit of each of these people."""
    gone = [f"Approves: {NONE} {repo.named(path)}" for path, text in files.items() if text is None]
    there = [path for path, text in files.items() if text is not None]
    for person in people:
        repo.approve(*there, by=person, lines=gone)


def approving(repo, person, *arguments, key=None):
    """Run `kaohe approve` as a person, with a key of theirs at level signed, or with that of another."""
    repo.config(user__name=person.title(), user__email=address(person), gpg__format="ssh")
    repo.config(user__signingkey=repo.keys.private(key or person))
    day = "@1640966400 +0800"
    return run(
        repo.folder, "approve", "--yes", *arguments, GIT_AUTHOR_DATE=day, GIT_COMMITTER_DATE=day, HOME="/nonexistent"
    )


def build(repo, *options):
    """Run `kaohe build` into a folder of its own beside the site."""
    return run(repo.folder, "build", "--output", _output(repo, options), *options)


def _output(repo, options):
    return repo.path.parent / f"output-{repo.ticks}-{len(options)}"


def built(repo, *options):
    """The files of a build of the site, by path; the build succeeds."""
    ran = build(repo, *options)
    assert ran.exit == 0, ran
    output = _output(repo, options)
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*") if path.is_file()}
