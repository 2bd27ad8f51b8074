"""History as values: the commits up to a revision, and what each of them changed."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from site_builder.model import message
from site_builder.trail.commits import Commit, parsed
from site_builder.trail.git import GitError, Repository

FOLDERS = ("content", "criteria", "incidents", "themes")
"""The folders of a site whose history is read."""

_NEARBY = 32
"""How many commits of a merged branch are searched for what the merge took from it."""

_WORTH_SPLITTING = 500
"""How many commits make it worth while to let several processes of git compare them."""

_FILES = ("100644", "100755", "100664")


@dataclass(frozen=True, slots=True)
class Change:
    """A file of the site that a commit changed: its blob before and after, None where there was or is no file."""

    path: str
    before: str | None
    after: str | None
    others: tuple[str, ...] = ()
    """For a merge, the blobs of the file in its other parents."""


@dataclass(frozen=True)
class History:
    """The commits up to `head`, parents first.

    `changes` are those against a commit's first parent (against nothing, for a first commit). `made` holds, for a
    merge, the content that none of its parents has. `whole` says whether every parent was there.
    """

    head: str
    commits: Mapping[str, Commit]
    changes: Mapping[str, tuple[Change, ...]]
    made: Mapping[str, tuple[Change, ...]]
    whole: bool

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each commit in the order of history."""
        return {commit: number for number, commit in enumerate(self.commits)}

    def written(self, commit: str) -> tuple[Change, ...]:
        """What the commit itself wrote: its changes; of a merge, what none of its parents has."""
        found = self.made if len(self.commits[commit].parents) > 1 else self.changes
        return found.get(commit, ())

    def first_parents(self, tip: str) -> tuple[str, ...]:
        """The commits from the first to `tip`, going by first parents."""
        line = []
        at: str | None = tip
        while at is not None and at in self.commits:
            line.append(at)
            parents = self.commits[at].parents
            at = parents[0] if parents else None
        return tuple(reversed(line))

    def ancestry(self, tip: str) -> Iterator[str]:
        """A commit and all its ancestors."""
        seen, waiting = {tip}, [tip]
        while waiting:
            at = waiting.pop()
            yield at
            fresh = [one for one in self.commits[at].parents if one in self.commits and one not in seen]
            seen.update(fresh)
            waiting += fresh

    def descends(self, later: str, earlier: str) -> bool:
        """Whether `earlier` is `later` or an ancestor of it."""
        least, seen, waiting = self.order[earlier], {later}, [later]
        while waiting:
            at = waiting.pop()
            if at == earlier:
                return True
            for parent in self.commits[at].parents:
                if parent not in seen and self.order.get(parent, -1) >= least:
                    seen.add(parent)
                    waiting.append(parent)
        return False


def read_history(repository: Repository, head: str) -> History:
    """The history up to a commit: one listing, one reading of the commits, one comparison of their trees."""
    listed = repository.run("rev-list", "--topo-order", "--reverse", head).decode("ascii").split()
    commits = {one: parsed(one, data) for one, kind, data in repository.objects(listed) if kind == "commit"}
    missing = any(parent not in commits for commit in commits.values() for parent in commit.parents)
    whole = not missing and len(commits) == len(listed)
    if not whole:
        return History(head, commits, {}, {}, False)
    changes = _compared(repository, [" ".join((one.id, *one.parents[:1])) for one in commits.values()], "--root")
    made = _compared(repository, _unclear(commits, changes), "-c")
    return History(head, commits, changes, made, True)


def read_commit(repository: Repository, commit: str) -> Commit:
    """One commit; raises `GitError` where it is not there."""
    for identifier, kind, data in repository.objects([commit]):
        if kind == "commit":
            return parsed(identifier, data)
    raise GitError(message("The object {id} of the repository is missing", id=commit))


def read_commits(repository: Repository, identifiers: Iterable[str]) -> Iterator[Commit]:
    """Several commits in their order; those that are missing are left out."""
    return (parsed(one, data) for one, kind, data in repository.objects(identifiers) if kind == "commit")


def _unclear(commits: Mapping[str, Commit], changes: Mapping[str, tuple[Change, ...]]) -> list[str]:
    """The merges that may have content which none of their parents has: git itself must compare these.

    What a merge changed against its first parent is nearly always what one of the last commits of the merged branch
    wrote; a merge of which this cannot be seen nearby is unclear.
    """
    return [
        one.id
        for one in commits.values()
        if len(one.parents) > 1
        and not all(
            any(_wrote(commits, changes, parent, change) for parent in one.parents[1:])
            for change in changes.get(one.id, ())
        )
    ]


def _wrote(commits: Mapping[str, Commit], changes: Mapping[str, tuple[Change, ...]], tip: str, wanted: Change) -> bool:
    """Whether one of the last commits up to `tip` left the file as `wanted` has it, and none changed it after that."""
    at = tip
    for _ in range(_NEARBY):
        for change in changes.get(at, ()):
            if change.path == wanted.path:
                return change.after == wanted.after
        parents = commits[at].parents
        if not parents:
            return False
        at = parents[0]
    return False


def main_line(repository: Repository, branch: str) -> tuple[str, ...] | None:
    """The first-parent line of a branch, oldest first; None without such a branch."""
    for reference in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"):
        tip = repository.resolve(reference)
        if tip is not None:
            listed = repository.run("rev-list", "--first-parent", "--reverse", tip).decode("ascii").split()
            return tuple(listed)
    return None


def _compared(repository: Repository, commits: Sequence[str], *options: str) -> dict[str, tuple[Change, ...]]:
    """The changes of each of these commits (`commit` or `commit parent`) in the site's folders."""
    if not commits:
        return {}
    folders = [repository.prefix + name for name in FOLDERS]
    plain = ("-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--ignore-submodules=none")
    command = ("diff-tree", "--stdin", *options, *plain, "--", *folders)
    count = min(os.cpu_count() or 1, 8) if len(commits) > _WORTH_SPLITTING else 1
    size = -(-len(commits) // count)
    given = ["".join(f"{one}\n" for one in commits[at : at + size]).encode() for at in range(0, len(commits), size)]
    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(lambda part: repository.run(*command, given=part), given))
    return {commit: found for data in answers for commit, found in _parsed(data, len(repository.prefix))}


def _parsed(data: bytes, prefix: int) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Each commit with its changes: `id NUL (:modes blobs status NUL path NUL)…`."""
    commit, changes = "", list[Change]()
    fields = iter(data.split(b"\0"))
    for one in fields:
        if one.startswith(b":"):
            path = next(fields).decode("utf-8", "surrogateescape")
            changes.append(_change(one, path[prefix:]))
        elif one.strip():
            if changes:
                yield commit, tuple(changes)
            commit, changes = one.strip().decode("ascii"), []
    if changes:
        yield commit, tuple(changes)


def _change(line: bytes, path: str) -> Change:
    """One line of a raw comparison; with several parents, the content of the first is the one before."""
    count = len(line) - len(line.lstrip(b":"))
    words = line[count:].decode("ascii").split(" ")
    modes, blobs = words[: count + 1], words[count + 1 : 2 * count + 2]
    found = [blob if mode in _FILES else None for mode, blob in zip(modes, blobs, strict=True)]
    return Change(path, found[0], found[-1], tuple(blob for blob in found[1:-1] if blob is not None))
