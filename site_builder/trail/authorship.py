"""Who wrote a content: those who made it, and those who wrote what it was amended from."""

from collections import defaultdict
from dataclasses import dataclass, field

from site_builder.model import subject_of
from site_builder.trail.history import Change, History

Content = tuple[str, str | None]
"""A subject and its blob; None where the file is removed."""


@dataclass(slots=True)
class _Making:
    """The commits that made a content where no ancestor had it, and the contents that it came from."""

    commits: set[str] = field(default_factory=set)
    sources: set[Content] = field(default_factory=set)


class Authorship:
    """The commits behind each content of a history.

    A return to content that an ancestor had (a revert, a move within the year) writes nothing. The same bytes under
    another name have the authors of both.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._makings: dict[Content, _Making] = {}
        self._last: dict[str, Content] = {}
        self._subjects: dict[str, set[str]] = defaultdict(set)
        self._places: dict[Content, str] = {}
        for commit in history.commits:
            self._add(commit)

    def commits(self, content: Content) -> frozenset[str]:
        """The commits that made the content, and those that made what it was amended or copied from."""
        found: set[str] = set()
        seen, waiting = {content}, [content]
        while waiting:
            making = self._makings.get(waiting.pop())
            if making is not None:
                found |= making.commits
                waiting += making.sources - seen
                seen |= making.sources
        return frozenset(found)

    def _add(self, commit: str) -> None:
        written = [(subject_of(one.path), one) for one in self._history.written(commit) if one.before != one.after]
        there = {subject for subject, one in written if one.after is not None}
        gone = {(subject, one.before) for subject, one in written if one.after is None}
        for subject, change in written:
            if subject is None or (subject, change.after) in gone or (change.after is None and subject in there):
                continue
            content = subject, change.after
            if not self._returns(commit, content):
                self._make(commit, content, change)
            self._places[content] = commit
            if change.after is not None:
                self._last[subject] = content

    def _returns(self, commit: str, content: Content) -> bool:
        """Whether an ancestor of the commit had the content."""
        if content[1] is None or content not in self._places:
            return False
        return self._history.descends(commit, self._places[content])

    def _make(self, commit: str, content: Content, change: Change) -> None:
        subject, blob = content
        making = self._makings.setdefault(content, _Making())
        making.commits.add(commit)
        if blob is None:
            return
        making.sources |= {(subject, other) for other in change.others}
        if change.before is not None:
            making.sources.add((subject, change.before))
        elif subject in self._last:
            making.sources.add(self._last[subject])
        making.sources |= {(other, blob) for other in self._subjects[blob] if other != subject}
        self._subjects[blob].add(subject)
        making.sources.discard(content)
