"""What an audit finds in the memory of a target: the chain of releases, and the earlier ones that lie there."""

from collections.abc import Iterator
from dataclasses import dataclass

from site_builder.cli.chaining import Memory, Remembered, asked
from site_builder.cli.refusing import OFF_MAIN
from site_builder.cli.session import EXIT_OUTSIDE, Session
from site_builder.exports import read_manifest
from site_builder.model import MANIFEST, Message, Target, message, printable
from site_builder.publish import SIGNATURE, Archive, Look, Release, ReleasedPlace, is_of
from site_builder.trail import BRANCH, GitError, Origin, is_on_line


@dataclass(frozen=True, slots=True)
class History:
    """What speaks for or against the release that a target shows.

    `later` is the latest release there, where another is shown. `rewritten` are releases whose manifests are not those
    that were published. `lost` says that releases were signed once and this one is not, `off_main` that its commit is
    not on the main line though nobody allowed that.
    """

    memory: Memory
    later: str | None = None
    rewritten: tuple[str, ...] = ()
    lost: bool = False
    off_main: bool = False

    @property
    def is_problem(self) -> bool:
        """Whether something is not as it was published."""
        forgotten = self.memory.state in (Remembered.REPLACED, Remembered.UNKNOWN)
        return forgotten or self.memory.origin is Origin.REWRITTEN or bool(self.rewritten) or self.lost or self.off_main


def history_of(session: Session, target: Target, place: Archive | ReleasedPlace, now: Look) -> History:
    """Ask the chain and the target itself; what fails of git ends the command."""
    signed, rewritten = _on_target(place, now)
    try:
        memory = asked(session, target, now.data)
        off_main = _is_off_main(session, now)
    except GitError as error:
        session.fail(EXIT_OUTSIDE, error.reason)
    later = now.releases[0].id if now.current and now.releases and now.releases[0].id != now.current.id else None
    return History(memory, later, rewritten, now.signature is None and (memory.signed or signed), off_main)


def _on_target(place: Archive | ReleasedPlace, now: Look) -> tuple[bool, tuple[str, ...]]:
    """Whether one of the releases there is signed, and those whose manifests are not the ones that name them."""
    if isinstance(place, Archive):
        return False, ()
    read = {one.id: place.read_of(one, [MANIFEST, SIGNATURE]) for one in _releases(now)}
    sound = {
        name: files[MANIFEST] for name, files in read.items() if read_manifest(files.get(MANIFEST, b"")) is not None
    }
    rewritten = (name for name, data in sound.items() if not is_of(name, data))
    return any(SIGNATURE in files for files in read.values()), tuple(sorted(rewritten))


def _releases(now: Look) -> tuple[Release, ...]:
    return tuple({one.id: one for one in (*now.releases, *([now.current] if now.current else []))}.values())


def _is_off_main(session: Session, now: Look) -> bool:
    """Whether the published commit is not on the main line of what is known here; False where that is not known."""
    assert now.manifest is not None
    commit, repository, trail = now.manifest.edition.commit, session.repository, session.trail
    if commit is None or repository is None or trail is None or OFF_MAIN in now.manifest.overrides:
        return False
    return is_on_line(repository, commit, trail.policy.main) is False


_CHAIN = {
    Remembered.LATEST: message("The branch {name} knows it as the latest release of this target", name=BRANCH),
    Remembered.REPLACED: message("An older release is shown: the branch {name} knows a later one", name=BRANCH),
    Remembered.UNKNOWN: message(
        "The branch {name} does not know it: it was not published by anybody who keeps the chain", name=BRANCH
    ),
    Remembered.NONE: message(
        "There is no branch {name} here: nothing remembers whether this is the latest release", name=BRANCH
    ),
}


def told(history: History) -> Iterator[Message]:
    """What to tell of it, in sentences."""
    memory = history.memory
    yield _CHAIN[memory.state]
    if memory.by is not None and memory.moment is not None:
        by, day = printable(memory.by), printable(memory.moment)[:10]
        yield message("The latest release in the chain is by {name}, of {date}", name=by, date=day)
    if memory.why is not None:
        yield message("What origin remembers could not be asked: {reason}", reason=memory.why)
    if memory.origin is Origin.REWRITTEN:
        yield message("At origin, the branch {name} was rewritten or deleted: ask who did so", name=BRANCH)
    if history.later is not None:
        yield message("It is not the latest release of the target, which is {release}", release=history.later)
    if history.rewritten:
        yield message("Releases whose manifests were rewritten: {releases}", releases=history.rewritten)
    if history.lost:
        yield message("Releases of this target were signed, and this one is not")
    if history.off_main:
        yield message("Its commit is not on the main line, and was not published so on purpose")
