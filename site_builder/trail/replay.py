"""The main line from its first commit to its last: what was said, and which rules were in force when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from site_builder.model import ASSESSOR, POLICY, SIGNERS, Approval, Level, Policy, Requirement
from site_builder.trail.authorship import Authorship, Content
from site_builder.trail.commits import Commit, folded
from site_builder.trail.history import History
from site_builder.trail.signatures import Request, Signatures, Signer, principals, public_key
from site_builder.trail.statements import InForce, Said, statements


@dataclass(frozen=True, slots=True)
class Readers:
    """How files of history are read, given by who knows their format.

    `policy` gives None where the file could not be used; `assessors` gives, for the rule files of a year, the
    department that assesses each item.
    """

    policy: Callable[[bytes], Policy | None]
    assessors: Callable[[Mapping[str, bytes], int], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Tally:
    """The approvals of a content that count, and how many statements on it do not, and why not."""

    approvals: tuple[Approval, ...] = ()
    own: int = 0
    not_entitled: int = 0
    unsigned: int = 0


@dataclass(slots=True)
class _Refused:
    own: int = 0
    not_entitled: int = 0
    unsigned: int = 0


class Replay:
    """Everything said on the main line, and what came into force on it.

    `line` is oldest first; `blobs` holds the files below `criteria/` of all times. After construction `in_force` is
    what is in force at the end of the line, and `policies` has each policy with the commit that brought it into force.
    """

    def __init__(
        self,
        history: History,
        line: Iterable[str],
        blobs: Mapping[str, bytes],
        readers: Readers,
        prefix: str,
        around: "Replay | None" = None,
    ) -> None:
        self.history = history
        self.line = tuple(line)
        self.authorship: Authorship = around.authorship if around else Authorship(history)
        self._around = around
        self._prefix = prefix
        self.said: dict[Content, list[Said]] = defaultdict(list)
        self.in_force = InForce({}, Policy())
        self.policies: dict[str, Policy] = {}
        self._blobs = blobs
        self._readers = readers
        self._signatures = Signatures()
        self._standing: dict[str, str] = {}
        self._assessors: dict[tuple[int, int], Mapping[str, str]] = {}
        self._entered: dict[str, int] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._on_line = frozenset(self.line)
        self._barred: set[tuple[str, str]] = set()
        for commit in self.line:
            self._take(history.commits[commit])

    def _take(self, commit: Commit) -> None:
        """One commit of the main line: what it says, what it changes, and what thereby comes into force."""
        fresh = set()
        for content, said in statements(self.history, commit, self.in_force, self._prefix):
            self.said[content].append(said)
            fresh.add(content[0])
        for change in self.history.changes.get(commit.id, ()):
            if change.path.startswith("criteria/"):
                fresh.add(change.path)
                if change.after is None:
                    self._standing.pop(change.path, None)
                else:
                    self._standing[change.path] = change.after
        if any(path.startswith("criteria/") for path in fresh):
            self._bring_into_force(commit)
        if self._around is None:
            for parent in commit.parents[1:]:
                self._keep_stricter(parent)
        if not self.policies or self.in_force.policy != next(reversed(self.policies.values())):
            self.policies[commit.id] = self.in_force.policy

    def _keep_stricter(self, parent: str) -> None:
        """A line that merges one on which approvals are demanded, or were taken from somebody, does not escape that.

        Otherwise whoever may push could begin a line of their own before there was a policy, or before they were
        removed from it, and merge main into it.
        """
        fresh, fork = self._off_line(parent)
        changes = (change for one in fresh for change in self.history.changes.get(one, ()))
        if not any(change.path == POLICY for change in changes):
            return
        line = self.history.first_parents(parent)
        other = Replay(self.history, line, self._blobs, self._readers, self._prefix, around=self)
        if self.in_force.policy.level is not Level.RECORDED:
            self._bar(_speakers(other.policy_at(fork)) - _speakers(other.in_force.policy), fork)
        elif other.in_force.policy.level is not Level.RECORDED:
            self.in_force = other.in_force

    def _off_line(self, parent: str) -> tuple[list[str], str | None]:
        """The commits of another line that are none of this one, newest first, and where it left this one."""
        fresh, at = [], self.history.commits.get(parent)
        while at is not None and at.id not in self._on_line:
            fresh.append(at.id)
            at = self.history.commits.get(at.parents[0]) if at.parents else None
        return fresh, at.id if at is not None else None

    def policy_at(self, commit: str | None) -> Policy:
        """The policy in force at a commit of the line; the one that holds without a file, before the first."""
        order = -1 if commit is None else self.history.order[commit]
        found = [policy for one, policy in self.policies.items() if self.history.order[one] <= order]
        return found[-1] if found else Policy()

    def _bar(self, gone: set[tuple[str, str]], fork: str | None) -> None:
        """Let nobody speak here, since the fork, for an office of which they were relieved on the other line."""
        if not gone:
            return
        self._barred |= gone
        self.in_force = replace(self.in_force, policy=_without(self.in_force.policy, self._barred))
        since = -1 if fork is None else self.history.order[fork]
        for content, every in self.said.items():
            self.said[content] = [
                replace(one, under=replace(one.under, policy=_without(one.under.policy, gone)))
                if self.history.order[one.commit.id] > since
                else one
                for one in every
            ]

    def _bring_into_force(self, commit: Commit) -> None:
        """Everything below `criteria/` that stands and is approved under the policy until now; at `recorded`, all."""
        before, files = self.in_force, dict(self.in_force.files)
        since = before.since
        for path in {*self._standing, *files}:
            blob = self._standing.get(path)
            if blob == files.get(path) or not self._may_enter(path, blob, before.policy):
                continue
            if blob is None:
                del files[path]
            else:
                files[path] = blob
            self._entered[path] = self.history.order[commit.id]
            if path == POLICY:
                self._barred.clear()
            if path == SIGNERS:
                said = (one.commit.committer.seconds for one in self.said.get((path, blob), ()))
                since = max(since, commit.committer.seconds, *said)
                self._learn(self._blobs.get(blob or "", b""))
        if files != before.files:
            self.in_force = InForce(files, self._policy(files, before.policy), since)

    def _learn(self, signers: bytes) -> None:
        """Keep which names a list of signers in force gives to each key."""
        for key, names in principals(signers).items():
            self._names[key] |= set(map(folded, names))

    def _may_enter(self, path: str, blob: str | None, policy: Policy) -> bool:
        if path == POLICY and blob is not None and self._read_policy(blob) is None:
            return False
        if policy.level is Level.RECORDED:
            return True
        tally = self.tally((path, blob), policy.criteria, policy.level, since=self._entered.get(path, -1))
        return len(tally.approvals) >= policy.criteria.approvals

    def _policy(self, files: Mapping[str, str], before: Policy) -> Policy:
        if POLICY not in files:
            return Policy()
        return _without(self._read_policy(files[POLICY]) or before, self._barred)

    def _read_policy(self, blob: str) -> Policy | None:
        data = self._blobs.get(blob)
        return None if data is None else self._readers.policy(data)

    def tally(
        self,
        content: Content,
        requirement: Requirement,
        level: Level,
        item: tuple[int, str] | None = None,
        since: int = -1,
        until: int | None = None,
    ) -> Tally:
        """The approvals of a content under a requirement at a level; `item` is the year and item of an incident.

        Statements up to the place `since` in history are left out: rules that were replaced come back by new ones only.
        So are statements after the place `until`.
        """
        authors = self._authors(content, level)
        counted: dict[str, Approval] = {}
        refused = _Refused()
        for said in self.said.get(content, ()):
            order = self.history.order[said.commit.id]
            if order <= since or (until is not None and order > until):
                continue
            person = self._person(said, level)
            if person is None:
                refused.unsigned += 1
                continue
            role = self._role(said, person.principal, requirement, item)
            if {folded(person.principal), folded(self._speaker(said))} & authors:
                refused.own += 1
            elif role is None:
                refused.not_entitled += 1
            elif not self._same_people(person.principal, level) & counted.keys():
                counted[folded(person.principal)] = _approval(said, person.principal, role)
        return Tally(tuple(counted.values()), refused.own, refused.not_entitled, refused.unsigned)

    def _same_people(self, person: str, level: Level) -> set[str]:
        """The names that are one person's: at `signed` those that share a key."""
        name = folded(person)
        if level is not Level.SIGNED:
            return {name}
        return {name}.union(*(names for names in self._names.values() if name in names))

    def check_signatures(self, contents: Iterable[Content]) -> None:
        """Check the signatures behind the statements on these contents, several at a time."""
        self._signatures.check(self._request(said) for content in contents for said in self.said.get(content, ()))

    def office(self, address: str) -> str | None:
        """The department for which the policy in force lists an address; the first, where there are several."""
        listed = self.in_force.policy.approvers.items()
        return next((name for name, people in listed if folded(address) in map(folded, people)), None)

    def authors(self, content: Content) -> frozenset[str]:
        """Who wrote a content, as the level in force tells people apart."""
        return self._authors(content, self.in_force.policy.level)

    def _authors(self, content: Content, level: Level) -> frozenset[str]:
        """Who wrote the content. At `signed` the keys on its commits count too, whether or not they verify."""
        commits = [self.history.commits[one] for one in self.authorship.commits(content)]
        found = {address for one in commits for address in one.authors}
        if level is Level.SIGNED:
            keys = {public_key(one.signature) for one in commits if one.signature is not None}
            found |= {name for key in keys if key for name in self._names.get(key, ())}
        return frozenset(found)

    def _speaker(self, said: Said) -> str:
        return said.address or said.commit.author.address

    def _person(self, said: Said, level: Level) -> Signer | None:
        """Who makes the statement, as far as the level proves it."""
        if level is not Level.SIGNED:
            return Signer(self._speaker(said), "")
        signer = self._signatures.signer(self._request(said))
        if signer is None or said.address is None:
            return signer
        forges = map(folded, said.under.policy.forges)
        return Signer(said.address, "") if folded(signer.principal) in forges else None

    def _request(self, said: Said) -> Request:
        signers = said.under.files.get(SIGNERS, "")
        return Request(said.commit, self._blobs.get(signers, b""), said.under.since)

    def _role(self, said: Said, person: str, requirement: Requirement, item: tuple[int, str] | None) -> str | None:
        """The department for which the person may approve this, under what was in force at the statement's parent."""
        policy = said.under.policy
        own = policy.criteria if item is None else policy.incidents
        for name in own.by:
            role = self._assessor(said.under, item) if name == ASSESSOR else name
            if role is not None and folded(person) in map(folded, policy.approvers.get(role, ())):
                return role
        return None

    def _assessor(self, under: InForce, item: tuple[int, str] | None) -> str | None:
        """Who assesses an item by the rules in force; by those that stand while none are in force."""
        if item is None:
            return None
        year, name = item
        known = self._assessors_of(under.files, year)
        return (known or self._assessors_of(self._standing, year)).get(name)

    def _assessors_of(self, files: Mapping[str, str], year: int) -> Mapping[str, str]:
        prefix = f"criteria/{year}/"
        rules = {path: blob for path, blob in files.items() if path.startswith(prefix)}
        key = year, hash(frozenset(rules.items()))
        if key not in self._assessors:
            found = {path: self._blobs[blob] for path, blob in rules.items() if blob in self._blobs}
            self._assessors[key] = self._readers.assessors(found, year)
        return self._assessors[key]


def _speakers(policy: Policy) -> set[tuple[str, str]]:
    """Who may speak for which office."""
    return {(office, folded(person)) for office, people in policy.approvers.items() for person in people}


def _without(policy: Policy, gone: set[tuple[str, str]]) -> Policy:
    """The policy without these people in these offices."""
    if not gone:
        return policy
    approvers = {
        office: tuple(person for person in people if (office, folded(person)) not in gone)
        for office, people in policy.approvers.items()
    }
    return replace(policy, approvers=approvers)


def criteria_blobs(history: History) -> set[str]:
    """Every blob that a file below `criteria/` ever was."""
    changes = (change for commit in history.commits for change in history.changes.get(commit, ()))
    return {one.after for one in changes if one.after is not None and one.path.startswith("criteria/")}


def _approval(said: Said, person: str, role: str) -> Approval:
    return Approval(person, role, said.commit.id, said.commit.author.moment, said.kind)
