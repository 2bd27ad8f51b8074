"""The front door: a site's folder, or a revision of it, as one value from its files to its pages.

`open_site(folder, at=None)` → tree → trail → sources → assessment → plan, each worked out when it is first asked for.
"""

import atexit
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from site_builder.assessment import READERS, Assessment, assess
from site_builder.audience import public
from site_builder.exports import data_files
from site_builder.model import (
    SIGNERS,
    UNCOMMITTED,
    Audience,
    Edition,
    Level,
    Message,
    Policy,
    Problem,
    Settings,
    Sources,
    Stage,
    Trail,
    message,
    printable,
)
from site_builder.model.review import Episode, ScoreChange
from site_builder.pages import Plan, plan, without_unfit
from site_builder.render import Built, build
from site_builder.render.build import Progress
from site_builder.sources import (
    FOLDERS,
    LARGEST,
    Readings,
    Tree,
    department_names,
    is_source,
    read_counting,
    read_site,
    read_tree,
    settings_of,
    stated_policy,
    stored_tree,
)
from site_builder.store import Store, key_of
from site_builder.trail import (
    Evidence,
    GitError,
    Repository,
    earlier_blobs,
    fingerprint,
    gathered,
    judge,
    moment_of,
    open_repository,
    released,
    stored_files,
    uncommitted,
    write_themes,
)


