"""Random histories: a list of plain actions by people, and the repository that they make.

Every action can be done in every state; where there is nothing to do it does nothing, so that Hypothesis can leave any
of them out.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.sites import incident
from tests.trail.repositories import address
from tests.trail.world import BRANCHES, PATHS, PEOPLE, RECORDS, RULES, TEXTS, begun

# What people do


@dataclass(frozen=True)
class Rest:
    """Nothing happens."""

    def do(self, world):
        pass


@dataclass(frozen=True)
class Write:
    """Somebody writes a file on a branch."""

    by: str
    branch: str
    what: str
    text: str
    co_author: str = ""

    def do(self, world):
        names = list(TEXTS[self.what])
        text = self.text if self.text in names else names[len(self.text) % len(names)]
        files = {**world.files(self.branch), world.place(self.branch, self.what): world.text(self.what, text)}
        credit = f"\n\nCo-authored-by: X <{address(self.co_author)}>" if self.co_author else ""
        world.commit(self.by, self.branch, files, f"Write {self.what}{credit}")


@dataclass(frozen=True)
class Erase:
    """Somebody deletes a record, a table or a file of the rules that no record needs."""

    by: str
    branch: str
    what: str

    def do(self, world):
        files = world.files(self.branch)
        if files.pop(world.place(self.branch, self.what), None) is not None:
            world.commit(self.by, self.branch, files, f"Erase {self.what}")


@dataclass(frozen=True)
class Move:
    """Somebody moves a record to another folder of its year, or gives its bytes another number."""

    by: str
    branch: str
    what: str
    to: str

    def do(self, world):
        files, place = world.files(self.branch), world.place(self.branch, self.what)
        target = PATHS[self.to] if self.to != self.what else PATHS[self.what].replace("2021/2021", "2021/spring/2021")
        if (
            place in files
            and place != target
            and (self.to == self.what or world.blob(self.branch, self.to) == "0" * 40)
        ):
            files[target] = files.pop(place)
            world.commit(self.by, self.branch, files, f"Move {self.what} to {self.to}")


@dataclass(frozen=True)
class Merge:
    """Somebody merges branches: as git does, keeping ours, taking theirs, or with words of their own."""

    by: str
    into: str
    of: tuple
    how: str = "plain"
    trailer: str = ""

    def do(self, world):
        fresh = [one for one in self.of if one != self.into and self._brings(world, one)]
        if not fresh:
            return
        files = world.files(self.into)
        for one in fresh:
            files = _three_ways(world, self.into, one, files, self.how)
        if self.how == "evil":
            files[world.place(self.into, "0001")] = incident("Words of the merger.").encode()
        parents = [*world.parents(self.into), *(world.branches[one] for one in fresh)]
        credit = f"\n\nApproved-by: X <{address(self.trailer)}>" if self.trailer else ""
        world.commit(self.by, self.into, files, f"Merge{credit}", parents)

    def _brings(self, world, branch):
        world.begin(branch)
        world.begin(self.into)
        return world.branches[branch] not in world.ancestors(world.branches[self.into])


def _three_ways(world, into, of, ours, how):
    """The files of a merge; of both sides' own words ours stay, and a record lies in one place only."""
    theirs = world.files(of)
    if how in ("ours", "theirs"):
        return ours if how == "ours" else theirs
    common = world.ancestors(world.branches[into]) & world.ancestors(world.branches[of])
    base = next((world.commits[one][1] for one in reversed(world.commits) if one in common), {})
    mine, other, before = ({_name(path): path for path in files} for files in (ours, theirs, base))
    merged = {}
    for name in {**mine, **other}:
        sides = [
            (path, files[path]) if (path := paths.get(name)) else None
            for paths, files in ((mine, ours), (other, theirs), (before, base))
        ]
        kept = sides[1] if sides[0] == sides[2] else sides[0]
        if kept:
            merged[kept[0]] = kept[1]
    return merged


def _name(path):
    return path.replace("2021/spring/", "2021/")


@dataclass(frozen=True)
class Squash:
    """Somebody, or the forge in their name, puts the files of a branch on another, and names who approved."""

    by: str
    into: str
    of: str
    trailer: str

    def do(self, world):
        world.begin(self.into)
        world.begin(self.of)
        files = _three_ways(world, self.into, self.of, world.files(self.into), "plain")
        world.commit(self.by, self.into, files, f"Squash\n\nApproved-by: X <{address(self.trailer)}>")


@dataclass(frozen=True)
class Approve:
    """Somebody approves a file by name, as it is on a branch, in place of what was `replaces` commits back."""

    by: str
    branch: str
    what: str
    of: str = ""
    replaces: int | None = None
    odd: str = ""

    def do(self, world):
        path = PATHS[self.what]
        lines = [f"Approves: {world.blob(self.of or self.branch, self.what)} {path}"]
        if self.replaces is not None:
            lines.append(f"Replaces: {world.blob(self.branch, self.what, self.replaces)} {path}")
        message = "Approve\n\n" + "\n".join(lines)
        world.commit(self.by, self.branch, world.files(self.branch), message, odd=ODD.get(self.odd))


