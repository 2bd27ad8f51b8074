"""What every commit wrote, and who wrote a content: the past as the second implementation of the trail sees it."""

from tests.trail import naive_git as git
from tests.trail.naive_rules import contents


class Past(git.History):
    """A history with what every commit wrote."""

    def __init__(self, folder):
        super().__init__(folder)
        self.lines = {}
        self._written = {}
        self._squeezed = {}
        for name in self.commits:
            self._written[name] = list(self._writes(name))

    def commit(self, name):
        if name not in self.commits:
            self._read(name)
            for one in self.commits:
                if one not in self._written:
                    self._written[one] = list(self._writes(one))
        return self.commits[name]

    def contents(self, name):
        return contents(self.files(name))

    def _writes(self, name):
        """Subject, content, and what it was amended from, of all that the commit wrote or brought back."""
        commit, here = self.commits[name], self.contents(name)
        parents = [self.contents(parent) for parent in commit.parents] or [{}]
        for one in set(here).union(*parents):
            after, before = here.get(one), [parent.get(one) for parent in parents]
            fresh = after not in before
            if fresh or (after != before[0] and not self._brought(commit, one, after)):
                yield one, after, [(one, content) for content in (before if fresh else before[:1])]

    def _brought(self, commit, name, content):
        """Whether a commit that the merge brought wrote this content; else the merge itself brings it back."""
        fresh = set().union(*map(self.ancestors, commit.parents[1:])) - self.ancestors(commit.parents[0])
        return any((name, content) == written[:2] for one in fresh for written in self._written[one])

    def makings(self, name):
        """Of each content that an ancestor wrote: the commits, and what it was amended from."""
        found = {}
        for one in self.ancestors(name):
            for path, content, sources in self._written[one]:
                found.setdefault((path, content), []).append((self.commits[one], sources))
        return found

    def squeezed(self, blob):
        """The bytes without white space."""
        if blob not in self._squeezed:
            self._squeezed[blob] = b"".join(self.blob(blob).split())
        return self._squeezed[blob]

    def writers(self, name, wanted, settled):
        """The commits that wrote a content on the way from what was approved before."""
        makings = self.makings(name)
        start = {wanted, *self._twins(wanted, makings)}
        found, seen, waiting = set(), set(), list(start)
        while waiting:
            at = waiting.pop()
            if at in seen or (at in settled and at not in start):
                continue
            seen.add(at)
            waiting += self._twins(at, makings)
            for commit, sources in makings.get(at, ()):
                found.add(commit)
                waiting += sources
        return found

    def _twins(self, wanted, makings):
        """The same bytes, also with other white space, under other names."""
        name, blob = wanted
        return [
            (other, one)
            for other, one in makings
            if blob and one and other != name and self.squeezed(one) == self.squeezed(blob)
        ]