class OpenError(Exception):
    """A site cannot be opened as asked. `reason` says why; `is_usage` whether what was asked for is at fault."""

    def __init__(self, reason: Message, *, is_usage: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_usage = is_usage


@dataclass(frozen=True)
class OpenedSite:
    """A site: the files in `folder`, or those of the revision `at`.

    `proposed` counts what stands in the files, whether or not it is approved; `unproved` goes on where history proves
    nothing; `restating` counts what of frozen years is approved and waits for its restatement; `level` judges as if
    that level were demanded. `stage` is that of the latest year where one was asked for, `audience` for whom the site
    is made.
    """

    folder: Path
    at: str | None = None
    proposed: bool = False
    unproved: bool = False
    restating: bool = False
    level: Level | None = None
    stage: Stage | None = None
    audience: Audience = Audience.INTERNAL

    # Files

    @cached_property
    def tree(self) -> Tree:
        """The files as they are: the revision's, or the folder's; HEAD's where there is no folder."""
        if not self.folder.is_dir():
            raise OpenError(message("There is no folder {folder}", folder=str(self.folder)), is_usage=True)
        return read_tree(self.folder) if self.commit is None else self.tree_at(self.commit)

    def tree_at(self, commit: str) -> Tree:
        """The files of a commit."""
        assert self.repository is not None
        try:
            return stored_tree(stored_files(self.repository, commit, FOLDERS, LARGEST))
        except GitError as error:
            raise OpenError(error.reason) from None

    @cached_property
    def repository(self) -> Repository | None:
        """The repository around the site; None where there is none."""
        try:
            return open_repository(self.folder)
        except GitError:
            return None

    @cached_property
    def commit(self) -> str | None:
        """The commit that is read; None where the folder's own files are."""
        if self.at is not None:
            return self.commit_of(self.at)
        bare = self.repository is not None and self.repository.bare and not (self.folder / "criteria").is_dir()
        return self.commit_of("HEAD") if bare else None

    def commit_of(self, revision: str) -> str:
        """The commit that a revision names."""
        try:
            found = open_repository(self.folder).resolve(revision)
        except GitError as error:
            raise OpenError(error.reason) from None
        if found is None:
            text = message("There is no revision {revision}", revision=printable(revision))
            raise OpenError(text, is_usage=True)
        return found

    @cached_property
    def head(self) -> str | None:
        """The commit that is read, or that is checked out; None without any."""
        return None if self.repository is None else self.commit or self.repository.resolve("HEAD")

    @cached_property
    def themes(self) -> Path:
        """The folder whose `themes/` belong to the sources; a copy for this process where it is not the site's own."""
        counted = None if self.proposed else self.trail.in_force
        own = {path: blob for path, blob in (counted or {}).items() if path.startswith("themes/")}
        if self.commit is None and (counted is None or not self._differ_in_themes(own)):
            return self.folder
        assert self.repository is not None
        folder = TemporaryDirectory()
        atexit.register(folder.cleanup)
        write_themes(
            self.repository, self.commit or self.head or "", Path(folder.name), None if counted is None else own
        )
        return Path(folder.name)

    def _differ_in_themes(self, in_force: dict[str, str]) -> bool:
        """Whether the folder has other themes than those in force."""
        return any(one.path.startswith("themes/") for one in self.trail.proposals) or any(
            not (self.folder / path).is_file() for path in in_force
        )

    @cached_property
    def own_themes(self) -> dict[str, bytes]:
        """The files of the site's own themes, by path."""
        if self.commit is not None:
            assert self.repository is not None
            stored = stored_files(self.repository, self.commit, ("themes",), 64 * LARGEST)
            return {one.path: one.data for one in stored if one.kind == "file" and one.data is not None}
        files = (path for path in sorted((self.folder / "themes").rglob("*")) if path.is_file())
        try:
            return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in files}
        except OSError as error:
            text = message("{file} cannot be read: {reason}", file=str(error.filename), reason=str(error.strerror))
            raise OpenError(text) from None

    @cached_property
    def uncommitted(self) -> tuple[str, ...]:
        """The paths of the folder's files that the last commit does not have so; none where a commit is read."""
        if self.repository is None or self.commit is not None:
            return ()
        head = self.commit_of("HEAD")
        try:
            files = {**self.tree.files, **self.own_themes}
            return uncommitted(self.repository, head, (*FOLDERS, "themes"), files, _is_published)
        except GitError as error:
            raise OpenError(error.reason) from None

    @cached_property
    def edition(self) -> Edition:
        """Which state of the sources this is: a commit, or files that are no clean commit."""
        if self.repository is None or self.head is None or self.uncommitted:
            return replace(UNCOMMITTED, audience=self.audience.value)
        try:
            return Edition(self.head, moment_of(self.repository, self.head), audience=self.audience.value)
        except GitError as error:
            raise OpenError(error.reason) from None

    # History

    @cached_property
    def evidence(self) -> Evidence:
        """What history gives up to the commit, read once; what stands in the files is not read twice."""
        assert self.written
        found = gathered(self.folder, self.commit, READERS)
        if found.records is not None:
            found.records.learn(self._readings.charges())
        return found

    @cached_property
    def trail(self) -> Trail:
        """What history proves of the files, and what is in force."""
        return released(self._judged) if self.restating else self._judged

    @cached_property
    def _judged(self) -> Trail:
        """What history proves; what was proved before is remembered."""
        files = {**self.tree.files, **self.own_themes}
        key = fingerprint(self.repository, self.head, files) if self.repository and self.head else None
        key = key and key_of(key.encode(), (self.level or "").encode())
        store = Store(self.folder)
        known = store.load("trail", key, Trail) if key is not None else None
        if known is not None:
            return known
        names = department_names(self.tree)
        found = judge(self.evidence, files, stated_policy(self.tree) or Policy(), names, self.level)
        if key is not None and found.known:
            store.save("trail", key, found)
        return found

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """What the main line tells up to the commit, whatever the folder holds; what was counted is remembered."""
        if self.repository is None or self.head is None:
            return ()
        from site_builder.review.kept import kept_chronicle

        try:
            return kept_chronicle(self.folder, fingerprint(self.repository, self.head, {}), lambda: self.evidence)
        except GitError:
            return ()

    # What counts

    @cached_property
    def _readings(self) -> Readings:
        return Readings()

    @cached_property
    def written(self) -> Sources:
        """The sources as they are written, whether or not they are approved; with the stage that was asked for."""
        return self._staged(self._read)

    @cached_property
    def _read(self) -> Sources:
        return read_site(self.tree, self._readings)

    @cached_property
    def sources(self) -> Sources:
        """The sources that count: what is in force, and what is new, which waits; with the stage that was asked for."""
        trail = self.trail
        if self.proposed or trail.in_force is None or self.repository is None:
            return self.written
        try:
            read = read_counting(self.tree, trail, self._blobs, self._readings, self._read, self._earlier)
            return self._staged(without_unfit(read, trail.in_force))
        except GitError as error:
            raise OpenError(error.reason) from None

    def _blobs(self, identifiers: frozenset[str]) -> dict[str, bytes]:
        assert self.repository is not None
        return self.repository.blobs(sorted(identifiers), LARGEST)

    def _earlier(self, path: str) -> Iterator[bytes]:
        """The contents that a file had on the main line (departments: in force), the newest first."""
        for blob in earlier_blobs(self.evidence, path):
            yield from self._blobs(frozenset([blob])).values()

    def _staged(self, sources: Sources) -> Sources:
        if self.stage is None or sources.site is None:
            return sources
        settings, latest = sources.site.settings, max(sources.site.years)
        standing = replace(settings.standing(latest), stage=self.stage)
        if self.stage is Stage.NOTICE and not (standing.first and standing.last):
            needed = message("A notice of {year} needs its first and last day, in “stages:”", year=str(latest))
            raise OpenError(needed, is_usage=True)
        settings = replace(settings, stages={**settings.stages, latest: standing})
        return replace(sources, site=replace(sources.site, settings=settings))

    @cached_property
    def assessed(self) -> tuple[Assessment | None, tuple[Problem, ...]]:
        """The scored site, None where a problem is an error; and the problems."""
        return assess(self.sources, self.trail, proposed=self.proposed, unproved=self.unproved)

    @property
    def assessment(self) -> Assessment | None:
        """The scored site, scored once; None where a problem is an error."""
        return self.assessed[0]

    @cached_property
    def effects(self) -> tuple[ScoreChange, ...]:
        """The scores that would change if all that is proposed were approved; none where the proposals have errors."""
        if not self.trail.proposals or self.proposed or self.written.site is None:
            return ()
        from site_builder.review.proposals import effects

        proposed, _ = assess(self.written, self.trail, held=False, proposed=True)
        return effects(self.assessment, proposed)

    # What is published

    @cached_property
    def plan(self) -> Plan | None:
        """Every page of the site; None where a problem is an error."""
        if self.assessment is None:
            return None
        whole = replace(self.assessment, episodes=self.episodes, effects=self.effects)
        shown = public(whole) if self.audience is Audience.PUBLIC else whole
        return plan(shown, {year: data_files(year) for year in shown.site.years})

    def build(self, output: Path, jobs: int | None = None, progress: Progress | None = None) -> Built:
        """Write the site into a folder, whole or not at all; raises `OutputError` where that cannot be written."""
        return build(
            self.sources,
            self.trail,
            self.themes,
            output,
            jobs,
            progress,
            self.episodes,
            self.edition,
            proposed=self.proposed,
            unproved=self.unproved,
            effects=self.effects,
        )

    # Settings alone

    @cached_property
    def settings(self) -> tuple[Settings, tuple[Problem, ...]]:
        """The settings as they are written, read without the rest of the sources, and their problems."""
        if not self.folder.is_dir() or self.commit is not None:
            return settings_of(self.tree)
        return settings_of(read_tree(self.folder, ("content",)))

    @cached_property
    def signers(self) -> bytes | None:
        """The signers that the site knows, read without the rest of the sources; None where there are none."""
        if self.commit is not None:
            return self.tree.files.get(SIGNERS)
        file = self.folder / SIGNERS
        try:
            return file.read_bytes() if file.is_file() and not file.is_symlink() else None
        except OSError:
            return None


def _is_published(path: str) -> bool:
    return path.startswith("themes/") or is_source(path)


def open_site(folder: Path | str, at: str | None = None) -> OpenedSite:
    """The site in a folder, or as a revision of its repository has it; nothing is read before it is asked for.

    What is asked for raises `OpenError` where the folder, the revision or git itself is missing; what is wrong in files
    are problems.
    """
    return OpenedSite(Path(folder), at)
