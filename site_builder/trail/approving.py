"""Writing the one kind of commit that Kaohe makes: an approval, which changes no file."""

from collections.abc import Iterable
from dataclasses import dataclass

from site_builder.trail.git import Repository
from site_builder.trail.owngit import own_git
from site_builder.trail.trailers import APPROVES, REPLACES


def branch(repository: Repository) -> str | None:
    """The branch that is checked out; None where there is none."""
    done = repository.attempt("symbolic-ref", "--quiet", "HEAD")
    name = done.stdout.decode("utf-8", "replace").strip()
    return name.removeprefix("refs/heads/") if done.returncode == 0 and name.startswith("refs/heads/") else None


def author(repository: Repository) -> str:
    """The address that git gives to this person's commits here."""
    said = own_git(repository, "var", "GIT_AUTHOR_IDENT")
    return said.rpartition("<")[2].partition(">")[0].strip()


def called(repository: Repository) -> str:
    """The name that git gives to this person's commits here."""
    return own_git(repository, "var", "GIT_AUTHOR_IDENT").partition("<")[0].strip()


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval names: a subject, the file's path in the repository, and its blob; None for its absence.

    Where it `binds`, the approval holds only in place of `replaces`, None for no file.
    """

    subject: str
    path: str
    blob: str | None
    binds: bool = False
    replaces: str | None = None


def approve(repository: Repository, head: str, contents: Iterable[Approved], sign: bool) -> str:
    """An approval of these contents on top of `head`, as a commit that no branch has yet.

    Gives the commit; `advance` lets `HEAD` go there. The person's own git settings say who approves and with
    which key; no hook runs.
    """
    contents, none = tuple(contents), "0" * len(head)
    lines = [f"{APPROVES}: {one.blob or none} {one.path}\n" for one in contents]
    lines += [f"{REPLACES}: {one.replaces or none} {one.path}\n" for one in contents if one.binds]
    text = f"Approve {len(contents)} file(s)\n\n{''.join(lines)}"
    options = ("-S",) if sign else ()
    return own_git(repository, "commit-tree", *options, "-p", head, "-F", "-", f"{head}^{{tree}}", given=text)


def draft(repository: Repository, text: str, parents: Iterable[str], sign: bool, key: str | None = None) -> str:
    """A message with no files, as a commit that no branch has yet; gives the commit. Raises `GitError`.

    It is signed with the SSH `key` where one is named, else with that of the person's git.
    """
    tree = own_git(repository, "mktree", given="")
    naming = (f"user.signingkey={key}",) if key is not None else ()
    options = ("-S",) if sign else ()
    before = (word for one in parents for word in ("-p", one))
    return own_git(repository, "commit-tree", *options, *before, "-F", "-", tree, given=text, settings=naming)


def advance(repository: Repository, reference: str, commit: str, expected: str | None) -> None:
    """Let a reference go on to a commit; `expected` is where it is now, None where there is none."""
    own_git(repository, "update-ref", "-m", "kaohe", reference, commit, expected or "0" * len(commit))
