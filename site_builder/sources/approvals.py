"""`criteria/approvals.yaml`: who may approve what, and how many must (the design, chapter Trail)."""

import re
from collections.abc import Collection, Mapping

from site_builder.model import (
    ASSESSOR,
    POLICY,
    Charge,
    Level,
    Place,
    Policy,
    Requirement,
    Rules,
    has_error,
    message,
)
from site_builder.sources.documents import read_document, read_mapping
from site_builder.sources.fields import Fields, Report, as_identifier, as_text, nearest, shown
from site_builder.sources.measurements import measurements_path
from site_builder.sources.scheme import read_scheme
from site_builder.sources.tree import Tree

_ADDRESS = re.compile(r"[^\s<>,;:@\"']+@[^\s<>,;:@\"']+")
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)|/\.))[A-Za-z0-9_][\w./+=@-]*(?<![./])")
_MOST = 100


def read_approvals(report: Report, tree: Tree, departments: Collection[str] | None) -> Policy:
    """The policy; nothing is demanded where the file is absent. `departments` are the ids that may be named."""
    fields = read_mapping(report, POLICY, tree.files[POLICY]) if POLICY in tree.files else None
    if fields is None:
        return Policy()
    default = Policy()
    policy = Policy(
        level=_level(fields),
        main=_main(fields) or default.main,
        incidents=_requirement(fields, "incidents", departments, default.incidents),
        criteria=_requirement(fields, "criteria", departments, default.criteria),
        approvers=_approvers(fields, departments),
        forges=tuple(name for node in fields.sequence("forges") if (name := as_text(report, node)) is not None),
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


def stored_charge(path: str, data: bytes) -> Charge | None:
    """What the file of an incident charges, whatever the rules; None where that cannot be read."""
    report = Report()
    document = read_document(report, path, data)
    if document is None:
        return None
    fields = document.fields
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


def _requirement(fields: Fields, key: str, departments: Collection[str] | None, default: Requirement) -> Requirement:
    inner = fields.fields(key)
    if inner is None:
        return default
    number = inner.integer("approvals")
    if number is not None and not 1 <= number <= _MOST:
        text = message("“approvals” is a number from 1 to {most}", most=_MOST)
        hint = message("Where nothing is to be demanded, write “level: recorded”")
        inner.report.error(inner.place_of("approvals"), "wrong-number-of-approvals", text, hint)
    by = _by(inner, departments)
    inner.close()
    return Requirement(number if number is not None else default.approvals, by or default.by)


def _by(inner: Fields, departments: Collection[str] | None) -> tuple[str, ...]:
    """One department or several; `assessor` stands for the one that assesses."""
    node = inner.node("by")
    if node is None:
        return ()
    nodes = inner.sequence("by") if not hasattr(node, "text") else (node,)
    found = []
    for one in nodes:
        name = as_identifier(inner.report, one)
        if name is not None:
            _check_department(inner, one.place, name, departments, also=(ASSESSOR,))
            found.append(name)
    return tuple(dict.fromkeys(found))


def _approvers(fields: Fields, departments: Collection[str] | None) -> Mapping[str, tuple[str, ...]]:
    inner = fields.fields("approvers")
    if inner is None:
        return {}
    found = {}
    for name in inner.names:
        _check_department(inner, inner.key_place(name), name, departments)
        found[name] = tuple(_addresses(inner, name))
    inner.close()
    return found


def _addresses(inner: Fields, name: str) -> list[str]:
    addresses = []
    for node in inner.sequence(name):
        address = as_text(inner.report, node)
        if address is not None and not _ADDRESS.fullmatch(address):
            text = message("“{text}” is not an address", text=shown(address))
            hint = message("Write the e-mail address that the approver's commits carry: somebody@example.org")
            inner.report.error(node.place, "invalid-address", text, hint)
        elif address is not None:
            addresses.append(address)
    return addresses


def _check_department(
    inner: Fields, place: Place, name: str, departments: Collection[str] | None, also: tuple[str, ...] = ()
) -> None:
    if departments is not None and name not in departments and name not in also:
        text = message("There is no department “{name}”", name=shown(name))
        inner.report.error(place, "unknown-department", text, nearest(name, (*departments, *also)))


def _check_met(fields: Fields, policy: Policy) -> None:
    """A policy that nobody could ever meet is a mistake: fewer approvers than approvals."""
    if policy.level is Level.RECORDED:
        return
    for key, needed in (("incidents", policy.incidents), ("criteria", policy.criteria)):
        groups = [policy.approvers.get(name, ()) for name in needed.by if name != ASSESSOR]
        people = {address.casefold() for group in groups for address in group}
        if ASSESSOR not in needed.by and len(people) < needed.approvals:
            text = message(
                "“{key}” needs {needed} approvals, and {people} people may give them",
                key=key,
                needed=needed.approvals,
                people=len(people),
            )
            hint = message("Name more approvers under “approvers”, or ask for fewer approvals")
            fields.report.warning(fields.place_of(key), "too-few-approvers", text, hint)