ODD = {
    "second author": lambda lines: [*lines[:-1], "author O <olivia@example.org> 1617235200 +0800", lines[-1]],
    "no address": lambda lines: [*lines[:-2], "author  <> 1617235200 +0800", lines[-1]],
    "address in the name": lambda lines: [
        line.replace("author ", "author Olivia <olivia@example.org> ") for line in lines
    ],
    "committer": lambda lines: [*lines[:-1], "committer Olivia <olivia@example.org> 1617235200 +0800"],
    "unknown header": lambda lines: [*lines, "reviewer Olivia <olivia@example.org>"],
}
"""Headers that git itself would not write, or that speak of somebody else."""


@dataclass(frozen=True)
class Revert:
    """Somebody puts everything back to where a branch was some commits before."""

    by: str
    branch: str
    back: int

    def do(self, world):
        world.commit(self.by, self.branch, world.files(self.branch, self.back), f"Back by {self.back}")


@dataclass(frozen=True)
class Push:
    """Somebody lets main go forward to a branch that has all of it."""

    of: str

    def do(self, world):
        world.begin(self.of)
        if world.branches["main"] in world.ancestors(world.branches[self.of]):
            world.branches["main"] = world.branches[self.of]


@dataclass(frozen=True)
class Exchange:
    """Somebody merges main into a branch, and lets main go forward to that: main's line is another then."""

    by: str
    of: str
    how: str = "plain"

    def do(self, world):
        Merge(self.by, self.of, ("main",), self.how).do(world)
        Push(self.of).do(world)


@dataclass(frozen=True)
class SetBack:
    """Somebody lets main end some commits earlier, as a forced push does."""

    back: int

    def do(self, world):
        for _ in range(self.back):
            world.branches["main"] = (world.commits[world.branches["main"]][0] or (world.branches["main"],))[0]


@dataclass(frozen=True)
class Log:
    """Somebody writes into the log of the main line that it stands where a branch did some commits before."""

    by: str
    branch: str = "main"
    back: int = 0

    def do(self, world):
        world.begin(self.branch)
        world.record_line(self.by, self.branch, self.back)


@dataclass(frozen=True)
class Record:
    """Rita records on a branch of her own, and somebody merges that: how records come to be."""

    what: str
    text: str
    by: str

    def do(self, world):
        branch = f"record-{self.what}"
        world.branches[branch] = world.branches["main"]
        Write("rita", branch, self.what, self.text).do(world)
        Merge(self.by, "main", (branch,)).do(world)


@dataclass(frozen=True)
class Decide:
    """Rita changes a file on main, and two people approve it: how rules and policies change in good order."""

    what: str
    text: str
    by: tuple = ("pia", "paul")

    def do(self, world):
        Write("rita", "main", self.what, self.text).do(world)
        for person in self.by:
            Approve(person, "main", self.what).do(world)


@dataclass(frozen=True)
class _Withdrawn:
    """Rita deletes a file of the rules, and two people approve it."""

    what: str

    def do(self, world):
        Erase("rita", "main", self.what).do(world)
        for person in ("pia", "paul"):
            Approve(person, "main", self.what).do(world)


@dataclass(frozen=True)
class History:
    """A level to begin with, and what people then did."""

    level: str
    actions: tuple

    def build(self, path, keys):
        """The repository in a folder."""
        world = begun(path, keys, self.level)
        for action in self.actions:
            action.do(world)
        world.finish()
        return world


# Which actions there are


def _texts(what, rights=True):
    """The short names of a file's texts; without those that give Mallory a right."""
    return st.sampled_from([name for name in TEXTS[what] if rights or name != "mallory"])


def _writing(people, branches, rights=True):
    """Who writes, deletes, moves and puts back, and where."""
    who, where = st.sampled_from(people), st.sampled_from(branches)
    record, table = st.sampled_from(RECORDS), st.sampled_from((*RECORDS, "table"))
    ruled = st.sampled_from(tuple(name for name in RULES if name != "scheme"))
    written = st.one_of(table, ruled).flatmap(lambda what: st.tuples(st.just(what), _texts(what, rights)))
    return [
        st.builds(
            lambda by, at, pair, co: Write(by, at, *pair, co), who, where, written, st.sampled_from(["", "", "olivia"])
        ),
        st.builds(lambda by, at, what, text: Write(by, at, what, text), who, where, record, _texts("0001")),
        st.builds(Erase, who, where, st.sampled_from((*RECORDS, "table", "study", "policy", "signers"))),
        st.builds(Move, who, where, record, record),
        st.builds(Revert, who, where, st.integers(1, 4)),
    ]


def _joining(people, into):
    who = st.sampled_from(people)
    of = st.lists(st.sampled_from(BRANCHES), min_size=1, max_size=2, unique=True).map(tuple)
    how = st.sampled_from(["plain", "plain", "plain", "ours", "theirs", "evil"])
    return st.builds(Merge, who, st.sampled_from(into), of, how)


def _exchanging(people):
    side, how = st.sampled_from(BRANCHES[1:]), st.sampled_from(["plain", "ours", "theirs"])
    return [st.builds(Push, side), st.builds(Exchange, st.sampled_from(people), side, how)]


