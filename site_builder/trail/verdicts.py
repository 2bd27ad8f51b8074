"""Verdicts: whether enough of the right people approve exactly this content, and what counts until they do."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from site_builder.model import (
    ASSESSOR,
    PUBLICATION,
    SETTINGS,
    Approval,
    Decision,
    Event,
    Happening,
    Level,
    Message,
    Policy,
    Proposal,
    ProposalKind,
    Trail,
    Verdict,
    message,
    results_path,
    set_of,
    subject_of,
    year_of,
)
from site_builder.trail.evidence import LARGEST, Evidence, same_blob
from site_builder.trail.git import GitError
from site_builder.trail.judgement import Tally
from site_builder.trail.line import Line
from site_builder.trail.lives import lives, with_withdrawals
from site_builder.trail.records import Kept, Life, Records
from site_builder.trail.rivals import lost_approvals
from site_builder.trail.tips import read_log
from site_builder.trail.waiting import counting, keeping, kind_beside

Files = Mapping[str, bytes | None]
"""The files of a site by path; None where it is the absence of the file that is judged."""


def judge(
    evidence: Evidence,
    files: Files,
    stated: Policy,
    names: Mapping[str, str],
    level: Level | None = None,
    *,
    told: bool = True,
) -> Trail:
    """The verdict on each file, the life of each, and what is in force in its place.

    `stated` is the policy as the site states it now: it holds only where there is no history; else the one in force
    does. `names` are the departments' names by id. `level` judges as if that one were demanded. The lives of the
    files are left out where they are not to be `told`.
    """
    line, records = evidence.line, evidence.records
    if line is None or records is None:
        why = evidence.why or message("There is no history")
        unknown = Verdict(Decision.UNKNOWN, why)
        judged = {subject: unknown for path in files if (subject := subject_of(path))}
        return Trail(level or stated.level, stated, False, why, evidence.head, verdicts=judged)
    try:
        return Judge(evidence, line, records, names, level).trail(files, told=told)
    except GitError as error:
        return judge(Evidence(error.reason, evidence.repository, evidence.head), files, stated, names, level)


class Judge:
    """Judges the files of a site by what is in force at the end of a line."""

    def __init__(
        self,
        evidence: Evidence,
        line: Line,
        records: Records,
        names: Mapping[str, str],
        level: Level | None = None,
    ) -> None:
        self.evidence = evidence
        self.line = line
        self.records = records
        self.names = names
        self.policy = line.in_force.policy if level is None else replace(line.in_force.policy, level=level)

    def trail(self, files: Files, *, told: bool = True) -> Trail:
        """All that history proves of the files, with their lives where these are to be `told`; raises `GitError`."""
        line, policy = self.line, self.policy
        if policy.level is Level.RECORDED:
            files = {path: data for path, data in files.items() if set_of(path) != "theme"}
        places = _places(files)
        self._check_signatures({*places, *line.records})
        verdicts = self.verdicts(files)
        removed = self._removed(places) if policy.level is not Level.RECORDED else {}
        verdicts |= removed
        kept = self._kept() if policy.level is not Level.RECORDED else {}
        verdicts |= self._waiting(kept, places, verdicts)
        commit = line.history.commits[self.evidence.head]
        trail = Trail(policy.level, policy, True, None, commit.id, commit.committer.moment, verdicts)
        trail = self._with_lives(trail, files, places) if told else trail
        if policy.level is Level.RECORDED:
            return trail
        approved = self._in_force()
        found = replace(
            trail,
            in_force=counting(approved, kept) if kept else approved,
            proposals=tuple(self._proposals(places, verdicts, kept)),
            counted=self._in_force_verdicts(verdicts, kept),
            approved=approved if kept else None,
            unproved=self._unproved(),
        )
        return self._as_proved(found)

    def _as_proved(self, trail: Trail) -> Trail:
        """The trail; where the line is not proved, nothing on it is approved."""
        if trail.unproved is None:
            return trail
        why = message("The main line cannot be proved: {why}", why=trail.unproved)
        unknown = {
            subject: replace(one, decision=Decision.UNKNOWN, reason=why) if one.decision is Decision.APPROVED else one
            for subject, one in trail.verdicts.items()
        }
        return replace(trail, verdicts=unknown)

    def _with_lives(self, trail: Trail, files: Files, places: Mapping[str, list[str]]) -> Trail:
        """The trail with the life of each file, and the words before and after each amendment."""
        uncommitted = {path for path, data in files.items() if data is not None and self._blob(path, data) is None}
        counted = self._counted(places, trail.verdicts)
        told = lives(self.line, set(places), counted, uncommitted)
        return replace(trail, lives=with_withdrawals(told, self.records.charge), texts=self._texts(told))

    def _kept(self) -> Mapping[str, Kept]:
        """What of frozen years counts otherwise than it is approved."""
        key = self.policy.level, self.policy.incidents.approvals
        if key not in self.records.kept:
            repository = self.evidence.repository
            assert repository is not None
            found = keeping(
                self.line, self.records, self.policy, lambda blobs: repository.blobs(sorted(blobs), LARGEST)
            )
            self.records.kept[key] = found.kept()
        return self.records.kept[key]

    def _waiting(
        self, kept: Mapping[str, Kept], places: Mapping[str, list[str]], verdicts: Mapping[str, Verdict]
    ) -> dict[str, Verdict]:
        """The verdicts on approved files of frozen years that wait for a restatement, where they stand."""
        found = {}
        for subject, one in kept.items():
            blob = one.approved and one.approved[1]
            verdict = verdicts.get(subject) or self._verdict(subject, subject, None)
            if verdict.blob == blob and (blob is not None or subject not in places):
                text = message("Approved; {year} is frozen, and this waits for its restatement", year=str(one.year))
                if subject == results_path(one.year):
                    text = message("Approved; it counts once all that it accounts for is approved as it says")
                found[subject] = Verdict(Decision.PENDING, text, verdict.approvals, blob)
        return found

    def _unproved(self) -> Message | None:
        """Why the line is not proved to be that on which things were decided; None where nothing speaks against it."""
        log, line, level = self.evidence.log, self.line, self.policy.level
        if level is not line.in_force.policy.level and self.evidence.repository is not None:
            log = read_log(self.evidence.repository, line, self.evidence.main, level)
        return log.against or lost_approvals(line, self.records, level, log.proved)

    def verdicts(self, files: Files) -> dict[str, Verdict]:
        """The verdict on each of these files, or on its absence, by subject; raises `GitError`."""
        found: dict[str, Verdict] = {}
        governed = self._governs_settings(files)
        for path, data in files.items():
            subject = subject_of(path)
            if subject is None or (path == SETTINGS and not governed):
                continue
            verdict = self._verdict(subject, path, data)
            if subject in found:
                text = message("Two files have this id")
                verdict = Verdict(Decision.PENDING, text, blob=verdict.blob, missing=1)
            found[subject] = verdict
        return found

    def _governs_settings(self, files: Files) -> bool:
        """Whether `content/site.yaml` governs publication: where there is no file of its own for that."""
        return PUBLICATION not in files and PUBLICATION not in self.line.sets["publication"].in_force

    def _check_signatures(self, subjects: Iterable[str]) -> None:
        if self.policy.level is Level.SIGNED:
            self.records.check_signatures(one for one in subjects if one.startswith("incidents/"))

    def life(self, subject: str) -> Life:
        """The life of a record, as the policy demands."""
        return self.records.life(subject, self.policy.level, self.policy.incidents)

    def _blob(self, path: str, data: bytes) -> str | None:
        """The blob of the file, if it is what the revision holds; None where it differs. Line endings do not matter."""
        stored = self.evidence.stored.get(path)
        return stored if stored and same_blob(data, stored, exactly=path.startswith("themes/")) else None

    def _verdict(self, subject: str, path: str, data: bytes | None) -> Verdict:
        blob = None if data is None else self._blob(path, data)
        if blob is None and data is not None:
            return Verdict(Decision.PENDING, message("This content is not committed"), missing=1)
        return self._decided(subject, blob)

    def tally(self, subject: str, blob: str | None) -> Tally:
        """The approvals of a content, and the statements that do not count."""
        name = set_of(subject)
        if name is not None:
            return self.line.tally_file(name, (subject, blob), self.policy.level)
        return self.records.tally(self.life(subject), blob, self.policy.level)

    def _decided(self, subject: str, blob: str | None) -> Verdict:
        name, tally = set_of(subject), self.tally(subject, blob)
        needed = self.policy.requirement(name or "incidents")
        if len(tally.approvals) >= needed.approvals and self.is_readable(subject, blob):
            if name is not None and self.line.sets[name].in_force.get(subject) != blob:
                text = message("Approved; it comes into force once every changed file of its set is approved")
                return Verdict(Decision.PENDING, text, tally.approvals, blob)
            return Verdict(Decision.APPROVED, message("Approved"), tally.approvals, blob)
        offices = self.offices(subject, blob)
        missing = max(1, needed.approvals - len(tally.approvals))
        taken_over = name is not None and blob is not None and self.line.sets[name].in_force.get(subject) == blob
        text = _missing(tally, missing, tuple(self.names.get(one, one) for one in offices))
        if taken_over and self.policy.level is not Level.RECORDED:
            text = message("In force since before approvals were demanded; {text}", text=text)
        elif not self.is_readable(subject, blob):
            text = message("What it charges cannot be read, so nobody can approve it")
        return Verdict(Decision.PENDING, text, tally.approvals, blob, offices, missing)

    def is_readable(self, subject: str, blob: str | None) -> bool:
        """Whether what a content charges can be read; of rules and tables nothing is charged."""
        return set_of(subject) is not None or blob is None or not self.records.is_broken(subject, blob)

    def offices(self, subject: str, blob: str | None) -> tuple[str, ...]:
        """The departments whose approval a content needs."""
        found: dict[str, None] = {}
        for office in self.policy.requirement(set_of(subject) or "incidents").by:
            if office != ASSESSOR:
                found[office] = None
            elif set_of(subject) is None:
                found |= dict.fromkeys(self.records.assessors(self.life(subject), blob))
        return tuple(found)

    def path_of(self, subject: str) -> str | None:
        """Where the file of a subject lies at the revision; None where there is none."""
        return next((path for path in self.evidence.stored if subject_of(path) == subject), None)

    def _removed(self, places: Mapping[str, list[str]]) -> dict[str, Verdict]:
        """The verdicts on files that are in force and are not there: nobody approved that they went."""
        found = {}
        for subject in self.line.records:
            if subject not in places and self.life(subject).in_force is not None:
                found[subject] = self._lost(subject)
        for name, files in self.line.sets.items():
            replaced = name == "publication" and PUBLICATION in places
            found |= {path: self._lost(path) for path in files.in_force if path not in places and not replaced}
        return found

    def _lost(self, subject: str) -> Verdict:
        told = self._verdict(subject, subject, None)
        text = message("This file was removed, and nobody approved that; {text}", text=told.reason)
        return replace(told, decision=Decision.PENDING, reason=text)

    def _in_force_verdicts(self, verdicts: Mapping[str, Verdict], kept: Mapping[str, Kept]) -> Mapping[str, Verdict]:
        """The verdicts on what is in force where other content stands, or none: on records, and in frozen years."""
        found = {
            subject: Verdict(
                Decision.APPROVED, message("Approved"), self._approvals(subject, one.counts[1]), one.counts[1]
            )
            for subject, one in kept.items()
            if one.counts is not None
        }
        for name, files in self.line.sets.items():
            changed = files.in_force.items() if year_of(f"{name}/.") is not None else ()
            for path, blob in changed:
                there = verdicts.get(path)
                if path not in kept and (there is None or there.blob != blob):
                    found[path] = self._decided(path, blob)
        for subject in self.line.records.keys() - kept.keys():
            life = self.life(subject)
            there = verdicts.get(subject)
            if life.in_force is not None and (there is None or there.blob != life.in_force):
                approvals = self.records.tally(life, life.in_force, self.policy.level).approvals
                found[subject] = Verdict(Decision.APPROVED, message("Approved"), approvals, life.in_force)
        return found

    def _approvals(self, subject: str, blob: str) -> tuple[Approval, ...]:
        """The approvals by which a content of a record came into force, the last time that it did."""
        if set_of(subject) is not None:
            return ()
        return next((one.approvals for one in reversed(self.life(subject).entered) if one.blob == blob), ())

    def _in_force(self) -> Mapping[str, str]:
        found = {path: blob for files in self.line.sets.values() for path, blob in files.in_force.items()}
        for subject in self.line.records:
            life = self.life(subject)
            if life.in_force is not None:
                found[life.path] = life.in_force
        return dict(sorted(found.items()))

    def _proposals(
        self, places: Mapping[str, list[str]], verdicts: Mapping[str, Verdict], kept: Mapping[str, Kept]
    ) -> Iterator[Proposal]:
        """What stands and is not in force, or is in force without its approvals."""
        for subject, verdict in sorted(verdicts.items()):
            in_force = self.replaced(subject)
            if subject in kept:
                counts = kept[subject].counts
                in_force = counts and counts[1]
            is_there = subject in places
            if verdict.blob == in_force and verdict.decision is Decision.APPROVED:
                continue
            path = places[subject][0] if is_there else subject
            kind = self._kind(subject, verdict.blob, in_force, is_there)
            if subject in kept and is_there:
                kind = kind_beside(kept[subject], verdict.blob, kind)
            at = self._since(subject, verdict.blob) if kind is not ProposalKind.TAKEN_OVER else None
            commit = self.line.history.commits[self.line.commits[at]] if at is not None else None
            yield Proposal(
                subject,
                path,
                kind,
                verdict,
                verdict.blob,
                in_force,
                commit.id if commit else "",
                commit.committer.moment if commit else "",
                self.line.office(commit.author.address) if commit else None,
            )

    def replaced(self, subject: str) -> str | None:
        """The content that was approved last, in whose place another would come; None for no file."""
        name = set_of(subject)
        return self.line.sets[name].in_force.get(subject) if name else self.life(subject).in_force

    def _kind(self, subject: str, blob: str | None, in_force: str | None, is_there: bool) -> ProposalKind:
        if not is_there:
            return ProposalKind.REMOVAL
        if blob is not None and blob == in_force:
            return ProposalKind.TAKEN_OVER
        if set_of(subject) is None and blob in {one.blob for one in self.life(subject).entered}:
            return ProposalKind.REVIVAL
        return ProposalKind.NEW if in_force is None else ProposalKind.AMENDMENT

    def _since(self, subject: str, blob: str | None) -> int | None:
        """Where on the line the content came to stand; None where it does not stand there."""
        name = set_of(subject)
        if name is not None:
            files = self.line.sets[name]
            return files.since.get(subject) if files.standing.get(subject) == blob else None
        for one in reversed(self.line.records.get(subject, [])):
            if any(after == blob for _, after in one.changes):
                return one.at
        return None

    def _counted(
        self, places: Mapping[str, list[str]], verdicts: Mapping[str, Verdict]
    ) -> Mapping[str, tuple[tuple[str | None, Approval], ...]]:
        """The approvals that counted for each file, with their blobs: for what stands, and for what came into force."""
        told = {}
        for subject in places:
            verdict = verdicts.get(subject)
            counted: dict[tuple[str | None, str, str], Approval] = {}
            if set_of(subject) is None:
                for one in self.life(subject).entered:
                    counted |= {(one.blob, each.commit, each.by): each for each in one.approvals}
            if verdict is not None:
                counted |= {(verdict.blob, each.commit, each.by): each for each in verdict.approvals}
            told[subject] = tuple((blob, each) for (blob, _, _), each in counted.items())
        return told

    def _texts(self, told: Mapping[str, tuple[Event, ...]]) -> Mapping[str, str]:
        """The contents before and after every amendment."""
        repository = self.evidence.repository
        amended = [event for life in told.values() for event in life if event.happening is Happening.AMENDED]
        blobs = [blob for event in amended for blob in (event.before, event.after) if blob is not None]
        found = repository.blobs(blobs, LARGEST) if repository and blobs else {}
        return {blob: data.decode("utf-8", "replace").replace("\r\n", "\n") for blob, data in found.items()}


def _places(files: Files) -> Mapping[str, list[str]]:
    """The paths of each subject."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, data in files.items():
        subject = subject_of(path)
        if subject is not None and data is not None:
            found[subject].append(path)
    return dict(found)


def _missing(tally: Tally, count: int, by: tuple[str, ...]) -> Message:
    """What is missing, in words: how many approvals, by whom, and why statements that are there do not count."""
    if not by:
        text = message("{count} more approvals are needed, and the policy names nobody who may give them", count=count)
    elif count == 1:
        text = message("One approval by {offices} is missing", offices=by)
    else:
        text = message("{count} approvals by {offices} are missing", count=count, offices=by)
    if tally.own:
        text = message("{text}; an approval by somebody who wrote this content does not count", text=text)
    if tally.not_entitled:
        text = message("{text}; an approval by somebody who may not give it does not count", text=text)
    if tally.unsigned:
        text = message("{text}; an approval without a valid signature does not count", text=text)
    return text
