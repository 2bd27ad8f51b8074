"""Who makes a statement, and which names and keys are one person's."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from site_builder.model import SIGNERS, Level, folded
from site_builder.trail.commits import Commit
from site_builder.trail.signatures import Request, Signatures, Signer, principals, public_key
from site_builder.trail.statements import InForce, Said


@dataclass(frozen=True, slots=True)
class Authors:
    """Who wrote a content: addresses in one spelling, the keys on their commits, and names."""

    names: frozenset[str]
    keys: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    """What claims of authorship hold in which no address can be read: whoever bears that name is an author."""


class People:
    """What the lists of signers that were in force say of keys, and the signatures checked against them.

    `blobs` are the bytes of every list of signers.
    """

    def __init__(self, blobs: dict[str, bytes]) -> None:
        self._blobs = blobs
        self._signatures = Signatures()
        self._names: dict[str, set[str]] = defaultdict(set)

    def learn(self, blob: str | None) -> None:
        """Keep which names a list of signers that came into force gives to each key."""
        if blob in self._blobs:
            for key, names in principals(self._blobs[blob]).items():
                self._names[key] |= set(map(folded, names))

    def signer(self, said: Said, level: Level) -> Signer | None:
        """Who makes the statement, as far as the level proves it; None where it does not."""
        if level is not Level.SIGNED:
            return Signer(said.speaker, "")
        signer = self._signatures.signer(self._request(said))
        if signer is None or said.address is None:
            return signer
        forges = map(folded, said.under.policy.forges)
        return Signer(said.address, "") if folded(signer.principal) in forges else None

    def check(self, statements: Iterable[Said]) -> None:
        """Check the signatures behind these statements, several at a time."""
        self._signatures.check(map(self._request, statements))

    def authors(self, commits: Iterable[Commit], level: Level) -> Authors:
        """Who wrote these commits. At `signed` the keys on them count too, whether or not they verify."""
        commits = tuple(commits)
        names = frozenset(name for one in commits for name in one.authors)
        claims = frozenset(name for one in commits for name in one.unread_claims)
        if level is not Level.SIGNED:
            return Authors(names, claims=claims)
        keys = frozenset(key for one in commits if one.signature and (key := public_key(one.signature)))
        return Authors(names.union(*(self._names.get(key, ()) for key in keys)), keys, claims)

    def same(self, signer: Signer, level: Level) -> frozenset[str]:
        """The names that are this person's: at `signed` those that share a key."""
        name = folded(signer.principal)
        if level is not Level.SIGNED:
            return frozenset([name])
        shared = (names for key, names in self._names.items() if name in names or key == signer.key)
        return frozenset([name]).union(*shared)

    def are_authors(self, authors: Authors, names: frozenset[str], key: str, name: str) -> bool:
        """Whether somebody with these addresses, this key and this name wrote with the authors."""
        return bool(names & authors.names) or key in authors.keys or bool({*names, folded(name)} & authors.claims)

    def listed(self, person: Signer, under: InForce) -> set[str]:
        """The names for which the signers in force let a key speak: where they name a pattern, the person's own too."""
        names = principals(self._signers(under)).get(person.key, ())
        found = {folded(name) for name in names if not set(name) & set("*?!")}
        return found | ({folded(person.principal)} if len(found) < len(set(map(folded, names))) else set())

    def names(self, key: str) -> frozenset[str]:
        """The names that the lists of signers in force gave to a key."""
        return frozenset(self._names.get(key, ()))

    def _request(self, said: Said) -> Request:
        return Request(said.commit, self._signers(said.under), said.under.since)

    def _signers(self, under: InForce) -> bytes:
        return without_lines(self._blobs.get(under.files.get(SIGNERS, ""), b""), under.void)


def without_lines(signers: bytes, void: Collection[bytes]) -> bytes:
    """A list of signers without the lines that were taken away on another line of history."""
    if not void:
        return signers
    return b"\n".join(line for line in signers.split(b"\n") if line.strip() not in void)
