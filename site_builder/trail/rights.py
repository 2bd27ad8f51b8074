"""What was taken away in good order on one line of history stays taken away on every other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from site_builder.model import SIGNERS, Level, Policy, Requirement, folded
from site_builder.trail.statements import InForce


@dataclass(frozen=True, slots=True)
class Taken:
    """What nobody has any more: offices of people, forges, lines of signers, offices that may approve a kind, and less.

    `least` has the numbers of approvals by kind below which nothing may go, `level` the lowest level.
    """

    people: frozenset[tuple[str, str]] = frozenset()
    forges: frozenset[str] = frozenset()
    lines: frozenset[bytes] = frozenset()
    offices: frozenset[tuple[str, str]] = frozenset()
    assessors: frozenset[tuple[int, str, str]] = frozenset()
    level: Level = Level.RECORDED
    least: tuple[tuple[str, int], ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing was taken away."""
        return self == Taken()

    def __or__(self, other: "Taken") -> "Taken":
        """Both together."""
        return Taken(
            self.people | other.people,
            self.forges | other.forges,
            self.lines | other.lines,
            self.offices | other.offices,
            self.assessors | other.assessors,
            higher(self.level, other.level),
            tuple(sorted((dict(self.least) | {k: max(n, dict(self.least).get(k, n)) for k, n in other.least}).items())),
        )


def higher(one: Level, other: Level) -> Level:
    """The level that demands more."""
    return max(one, other, key=tuple(Level).index)


_KINDS = ("incidents", "criteria", "departments", "publication", "exemptions", "theme")


def _requirements(policy: Policy) -> dict[str, Requirement]:
    return {kind: policy.requirement(kind) for kind in _KINDS}


def entitled(policy: Policy) -> frozenset[tuple[str, str]]:
    """Everybody who may speak for a department, at whatever time: department and address."""
    plain = {(office, folded(one)) for office, people in policy.approvers.items() for one in people}
    return frozenset(
        plain | {(office, folded(one.address)) for office, many in policy.delegates.items() for one in many}
    )


def _offices(policy: Policy) -> frozenset[tuple[str, str]]:
    return frozenset((kind, office) for kind, one in _requirements(policy).items() for office in one.by)


def taken(
    before: InForce,
    after: InForce,
    signers: Mapping[str, bytes],
    assessors: tuple[frozenset[tuple[int, str, str]], frozenset[tuple[int, str, str]]],
) -> Taken:
    """What was taken away from one state in force to another; `signers` are the bytes of the lists, by blob."""
    numbers = {
        kind: one.approvals
        for kind, one in _requirements(after.policy).items()
        if one.approvals > _requirements(before.policy)[kind].approvals
    }
    raised = after.policy.level if higher(after.policy.level, before.policy.level) != before.policy.level else None
    old, new = (
        {line.strip() for line in signers.get(one.files.get(SIGNERS, ""), b"").split(b"\n")} for one in (before, after)
    )
    return Taken(
        entitled(before.policy) - entitled(after.policy),
        frozenset(map(folded, before.policy.forges)) - frozenset(map(folded, after.policy.forges)),
        frozenset(old - new),
        _offices(before.policy) - _offices(after.policy),
        assessors[0] - assessors[1],
        raised or Level.RECORDED,
        tuple(sorted(numbers.items())),
    )


def without(policy: Policy, gone: Taken) -> Policy:
    """The policy without what was taken away; where that is anything, each kind has a requirement of its own."""
    if gone.nothing:
        return policy
    least = dict(gone.least)
    kinds = {
        kind: Requirement(
            max(one.approvals, least.get(kind, one.approvals)),
            tuple(office for office in one.by if (kind, office) not in gone.offices),
        )
        for kind, one in _requirements(policy).items()
    }
    approvers = {
        office: tuple(person for person in people if (office, folded(person)) not in gone.people)
        for office, people in policy.approvers.items()
    }
    delegates = {
        office: tuple(one for one in many if (office, folded(one.address)) not in gone.people)
        for office, many in policy.delegates.items()
    }
    forges = tuple(one for one in policy.forges if folded(one) not in gone.forges)
    return replace(
        policy,
        level=higher(policy.level, gone.level),
        approvers=approvers,
        forges=forges,
        delegates=delegates,
        incidents=kinds["incidents"],
        criteria=kinds["criteria"],
        departments=kinds["departments"],
        publication=kinds["publication"],
        exemptions=kinds["exemptions"],
        theme=kinds["theme"],
    )
