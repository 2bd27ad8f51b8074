"""`criteria/approvals.yaml`: who may approve what, and how many must (docs/reference.md, chapter Approvals)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from site_builder.model import (
    ASSESSOR,
    POLICY,
    Charge,
    Delegate,
    Fix,
    Level,
    Place,
    Policy,
    Requirement,
    Rules,
    folded,
    has_error,
    message,
)
from site_builder.sources import nodes
from site_builder.sources.documents import read_front, read_mapping, read_parts
from site_builder.sources.fields import Fields
from site_builder.sources.likely import parted
from site_builder.sources.measurements import measurements_path
from site_builder.sources.mistakes import shown
from site_builder.sources.nodes import Node
from site_builder.sources.report import Report
from site_builder.sources.scheme import read_scheme
from site_builder.sources.tree import Tree
from site_builder.sources.values import as_identifier, as_text

_ADDRESS = re.compile(r"[^\s<>,;:@\"']+@[^\s<>,;:@\"']+")
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)|/\.))[A-Za-z0-9_][\w./+=@-]*(?<![./])")
_MOST = 100
_ALWAYS = ("incidents", "criteria")
_REQUIREMENTS = (*_ALWAYS, "departments", "publication", "exemptions", "theme")


def read_approvals(report: Report, tree: Tree, departments: Mapping[str, str] | None) -> Policy:
    """The policy; nothing is demanded where the file is absent. `departments` may be named: their names by id."""
    fields = read_mapping(report, POLICY, tree.files[POLICY]) if POLICY in tree.files else None
    if fields is None:
        return Policy()
    default = Policy()
    criteria = _requirement(fields, "criteria", departments, default.criteria)
    approvers, delegates = _approvers(fields, departments)
    policy = Policy(
        level=_level(fields),
        main=_main(fields) or default.main,
        incidents=_requirement(fields, "incidents", departments, default.incidents),
        criteria=criteria,
        approvers=approvers,
        forges=tuple(name for node in fields.sequence("forges") if (name := as_text(report, node)) is not None),
        departments=_own_requirement(fields, "departments", departments, criteria),
        publication=_own_requirement(fields, "publication", departments, criteria),
        exemptions=_own_requirement(fields, "exemptions", departments, criteria),
        theme=_own_requirement(fields, "theme", departments, criteria),
        delegates=delegates,
        origin=fields.origin,
    )
    fields.close()
    _check_met(fields, policy)
    return policy


def stated_policy(tree: Tree) -> Policy | None:
    """The policy that the files state, whether or not it is in force; None where it could not be used."""
    return stored_policy(tree.files[POLICY]) if POLICY in tree.files else Policy()


def stored_policy(data: bytes) -> Policy | None:
    """The policy in a file of history; None where it could not be used."""
    report = Report()
    policy = read_approvals(report, Tree({POLICY: data}), None)
    return None if has_error(report.problems) else policy


def stored_rules(files: Mapping[str, bytes], year: int) -> Rules:
    """What the rules of a year say of approvals, as far as these files say it."""
    folders = frozenset(path.rsplit("/", depth)[0] for path in files for depth in range(1, path.count("/") + 1))
    scheme = read_scheme(Report(), Tree(dict(sorted(files.items())), folders), year, None).scheme
    tables: dict[str, dict[str, None]] = {}
    for clause in scheme.clauses.values():
        if clause.measure is not None:
            tables.setdefault(measurements_path(year, clause.measure.file), {})[clause.measure.item] = None
    return Rules(
        {item.id: item.assessor for item in scheme.items.values() if item.assessor},
        frozenset(scheme.items),
        {path: tuple(items) for path, items in tables.items()},
    )


def stored_front(data: bytes) -> str | None:
    """The front matter of an incident's file; None where the file cannot be read."""
    report = Report()
    parts = read_parts(report, "", data)
    return None if parts is None or has_error(report.problems) else parts.front


def stored_charge(front: str) -> Charge | None:
    """What an incident with this front matter charges, whatever the rules; None where that cannot be read."""
    report = Report()
    fields = read_front(report, "", front)
    if fields is None:
        return None
    words = [fields.text(name, required=True) for name in ("department", "criterion", "clause")]
    if has_error(report.problems) or not all(words):
        return None
    department, criterion, clause = words
    return Charge(department or "", criterion or "", clause or "", "withdrawn" in fields)


def _level(fields: Fields) -> Level:
    word = fields.text("level", required=True)
    if word is None or word in Level.__members__.values():
        return Level(word or Level.RECORDED)
    text = message("There is no level “{name}”", name=shown(word))
    fields.report.unknown(fields.place_of("level"), "unknown-level", text, word, list(Level))
    return Level.RECORDED


def _main(fields: Fields) -> str | None:
    name = fields.text("main")
    if name is None or (_BRANCH.fullmatch(name) and len(name) <= 200):
        return name
    text = message("“{name}” cannot be the name of a branch", name=shown(name))
    fields.report.error(fields.place_of("main"), "invalid-branch", text, message("Write its name as git shows it"))
    return None


def _requirement(fields: Fields, key: str, departments: Mapping[str, str] | None, default: Requirement) -> Requirement:
    inner = fields.fields(key)
    if inner is None:
        return default
    number = inner.integer("approvals")
    if number is not None and not 1 <= number <= _MOST:
        text = message("“approvals” is a number from 1 to {most}", most=_MOST)
        hint = message("Where nothing is to be demanded, write “level: recorded”")
        inner.report.error(inner.place_of("approvals"), "wrong-number-of-approvals", text, hint)
    by = _by(inner, departments, assessed=key == "incidents")
    inner.close()
    return Requirement(number if number is not None else default.approvals, by or default.by)


