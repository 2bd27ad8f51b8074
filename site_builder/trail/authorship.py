"""Who wrote a content: those who made it, and those who wrote what it was amended from."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from site_builder.model import subject_of
from site_builder.trail.history import Change, History

Content = tuple[str, str | None]
"""A subject and its blob; None where the file is removed."""


@dataclass(slots=True)
class _Making:
    """The commits that made a content, each with the contents that it came from, and those that brought it back."""

    commits: dict[str, set[Content]] = field(default_factory=dict)
    returns: dict[str, set[Content]] = field(default_factory=dict)


class Authorship:
    """The commits behind each content of a history.

    The same words under another name, or with other white space, have the authors of both. A return to content that an
    ancestor had (a revert, a move within the year) writes nothing, unless that content had been approved and replaced
    since: then who brings it back makes the step.
    """

    def __init__(self, history: History, words: Mapping[str, bytes]) -> None:
        self._history = history
        self._words = words
        self._makings: dict[Content, _Making] = {}
        self._last: dict[str, Content] = {}
        self._places: dict[Content, str] = {}
        self._alike: dict[bytes | str, set[Content]] = defaultdict(set)
        for commit in history.commits:
            self._add(commit)

    def commits(self, content: Content, settled: Callable[[Content, str], bool]) -> frozenset[str]:
        """The commits that wrote a content, and what it was amended or copied from, since those were approved.

        `settled` says whether a commit is of no account for a content: the content came into force by approvals on the
        main line when this had the commit already, or the line has the commit only later.
        """
        found: set[str] = set()
        seen, waiting = {content}, [content]
        while waiting:
            one = waiting.pop()
            making = self._makings.get(one)
            if making is None:
                continue
            fresh = {commit: sources for commit, sources in making.commits.items() if not settled(one, commit)}
            if not fresh:
                fresh = {commit: sources for commit, sources in making.returns.items() if not settled(one, commit)}
            found |= fresh.keys()
            sources = set[Content]().union(*fresh.values()) - seen
            seen |= sources
            waiting += sources
        return frozenset(found)

    def _add(self, commit: str) -> None:
        written = [(subject_of(one.path), one) for one in self._history.written(commit) if one.before != one.after]
        there = {subject for subject, one in written if one.after is not None}
        gone = {(subject, one.before) for subject, one in written if one.after is None}
        for subject, change in written:
            if subject is None or (subject, change.after) in gone or (change.after is None and subject in there):
                continue
            self._make(commit, (subject, change.after), change)
            if change.after is not None:
                self._last[subject] = subject, change.after

    def _returns(self, commit: str, content: Content) -> bool:
        """Whether an ancestor of the commit had the content."""
        return content in self._places and self._history.descends(commit, self._places[content])

    def _make(self, commit: str, content: Content, change: Change) -> None:
        subject, blob = content
        returns = blob is not None and self._returns(commit, content)
        making = self._makings.setdefault(content, _Making())
        sources: set[Content] = {(subject, other) for other in change.others}
        if change.before is not None:
            sources.add((subject, change.before))
        elif subject in self._last and blob is not None:
            sources.add(self._last[subject])
        if blob is not None:
            words = self._words.get(blob, blob)
            sources |= {other for other in self._alike[words] if other != content}
            self._alike[words].add(content)
        sources.discard(content)
        (making.returns if returns else making.commits).setdefault(commit, set()).update(sources)
        self._places[content] = commit
