"""A set of files that comes into force as a whole: what stands, what was said of it, and what is in force."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from site_builder.model import PUBLICATION, SETTINGS
from site_builder.trail.authorship import Content
from site_builder.trail.statements import Said

IsApproved = Callable[[Content], bool]
"""Whether a content has enough approvals of the step from what is in force."""


@dataclass(slots=True)
class FileSet:
    """A set of files on the way along the main line. Blobs are by path; None where there is no file."""

    standing: dict[str, str] = field(default_factory=dict)
    in_force: dict[str, str] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)
    """Where on the line the content of a path came into force, or its absence."""
    said: dict[str, dict[str | None, list[Said]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """What was said of the contents of each path since what is in force there came."""
    pending: list[dict[str, tuple[str | None, str | None]]] = field(default_factory=list)
    """What each commit changed since the state in force, the content before and after by path."""
    since: dict[str, int] = field(default_factory=dict)
    """Where on the line the content that stands came to stand."""

    def stand(self, at: int, changes: Mapping[str, str | None]) -> None:
        """Let files have other contents from a place of the line on."""
        self.pending.append({path: (self.standing.get(path), blob) for path, blob in changes.items()})
        for path, blob in changes.items():
            self.since[path] = at
            if blob is None:
                self.standing.pop(path, None)
            else:
                self.standing[path] = blob

    def take_over(self, at: int) -> None:
        """Let everything that stands be in force, as where nothing is demanded."""
        self._enter(dict(self.standing), at, len(self.pending))

    def judge(self, at: int, is_approved: IsApproved, earlier: bool) -> None:
        """Bring into force the newest state in which every file is approved.

        States before the last are looked at only where asked for: they can have come to be approved by statements
        alone.
        """
        state: dict[str, str | None] = {path: self.standing.get(path) for one in self.pending for path in one}
        lacking = {path for path in state if not self._holds(path, state, is_approved)}
        for number in range(len(self.pending), 0, -1):
            if not lacking:
                self._enter(_whole(self.in_force, state), at, number)
                return
            if not earlier:
                return
            undone = self.pending[number - 1]
            state |= {path: before for path, (before, _) in undone.items()}
            again = {*undone, *({SETTINGS} & state.keys() if PUBLICATION in undone else ())}
            lacking = (lacking - again) | {path for path in again if not self._holds(path, state, is_approved)}

    def _holds(self, path: str, state: Mapping[str, str | None], is_approved: IsApproved) -> bool:
        """Whether a path of a state has what is in force, or what is approved."""
        if path == SETTINGS and state.get(PUBLICATION, self.in_force.get(PUBLICATION)) is not None:
            return True
        return state[path] == self.in_force.get(path) or is_approved((path, state[path]))

    def _enter(self, files: Mapping[str, str], at: int, number: int) -> None:
        """Let this be in force, which stood after so many of the pending changes."""
        self.pending = self.pending[number:]
        kept = {path: blob for path, blob in files.items() if path != SETTINGS or PUBLICATION not in files}
        changed = [path for path in {*kept, *self.in_force} if kept.get(path) != self.in_force.get(path)]
        self.in_force = kept
        for path in changed:
            self.entered[path] = at
            own = self.said[path].get(kept.get(path), [])
            self.said[path] = defaultdict(list, {kept.get(path): own})


def _whole(in_force: Mapping[str, str], state: Mapping[str, str | None]) -> dict[str, str]:
    both: dict[str, str | None] = {**in_force, **state}
    return {path: blob for path, blob in both.items() if blob is not None}


def changes_by_set(changes: Iterable[tuple[str, str, str | None]]) -> Mapping[str, Mapping[str, str | None]]:
    """Changes given as set, path and blob, by set."""
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for name, path, blob in changes:
        found[name][path] = blob
    return found
