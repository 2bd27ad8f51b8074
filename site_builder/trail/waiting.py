"""Frozen years: what is approved of them counts together with an approved restatement, and waits until then."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from site_builder.model import (
    DEPARTMENTS,
    Decision,
    Fixed,
    Level,
    Policy,
    ProposalKind,
    Trail,
    digest,
    results_path,
    subject_of,
    year_of,
)
from site_builder.trail.line import Line, Readers
from site_builder.trail.records import File, Kept, Records

Changes = Mapping[str, str | None]
"""Contents by path; None for a file that goes."""


@dataclass(slots=True)
class _Year:
    """A year on the way along the line: all by subject. `kept` is what counts in place of what is approved."""

    number: int
    approved: dict[str, File] = field(default_factory=dict)
    kept: dict[str, File | None] = field(default_factory=dict)
    fixed: Fixed | None = None
    """What the fixed results in force rest on; None where the year is not frozen."""
    doubtful: str = ""
    """The file that the results were last seen not to agree with."""

    def counts(self, subject: str) -> File | None:
        return self.kept[subject] if subject in self.kept else self.approved.get(subject)


class Keeping:
    """Follows what is approved along a line, and says what of it counts.

    From the place on at which fixed results are approved, and agree with all that is approved, a year is frozen: what
    is approved later waits. It counts from the place on at which it agrees with fixed results that are approved too;
    these wait as long. The departments, which all years share, wait as long as a frozen year lists others.
    `content` gives the bytes of a blob.
    """

    def __init__(self, readers: Readers, content: Callable[[str], bytes]) -> None:
        self._readers = readers
        self._content = content
        self._years: dict[int, _Year] = {}
        self._departments: str | None = None
        self._listed: str | None = None
        self._holds = False
        self._digests: dict[str, str] = {}
        self._facts: dict[tuple[str, int], Mapping[str, str]] = {}

    def take(self, changes: Changes, holds: bool) -> dict[str, str | None]:
        """What thereby comes to count, or no longer does. Nothing is kept back where it does not `hold`."""
        found: dict[str, str | None] = {}
        touched: dict[int, dict[str, File | None]] = defaultdict(dict)
        turned, self._holds = holds != self._holds, holds
        for path, blob in sorted(changes.items(), key=lambda one: one[1] is not None):
            year, subject = year_of(path), subject_of(path)
            if path == DEPARTMENTS:
                self._departments = blob
            elif year is None or subject is None:
                found[path] = blob
            else:
                one = self._years.setdefault(year, _Year(year))
                touched[year].setdefault(subject, one.counts(subject))
                _store(one.approved, subject, path, blob)
        for number, before in touched.items():
            self._keep(self._years[number], before)
        shared = turned or DEPARTMENTS in changes
        self._settle([one for number, one in self._years.items() if shared or number in touched], touched)
        for number, before in touched.items():
            _tell(found, before, self._years[number])
        listed = self._departments if self._agree({}) else self._listed
        if listed != self._listed:
            self._listed = found[DEPARTMENTS] = listed
        return found

    def kept(self) -> Mapping[str, Kept]:
        """What counts otherwise than it is approved, by subject."""
        found = {
            subject: Kept(one.number, file, one.approved.get(subject))
            for one in self._years.values()
            for subject, file in one.kept.items()
            if file != one.approved.get(subject)
        }
        if self._listed != self._departments:
            year = next(one.number for one in self._years.values() if not self._lists(one, one.fixed))
            counts, approved = ((DEPARTMENTS, blob) if blob else None for blob in (self._listed, self._departments))
            found[DEPARTMENTS] = Kept(year, counts, approved)
        return found

    def _keep(self, year: _Year, before: Mapping[str, File | None]) -> None:
        """Let what was approved now wait, unless it is what the fixed results list."""
        if year.fixed is None:
            return
        for subject, file in before.items():
            if subject == results_path(year.number) or (
                _is_listed(subject) and not self._agrees(year, year.fixed, subject)
            ):
                year.kept.setdefault(subject, file)
            else:
                year.kept.pop(subject, None)

    def _settle(self, years: Iterable[_Year], touched: dict[int, dict[str, File | None]]) -> None:
        """Let fixed results come into force that agree with what is approved, and with them what they list."""
        fresh: dict[int, Fixed] = {}
        for year in years:
            new = self._waiting(year)
            if new is None and (not self._holds or results_path(year.number) not in year.approved):
                self._release(year, touched[year.number])
            elif new is not None and all(self._agrees(year, new, one) for one in _news(year, new)):
                fresh[year.number] = new
        if not self._agree(fresh):
            fresh = {number: new for number, new in fresh.items() if not self._is_renaming(number, new)}
        for number, new in fresh.items():
            year, before = self._years[number], touched[number]
            for subject in {*year.approved, *year.kept}:
                before.setdefault(subject, year.counts(subject))
            year.fixed = new
            year.kept = {
                subject: year.kept.get(subject)
                for subject in {*year.approved, *year.kept}
                if _is_listed(subject) and not self._agrees(year, new, subject)
            }

    def _waiting(self, year: _Year) -> Fixed | None:
        """The fixed results that are approved, and not in force; None where there are none that can be read."""
        path = results_path(year.number)
        approved = year.approved.get(path)
        if not self._holds or approved is None or (year.fixed is not None and path not in year.kept):
            return None
        if year.fixed is not None and year.kept[path] == approved:
            del year.kept[path]
            return None
        return self._readers.fixed(self._content(approved[1]), year.number)

    def _release(self, year: _Year, before: dict[str, File | None]) -> None:
        """Where no results are fixed, all that is approved counts."""
        for subject, file in year.kept.items():
            before.setdefault(subject, file)
        year.fixed, year.kept = None, {}

    def _agrees(self, year: _Year, fixed: Fixed, subject: str) -> bool:
        """Whether a file is approved as the fixed results list it."""
        approved = year.approved.get(subject)
        return fixed.files.get(subject) == (None if approved is None else self._digest(approved[1]))

    def _digest(self, blob: str) -> str:
        if blob not in self._digests:
            self._digests[blob] = digest(self._content(blob))
        return self._digests[blob]

    def _agree(self, fresh: Mapping[int, Fixed]) -> bool:
        """Whether the departments are approved as every frozen year lists them, with these results in force too."""
        return all(self._lists(one, fresh.get(number, one.fixed)) for number, one in self._years.items())

    def _lists(self, year: _Year, fixed: Fixed | None) -> bool:
        if fixed is None or not fixed.departments:
            return True
        key = self._departments or "", year.number
        if key not in self._facts:
            data = b"" if self._departments is None else self._content(self._departments)
            self._facts[key] = self._readers.departments(data, year.number)
        return self._facts[key] == fixed.departments

    def _is_renaming(self, number: int, new: Fixed) -> bool:
        before = self._years[number].fixed
        return bool(new.departments) and (before is None or before.departments != new.departments)


def keeping(
    line: Line, records: Records, policy: Policy, contents: Callable[[set[str]], Mapping[str, bytes]]
) -> Keeping:
    """What counts of frozen years at the end of a line, where the demand of the policy had held at all times.

    `contents` gives the bytes of blobs.
    """
    at_places: dict[int, dict[str, str | None]] = defaultdict(dict)
    years: set[int] = set()
    for at, changed in enumerate(line.entered):
        for path, blob in changed.items():
            if path == DEPARTMENTS or year_of(path) is not None:
                at_places[at][path] = blob
            year = year_of(path)
            if year is not None and path == results_path(year):
                years.add(year)
    if not years:
        return Keeping(line.readers, lambda blob: b"")
    for at, path, blob in _of_records(line, records, policy, years):
        at_places[at][path] = blob
    wanted = {
        blob for changed in at_places.values() for path, blob in changed.items() if blob and _concerns(path, years)
    }
    known = contents(wanted)
    found = Keeping(line.readers, lambda blob: known.get(blob, b""))
    for at in sorted(at_places):
        own = {path: blob for path, blob in at_places[at].items() if _concerns(path, years)}
        found.take(own, line.unders[at].policy.level is not Level.RECORDED)
    return found


def _concerns(path: str, years: Collection[int]) -> bool:
    return path == DEPARTMENTS or year_of(path) in years


def _of_records(
    line: Line, records: Records, policy: Policy, years: Collection[int]
) -> Iterator[tuple[int, str, str | None]]:
    """Where the records of these years came into force, and under which path."""
    for subject in line.records:
        if year_of(subject) not in years:
            continue
        life, path = records.life(subject, policy.level, policy.incidents), ""
        for one in life.entered:
            if path and one.path != path:
                yield one.at, path, None
            path = one.path
            yield one.at, path, one.blob
        if life.in_force is not None and life.path != path:
            yield len(line.commits) - 1, path, None
            yield len(line.commits) - 1, life.path, life.in_force


def _news(year: _Year, new: Fixed) -> Iterator[str]:
    """The files that fixed results list otherwise than those in force; the one that failed last comes first."""
    before = year.fixed.files if year.fixed is not None else {}
    changed = [one for one in {**before, **new.files} if before.get(one) != new.files.get(one)]
    for subject in sorted(changed, key=lambda one: one != year.doubtful):
        year.doubtful = subject
        yield subject


def _is_listed(subject: str) -> bool:
    """Whether fixed results list files like this one."""
    return subject.startswith("incidents/") or (
        subject.endswith(".yaml") and subject != results_path(int(subject.split("/")[1]))
    )


def _store(files: dict[str, File], subject: str, path: str, blob: str | None) -> None:
    if blob is not None:
        files[subject] = path, blob
    elif subject in files and files[subject][0] == path:
        del files[subject]


def _tell(found: dict[str, str | None], before: Mapping[str, File | None], year: _Year) -> None:
    """What counts otherwise than before."""
    for subject, old in before.items():
        new = year.counts(subject)
        if old is not None and (new is None or new[0] != old[0]):
            found[old[0]] = None
        if new is not None and new != old:
            found[new[0]] = new[1]


def released(trail: Trail) -> Trail:
    """The trail as it were if no year were frozen: what waits for a restatement is in force."""
    approved = trail.approved
    if approved is None:
        return trail
    waiting = {one.subject for one in trail.proposals if one.is_approved and one.blob == approved.get(one.path)}
    return replace(
        trail,
        in_force=approved,
        verdicts={
            subject: replace(one, decision=Decision.APPROVED) if subject in waiting else one
            for subject, one in trail.verdicts.items()
        },
        proposals=tuple(one for one in trail.proposals if one.subject not in waiting),
        approved=None,
    )


def granted(trail: Trail) -> Trail:
    """The trail as it were if everything that stands were approved."""
    verdicts = {subject: replace(one, decision=Decision.APPROVED) for subject, one in trail.verdicts.items()}
    return replace(trail, verdicts=verdicts, counted={})


def counting(approved: Mapping[str, str], kept: Mapping[str, Kept]) -> Mapping[str, str]:
    """What is in force of what is approved."""
    found = dict(approved)
    for one in kept.values():
        if one.approved is not None:
            found.pop(one.approved[0], None)
    found |= dict(one.counts for one in kept.values() if one.counts is not None)
    return dict(sorted(found.items()))


def kind_beside(kept: Kept, blob: str | None, kind: ProposalKind) -> ProposalKind:
    """What content of a frozen year is to what counts: what waits for its restatement has been in force for nobody."""
    if blob == (kept.approved and kept.approved[1]):
        return ProposalKind.NEW if kept.counts is None else ProposalKind.AMENDMENT
    return ProposalKind.REVIVAL if kind is ProposalKind.TAKEN_OVER else kind
