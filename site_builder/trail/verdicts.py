"""Verdicts: whether enough of the right people approve exactly this content, and what counts until they do."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
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
    Requirement,
    Statement,
    Trail,
    Verdict,
    folded,
    message,
    results_path,
    set_of,
    subject_of,
    year_of,
)
from site_builder.trail.evidence import LARGEST, Evidence, same_blob
from site_builder.trail.git import GitError
from site_builder.trail.history import read_commit
from site_builder.trail.judgement import Tally
from site_builder.trail.line import Line
from site_builder.trail.lives import lives, with_withdrawals
from site_builder.trail.people import Authors
from site_builder.trail.records import Kept, Life, Records
from site_builder.trail.rivals import lost_approvals
from site_builder.trail.signatures import Signer
from site_builder.trail.statements import Said
from site_builder.trail.tips import read_log
from site_builder.trail.waiting import keeping

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


def released(trail: Trail) -> Trail:
    """The trail as it were if no year were frozen: what waits for a restatement is in force."""
    approved = trail.approved
    if approved is None:
        return trail
    waiting = {one.subject for one in trail.proposals if _waits_for_nobody(one) and one.blob == approved.get(one.path)}
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


def _waits_for_nobody(one: Proposal) -> bool:
    """Whether a proposal has its approvals."""
    return one.kind is not ProposalKind.TAKEN_OVER and not one.verdict.missing


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
        self._evidence = evidence
        self._line = line
        self._records = records
        self._names = names
        self._policy = line.in_force.policy if level is None else replace(line.in_force.policy, level=level)

    def trail(self, files: Files, *, told: bool = True) -> Trail:
        """All that history proves of the files, with their lives where these are to be `told`; raises `GitError`."""
        line, policy = self._line, self._policy
        if policy.level is Level.RECORDED:
            files = {path: data for path, data in files.items() if set_of(path) != "theme"}
        places = _places(files)
        self._check_signatures({*places, *line.records})
        verdicts = self.verdicts(files)
        removed = self._removed(places) if policy.level is not Level.RECORDED else {}
        verdicts |= removed
        kept = self._kept() if policy.level is not Level.RECORDED else {}
        verdicts |= self._waiting(kept, places, verdicts)
        commit = line.history.commits[self._evidence.head]
        trail = Trail(policy.level, policy, True, None, commit.id, commit.committer.moment, verdicts)
        trail = self._with_lives(trail, files, places) if told else trail
        if policy.level is Level.RECORDED:
            return trail
        approved = self._in_force()
        found = replace(
            trail,
            in_force=_counting(approved, kept) if kept else approved,
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
        told = lives(self._line, set(places), counted, uncommitted)
        return replace(trail, lives=with_withdrawals(told, self._records.charge), texts=self._texts(told))

    def _kept(self) -> Mapping[str, Kept]:
        """What of frozen years counts otherwise than it is approved."""
        key = self._policy.level, self._policy.incidents.approvals
        if key not in self._records.kept:
            repository = self._evidence.repository
            assert repository is not None
            found = keeping(
                self._line, self._records, self._policy, lambda blobs: repository.blobs(sorted(blobs), LARGEST)
            )
            self._records.kept[key] = found.kept()
        return self._records.kept[key]

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
        log, line, level = self._evidence.log, self._line, self._policy.level
        if level is not line.in_force.policy.level and self._evidence.repository is not None:
            log = read_log(self._evidence.repository, line, self._evidence.main, level)
        return log.against or lost_approvals(line, self._records, level, log.proved)

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
        return PUBLICATION not in files and PUBLICATION not in self._line.sets["publication"].in_force

    def _check_signatures(self, subjects: Iterable[str]) -> None:
        if self._policy.level is Level.SIGNED:
            self._records.check_signatures(one for one in subjects if one.startswith("incidents/"))

    def _life(self, subject: str) -> Life:
        return self._records.life(subject, self._policy.level, self._policy.incidents)

    def _blob(self, path: str, data: bytes) -> str | None:
        """The blob of the file, if it is what the revision holds; None where it differs. Line endings do not matter."""
        stored = self._evidence.stored.get(path)
        return stored if stored and same_blob(data, stored, exactly=path.startswith("themes/")) else None

    def _verdict(self, subject: str, path: str, data: bytes | None) -> Verdict:
        blob = None if data is None else self._blob(path, data)
        if blob is None and data is not None:
            return Verdict(Decision.PENDING, message("This content is not committed"), missing=1)
        name = set_of(path)
        needed = self._policy.requirement(name or "incidents")
        if name is None:
            tally = self._records.tally(self._life(subject), blob, self._policy.level)
        else:
            tally = self._line.tally_file(name, (path, blob), self._policy.level)
        return self._decided(subject, blob, tally, needed)

    def _decided(self, subject: str, blob: str | None, tally: Tally, needed: Requirement) -> Verdict:
        name = set_of(subject)
        if len(tally.approvals) >= needed.approvals and self._is_readable(subject, blob):
            if name is not None and self._line.sets[name].in_force.get(subject) != blob:
                text = message("Approved; it comes into force once every changed file of its set is approved")
                return Verdict(Decision.PENDING, text, tally.approvals, blob)
            return Verdict(Decision.APPROVED, message("Approved"), tally.approvals, blob)
        offices = self._offices(subject, blob, needed)
        missing = max(1, needed.approvals - len(tally.approvals))
        taken_over = name is not None and blob is not None and self._line.sets[name].in_force.get(subject) == blob
        text = _missing(tally, missing, tuple(self._names.get(one, one) for one in offices))
        if taken_over and self._policy.level is not Level.RECORDED:
            text = message("In force since before approvals were demanded; {text}", text=text)
        elif not self._is_readable(subject, blob):
            text = message("What it charges cannot be read, so nobody can approve it")
        return Verdict(Decision.PENDING, text, tally.approvals, blob, offices, missing)

    def _is_readable(self, subject: str, blob: str | None) -> bool:
        return set_of(subject) is not None or blob is None or not self._records.is_broken(subject, blob)

    def _offices(self, subject: str, blob: str | None, needed: Requirement) -> tuple[str, ...]:
        """The departments whose approval a content needs."""
        found: dict[str, None] = {}
        for office in needed.by:
            if office != ASSESSOR:
                found[office] = None
            elif set_of(subject) is None:
                found |= dict.fromkeys(self._records.assessors(self._life(subject), blob))
        return tuple(found)

    def path_of(self, subject: str) -> str | None:
        """Where the file of a subject lies at the revision; None where there is none."""
        return next((path for path in self._evidence.stored if subject_of(path) == subject), None)

    def refusal(self, subject: str, blob: str | None, person: Signer, called: str, signed: bool) -> Message | None:
        """Why an approval that this person would give to a content would count for nothing; None where it counts.

        `called` is the name that the person's commits bear.
        """
        level = self._policy.level
        if level is Level.SIGNED and not signed:
            return message("the policy asks for signed approvals: run it again with --sign")
        names = speaking = {folded(person.principal)}
        if level is Level.SIGNED:
            speaking = self._line.people.listed(person, self._line.in_force)
            if not speaking:
                return message("your signing key is not among the allowed signers in force")
            names = names | speaking | self._line.people.names(person.key)
        if not self._is_readable(subject, blob):
            return message("what it charges cannot be read, so nobody can approve it")
        authors = self._authors(subject, blob)
        if self._line.people.are_authors(authors, frozenset(names), person.key, called):
            return message("you wrote this content; somebody else approves it")
        own = self._offices_of(speaking)
        needed = self._offices(subject, blob, self._policy.requirement(set_of(subject) or "incidents"))
        if not own & set(needed):
            offices = tuple(self._names.get(one, one) for one in needed)
            if not offices:
                return message("nobody may approve it: no rules in force say who assesses what it charges")
            return message("you may not approve it; {offices} may", offices=offices)
        given = self._given(subject, blob)
        if names & {folded(one.by) for one in given}:
            return message("you have approved it already")
        return None

    def is_signed(self, commit: str) -> bool:
        """Whether a commit that approves is signed as the level demands, by somebody whom the signers in force know.

        Their days, purposes and authorities are asked too; raises `GitError`.
        """
        repository = self._evidence.repository
        if self._policy.level is not Level.SIGNED or repository is None:
            return True
        said = Said(read_commit(repository, commit), Statement.APPROVE, self._line.in_force)
        return self._line.people.signer(said, Level.SIGNED) is not None

    def _authors(self, subject: str, blob: str | None) -> Authors:
        if set_of(subject) is not None:
            return self._line.authors_of_file((subject, blob), self._policy.level, None)
        life = self._life(subject)
        approved = {one: at for one, at in life.approved.items() if blob != life.in_force or one != (subject, blob)}
        return self._line.authors((subject, blob), self._policy.level, approved, None)

    def _offices_of(self, names: Collection[str]) -> set[str]:
        """The departments for which the policy in force lets somebody speak."""
        policy, day = self._policy, self._line.history.commits[self._evidence.head].committer.day
        return {
            office
            for office in (*policy.approvers, *policy.delegates)
            if set(map(folded, policy.speakers(office, day))).intersection(names)
        }

    def _given(self, subject: str, blob: str | None) -> tuple[Approval, ...]:
        """The approvals of a content that count already."""
        name = set_of(subject)
        if name is not None:
            return self._line.tally_file(name, (subject, blob), self._policy.level).approvals
        return self._records.tally(self._life(subject), blob, self._policy.level).approvals

    def _removed(self, places: Mapping[str, list[str]]) -> dict[str, Verdict]:
        """The verdicts on files that are in force and are not there: nobody approved that they went."""
        found = {}
        for subject in self._line.records:
            if subject not in places and self._life(subject).in_force is not None:
                found[subject] = self._lost(subject)
        for name, files in self._line.sets.items():
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
        for name, files in self._line.sets.items():
            changed = files.in_force.items() if year_of(f"{name}/.") is not None else ()
            for path, blob in changed:
                there = verdicts.get(path)
                if path not in kept and (there is None or there.blob != blob):
                    tally = self._line.tally_file(name, (path, blob), self._policy.level)
                    found[path] = self._decided(path, blob, tally, self._policy.requirement(name))
        for subject in self._line.records.keys() - kept.keys():
            life = self._life(subject)
            there = verdicts.get(subject)
            if life.in_force is not None and (there is None or there.blob != life.in_force):
                approvals = self._records.tally(life, life.in_force, self._policy.level).approvals
                found[subject] = Verdict(Decision.APPROVED, message("Approved"), approvals, life.in_force)
        return found

    def _approvals(self, subject: str, blob: str) -> tuple[Approval, ...]:
        """The approvals by which a content of a record came into force, the last time that it did."""
        if set_of(subject) is not None:
            return ()
        return next((one.approvals for one in reversed(self._life(subject).entered) if one.blob == blob), ())

    def _in_force(self) -> Mapping[str, str]:
        found = {path: blob for files in self._line.sets.values() for path, blob in files.in_force.items()}
        for subject in self._line.records:
            life = self._life(subject)
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
                kind = _kind_beside(kept[subject], verdict.blob, kind)
            at = self._since(subject, verdict.blob) if kind is not ProposalKind.TAKEN_OVER else None
            commit = self._line.history.commits[self._line.commits[at]] if at is not None else None
            yield Proposal(
                subject,
                path,
                kind,
                verdict,
                verdict.blob,
                in_force,
                commit.id if commit else "",
                commit.committer.moment if commit else "",
                self._line.office(commit.author.address) if commit else None,
            )

    def replaced(self, subject: str) -> str | None:
        """The content that was approved last, in whose place another would come; None for no file."""
        name = set_of(subject)
        return self._line.sets[name].in_force.get(subject) if name else self._life(subject).in_force

    def _kind(self, subject: str, blob: str | None, in_force: str | None, is_there: bool) -> ProposalKind:
        if not is_there:
            return ProposalKind.REMOVAL
        if blob is not None and blob == in_force:
            return ProposalKind.TAKEN_OVER
        if set_of(subject) is None and blob in {one.blob for one in self._life(subject).entered}:
            return ProposalKind.REVIVAL
        return ProposalKind.NEW if in_force is None else ProposalKind.AMENDMENT

    def _since(self, subject: str, blob: str | None) -> int | None:
        """Where on the line the content came to stand; None where it does not stand there."""
        name = set_of(subject)
        if name is not None:
            files = self._line.sets[name]
            return files.since.get(subject) if files.standing.get(subject) == blob else None
        for one in reversed(self._line.records.get(subject, [])):
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
                for one in self._life(subject).entered:
                    counted |= {(one.blob, each.commit, each.by): each for each in one.approvals}
            if verdict is not None:
                counted |= {(verdict.blob, each.commit, each.by): each for each in verdict.approvals}
            told[subject] = tuple((blob, each) for (blob, _, _), each in counted.items())
        return told

    def _texts(self, told: Mapping[str, tuple[Event, ...]]) -> Mapping[str, str]:
        """The contents before and after every amendment."""
        repository = self._evidence.repository
        amended = [event for life in told.values() for event in life if event.happening is Happening.AMENDED]
        blobs = [blob for event in amended for blob in (event.before, event.after) if blob is not None]
        found = repository.blobs(blobs, LARGEST) if repository and blobs else {}
        return {blob: data.decode("utf-8", "replace").replace("\r\n", "\n") for blob, data in found.items()}


def _counting(approved: Mapping[str, str], kept: Mapping[str, Kept]) -> Mapping[str, str]:
    """What is in force of what is approved."""
    found = dict(approved)
    for one in kept.values():
        if one.approved is not None:
            found.pop(one.approved[0], None)
    found |= dict(one.counts for one in kept.values() if one.counts is not None)
    return dict(sorted(found.items()))


def _kind_beside(kept: Kept, blob: str | None, kind: ProposalKind) -> ProposalKind:
    """What content of a frozen year is to what counts: what waits for its restatement has been in force for nobody."""
    if blob == (kept.approved and kept.approved[1]):
        return ProposalKind.NEW if kept.counts is None else ProposalKind.AMENDMENT
    return ProposalKind.REVIVAL if kind is ProposalKind.TAKEN_OVER else kind


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
