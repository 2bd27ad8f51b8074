"""Whether the main line is the one on which things were decided: approvals on lines that it merged, and lost."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from site_builder.model import Level, Message, message, set_of
from site_builder.trail.authorship import Content
from site_builder.trail.judgement import tally
from site_builder.trail.line import Line
from site_builder.trail.otherlines import Branch
from site_builder.trail.records import Records
from site_builder.trail.statements import InForce, Said, statements

_SHOWN = 3


def lost_approvals(line: Line, records: Records, level: Level, proved: int = -1) -> Message | None:
    """Why the line is not proved to be that on which things were decided; None where nothing speaks against it.

    Who merges main into a branch of their own, and makes that the main line, leaves the approvals that were given on
    main on another line. What was approved there, on its own way of first parents, and is neither in force here nor
    replaced since by approvals, is lost. Merges up to the place `proved` are known to be in order.
    """
    if level is Level.RECORDED:
        return None
    if line.others.unfollowed > proved:
        return message("Its history has too many lines on which rules were changed")
    found: dict[str, None] = {}
    said: dict[str, dict[Content, list[Said]]] = defaultdict(lambda: defaultdict(list))
    for branch in line.others.branches:
        if branch.at > proved:
            found |= dict.fromkeys(_lost(line, records, level, branch, said[branch.stem]))
    if not found:
        return None
    shown = (*list(found)[:_SHOWN], *(["…"] if len(found) > _SHOWN else []))
    return message(
        "Another line was merged into it on which these were approved, and here they are not: {files}", files=shown
    )


def _lost(
    line: Line, records: Records, level: Level, branch: Branch, before: dict[Content, list[Said]]
) -> Iterator[str]:
    """The subjects that people with the right approved on a branch, and that are not so here.

    `before` holds what was said on it where it was merged before, and then all of it: a line that is merged in several
    helpings is one line.
    """
    own, fork, at = branch.commits, branch.fork, branch.at
    under = branch.under or (line.unders[fork] if fork >= 0 else line.in_force)
    if (fork < 0 and branch.under is None) or under.policy.level is Level.RECORDED:
        under = replace(under, policy=replace(under.policy, level=level))
    within: frozenset[str] = frozenset()
    for content, more in _said(line, own, under).items():
        subject, blob = content
        before[content] += more
        said = before[content]
        name = set_of(subject)
        if name is not None:
            files = line.sets[name]
            if files.in_force.get(subject) == blob or files.entered.get(subject, -1) >= at:
                continue
            needed = line.in_force.policy.requirement(name)
        else:
            needed = line.in_force.policy.incidents
            life = records.life(subject, level, needed)
            if life.in_force == blob or any(one.at >= at for one in life.entered):
                continue
        within = within or frozenset(line.history.ancestry(branch.tip))
        number = needed.approvals
        if branch.under is not None:  # a beginning of its own has demands of its own
            number = min(number, branch.under.policy.requirement(name or "incidents").approvals)
        if _enough(line, records, level, content, said, (name, fork, at), within) >= number:
            yield subject


def _said(line: Line, commits: Iterable[str], under: InForce) -> Mapping[Content, list[Said]]:
    found: dict[Content, list[Said]] = defaultdict(list)
    for commit in commits:
        for content, said in statements(line.history, line.history.commits[commit], under, line.prefix):
            found[content].append(said)
    return found


def _enough(
    line: Line,
    records: Records,
    level: Level,
    content: Content,
    said: list[Said],
    where: tuple[str | None, int, int],
    within: Collection[str],
) -> int:
    """How many approvals the statements of a branch give to a content, as the state at its fork has it.

    Who wrote the content is looked for `within` these commits.
    """
    name, fork, at = where
    authors = line.authors(content, level, {}, None, within)
    items = records.items(*content, at) if name is None else ()

    def role(one: Said, person: str) -> str | None:
        return records.role_at(one, person, items[0] if items else None, fork, name)

    return len(tally(line.people, said, authors, level, role).approvals)