def _own_requirement(
    fields: Fields, key: str, departments: Mapping[str, str] | None, criteria: Requirement
) -> Requirement | None:
    """A requirement that has a line of its own; None where that of the criteria holds."""
    requirement = _requirement(fields, key, departments, criteria)
    return requirement if key in fields else None


def _by(inner: Fields, departments: Mapping[str, str] | None, *, assessed: bool) -> tuple[str, ...]:
    """One department or several; where something is `assessed`, `assessor` stands for the one that assesses it."""
    found = []
    for one in _entries(inner, "by"):
        name = as_identifier(inner.report, one, departments)
        if name == ASSESSOR and not assessed and departments is not None:
            text = message("No item is assessed here, so “{name}” stands for nobody", name=ASSESSOR)
            hint = message("Name the departments whose approvers may approve this")
            inner.report.error(one.place, "no-assessor-here", text, hint)
        elif name is not None:
            _check_department(inner, one.place, name, departments, also=(ASSESSOR,) if assessed else ())
            found.append(name)
    return tuple(dict.fromkeys(found))


def _approvers(
    fields: Fields, departments: Mapping[str, str] | None
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[Delegate, ...]]]:
    """Those who may always speak for a department, and those who stand in for a time."""
    approvers, delegates = {}, {}
    inner = fields.fields("approvers")
    for name in inner.names if inner else ():
        assert inner is not None
        _check_department(inner, inner.key_place(name), name, departments)
        entries = [_approver(fields.report, node) for node in _entries(inner, name)]
        approvers[name] = tuple(entry for entry in entries if isinstance(entry, str))
        if standing_in := tuple(entry for entry in entries if isinstance(entry, Delegate)):
            delegates[name] = standing_in
    return approvers, delegates


def _entries(fields: Fields, key: str) -> tuple[Node, ...]:
    """The nodes of a list, or the one that stands in its place."""
    node = fields.node(key)
    if node is None:
        return ()
    return node.nodes if isinstance(node, nodes.Sequence) else (node,)


def _approver(report: Report, node: Node) -> str | Delegate | None:
    """An address; or, with the days on which it counts, somebody who stands in."""
    if not isinstance(node, nodes.Mapping):
        text = as_text(report, node)
        return None if text is None else _address(report, node.place, text)
    fields = Fields(report, node)
    written = fields.text("address", required=True)
    address = None if written is None else _address(report, fields.place_of("address"), written)
    first, last = fields.date("from"), fields.date("to")
    fields.close()
    if first is not None and last is not None and last < first:
        reversed_days = message("The last day lies before the first")
        report.error(fields.place_of("to"), "period-reversed", reversed_days, message("Exchange the two dates"))
    return None if address is None else Delegate(address, first, last)


def _address(report: Report, place: Place, address: str) -> str | None:
    if _ADDRESS.fullmatch(address):
        return address
    text = message("“{text}” is not an address", text=shown(address))
    hint = message("Write the e-mail address that the approver's commits carry: somebody@example.org")
    plain, parts = unicodedata.normalize("NFKC", address), parted(address)
    if parts and all(map(_ADDRESS.fullmatch, parts)):
        hint = message("Write several addresses as a list: {list}", list=f"[{', '.join(parts)}]")
    elif written := re.fullmatch(r"[^<>@]*<(?P<address>[^<>]+)>", plain):
        hint = message("Write the address alone: {address}", address=written.group("address"))
    elif _ADDRESS.fullmatch(plain):
        hint = message("Write {word}", word=plain)
        report.error(place, "invalid-address", text, hint, Fix(place, address, plain))
        return None
    report.error(place, "invalid-address", text, hint)
    return None


def _check_department(
    inner: Fields, place: Place, name: str, departments: Mapping[str, str] | None, also: tuple[str, ...] = ()
) -> None:
    if departments is not None and name not in departments and name not in also:
        text = message("There is no department “{name}”", name=shown(name))
        known = {**departments, **{one: one for one in also}}
        inner.report.unknown(place, "unknown-department", text, name, known)


def _ever(policy: Policy, department: str) -> Iterator[str]:
    """Whoever may speak for a department on some day."""
    yield from policy.approvers.get(department, ())
    yield from (one.address for one in policy.delegates.get(department, ()))


def _check_met(fields: Fields, policy: Policy) -> None:
    """A policy that nobody could ever meet is a mistake, where it has no other: fewer approvers than approvals."""
    if policy.level is Level.RECORDED or any(one.place.path == POLICY for one in fields.report.problems):
        return
    for key in _REQUIREMENTS:
        if key not in fields and key not in _ALWAYS:
            continue
        needed = policy.requirement(key)
        people = {folded(address) for name in needed.by if name != ASSESSOR for address in _ever(policy, name)}
        if ASSESSOR not in needed.by and len(people) < needed.approvals:
            text = message(
                "“{key}” needs {needed} approvals, and {people} people may give them",
                key=key,
                needed=needed.approvals,
                people=len(people),
            )
            hint = message("Name more approvers under “approvers”, or ask for fewer approvals")
            fields.report.warning(fields.place_of(key), "too-few-approvers", text, hint)
