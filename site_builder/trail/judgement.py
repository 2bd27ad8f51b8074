"""The one rule for approvals: who of those who said something about a content counts (docs/decisions/0002)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from site_builder.model import Approval, Level, folded
from site_builder.trail.people import Authors, People
from site_builder.trail.statements import Said

Role = Callable[[Said, str], str | None]
"""The department for which a person may make a statement; None where there is none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The approvals of a content that count, and how many statements on it do not, and why not."""

    approvals: tuple[Approval, ...] = ()
    own: int = 0
    not_entitled: int = 0
    unsigned: int = 0


def tally(people: People, statements: Iterable[Said], authors: Authors, level: Level, role: Role) -> Tally:
    """The statements on one step that count at a level, each person once, in the order of history.

    A statement that was made at a higher level must be what was demanded then, too.
    """
    counted: dict[str, Approval] = {}
    keys: set[str] = set()
    own = not_entitled = unsigned = 0
    for said in statements:
        proof = max(level, said.under.policy.level, key=tuple(Level).index)
        signer = people.signer(said, proof)
        if signer is None:
            unsigned += 1
            continue
        names = people.same(signer, proof)
        office = role(said, signer.principal)
        called = said.commit.author.name if said.address is None else ""
        if people.are_authors(authors, names | {folded(said.speaker)}, signer.key, called):
            own += 1
        elif office is None:
            not_entitled += 1
        elif not names & counted.keys() and signer.key not in keys:
            counted[folded(signer.principal)] = _approval(said, signer.principal, office)
            keys |= {signer.key} - {""}
    return Tally(tuple(counted.values()), own, not_entitled, unsigned)


def _approval(said: Said, person: str, office: str) -> Approval:
    return Approval(person, office, said.commit.id, said.commit.author.moment, said.kind)