def _lining(people):
    """What befalls main by force, and what is written into its log."""
    logging = st.builds(Log, st.sampled_from(people), st.sampled_from(BRANCHES), st.integers(0, 2))
    return [st.builds(SetBack, st.integers(1, 4)), logging]


def _deciding(rights=True):
    ruled = ("policy", "policy", "signers", "conduct", "study", "spending", "departments", "settings")
    good = st.sampled_from([("pia", "paul"), ("pia", "olivia"), ("pia",)])
    pairs = st.sampled_from(ruled).flatmap(lambda what: st.tuples(st.just(what), _texts(what, rights)))
    return [
        st.builds(lambda pair, by: Decide(*pair, by), pairs, good),
        st.builds(Record, st.sampled_from(RECORDS), _texts("0001"), st.sampled_from(["olivia", "oscar", "leo", "pia"])),
        st.builds(Record, st.just("table"), _texts("table"), st.sampled_from(["leo", "olivia"])),
    ]


def _approving(people, branches, of):
    what = st.sampled_from(tuple(name for name in PATHS if name != "scheme"))
    replaces = st.sampled_from([None, None, None, 0, 1, 2])
    odd = st.sampled_from(["", "", "", "", *ODD])
    return st.builds(Approve, st.sampled_from(people), st.sampled_from(branches), what, of, replaces, odd)


def histories(level):
    """Histories of everybody doing anything."""
    people = (*PEOPLE, "mallory") if level != "signed" else (*PEOPLE, "mallory", "olivia~mallory", "pia~nobody")
    squash = st.builds(
        Squash,
        st.sampled_from(["rita~forge", "mallory", "rita"]),
        st.sampled_from(("main", "main", "topic")),
        st.sampled_from(BRANCHES[1:]),
        st.sampled_from(PEOPLE),
    )
    actions = [
        *_writing(people, BRANCHES),
        _joining(people, BRANCHES),
        _joining(PEOPLE, ("main",)),
        _approving(people, BRANCHES, st.sampled_from(["", *BRANCHES])),
        _approving(PEOPLE[1:], ("main",), st.sampled_from(["", "main"])),
        squash,
        *_exchanging(people),
        *(_lining(people) if level == "signed" else []),
        *_deciding(),
        *_deciding(),
    ]
    return _history(level, actions, 16)


def waiting(level):
    """Histories of one record, amended again and again while earlier contents are approved and rules change."""
    sides, texts = ("topic", "fox"), st.sampled_from(sorted(TEXTS["0001"]))
    writers = st.sampled_from(["rita", "rita", "rita", "olivia", "oscar"])
    approvers = st.sampled_from(["olivia", "oscar", "leo", "pia"])
    amending = st.builds(Write, writers, st.just("main"), st.just("0001"), texts)
    approving = st.builds(Approve, approvers, st.just("main"), st.just("0001"), st.sampled_from(["main", *sides]))
    ruling = st.sampled_from(
        [
            *(Decide("conduct", text) for text in ("base", "dearer", "of the library")),
            *(Decide("policy", text) for text in ("two", "one", "party records")),
            Decide("study", "dearer"),
            _Withdrawn("study"),
        ]
    )
    proposed = st.tuples(*(st.builds(Write, writers, st.just(side), st.just("0001"), texts) for side in sides))
    actions = st.lists(st.one_of(amending, amending, approving, approving, ruling), min_size=8, max_size=16)
    return st.builds(lambda before, after: History(level, (*before, *after)), proposed, actions.map(tuple))


def orderly(level):
    """Histories in which people with rights speak on main only, and of what is there; Mallory has none."""
    bystanders = ("rita", "mallory")
    actions = [
        *_writing(PEOPLE, ("main",), rights=False),
        *_writing(bystanders, BRANCHES[1:], rights=False),
        _joining(PEOPLE, ("main",)),
        _joining(bystanders, BRANCHES),
        _approving(PEOPLE[1:], ("main",), st.just("main")),
        *_deciding(rights=False),
    ]
    return _history(level, actions, 10)


def mischief(level, exchanging=True):
    """What Mallory may do, who has no rights; addresses are forged at level signed only, where they prove nothing.

    `exchanging` says whether another line may become main's, or, where there is a log, main may be set back.
    """
    people = ("mallory", "olivia~mallory", "pia~nobody") if level == "signed" else ("mallory",)
    actions = [
        *_writing(people, BRANCHES),
        _joining(people, BRANCHES),
        _approving(people, BRANCHES, st.sampled_from(["", *BRANCHES])),
        *(_exchanging(people) if exchanging else []),
        *(_lining(people) if exchanging and level == "signed" else []),
    ]
    return st.lists(st.one_of(actions), min_size=1, max_size=6).map(tuple)


def _history(level, actions, most):
    """So many actions, of which Hypothesis makes rests where it looks for the shortest."""
    several = st.lists(st.one_of(st.just(Rest()), *actions), min_size=most // 2, max_size=most)
    return st.builds(History, st.just(level), several.map(tuple))
