"""The mutants of a module: the same code with one small fault.

What no test could notice is left out: docstrings, annotations, decorators, the words of messages and of
exceptions, and `strict` of `zip`.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
CALLED = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "sorted": "list",
    "reversed": "list",
    "startswith": "endswith",
    "endswith": "startswith",
    "partition": "rpartition",
    "rpartition": "partition",
    "removeprefix": "removesuffix",
    "removesuffix": "removeprefix",
}
WORDS = ("message", "TypeVar")
"""Calls whose first argument is no more than words."""


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is (`name` is the function, or empty), what stands there, and what stands there instead."""

    path: str
    name: str
    was: str
    now: str
    nth: int
    first: int
    last: int
    tree: ast.Module

    @property
    def key(self) -> str:
        """The fault in words, which stay the same when other lines change."""
        time = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.path} {self.name or '-'}: {self.was} → {self.now}{time}"


def mutants(root: Path, path: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse((root / path).read_text(encoding="utf-8"))
    seen: Counter[tuple[str, str, str]] = Counter()
    places = list(_places(tree))
    for way, (node, name, first, last) in places:
        for other in _others(node):
            was, now = _shown(node), _shown(other)
            seen[name, was, now] += 1
            yield Mutant(path, name, was, now, seen[name, was, now], first, last, _replaced(tree, way, other))


_Way = tuple[tuple[str, int | None], ...]
_Place = tuple[_Way, tuple[ast.AST, str, int, int]]


def _places(tree: ast.Module) -> Iterator[_Place]:
    yield from _inside(tree, (), "", (0, 0))


def _inside(node: ast.AST, way: _Way, name: str, lines: tuple[int, int]) -> Iterator[_Place]:
    """The places below a node, by the way to them, with the function and the lines of the statement around them."""
    if isinstance(node, ast.stmt):
        lines = node.lineno, _head(node)
    elif isinstance(node, ast.expr | ast.comprehension) and hasattr(node, "lineno"):
        lines = node.lineno, max(node.lineno, node.end_lineno or 0)
    yield way, (node, name, *lines)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        name = f"{name}.{node.name}" if name else node.name
    for field, value in ast.iter_fields(node):
        if _is_left_out(node, field):
            continue
        if isinstance(value, ast.AST):
            yield from _inside(value, (*way, (field, None)), name, lines)
        elif isinstance(value, list):
            for index, one in enumerate(value):
                if isinstance(one, ast.AST) and not _is_words(node, field, index):
                    yield from _inside(one, (*way, (field, index)), name, lines)


def _head(node: ast.stmt) -> int:
    """The last line of a statement, without the statements in it."""
    inner = [one.lineno for one in ast.walk(node) if isinstance(one, ast.stmt) and one is not node]
    return max(node.lineno, min(inner) - 1) if inner else node.end_lineno or node.lineno


def _is_left_out(node: ast.AST, field: str) -> bool:
    if field in ("annotation", "returns", "decorator_list", "type_params", "bases"):
        return True
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    return isinstance(node, ast.Assert) and field == "msg"


def _is_words(node: ast.AST, field: str, index: int) -> bool:
    """Whether an argument is no more than words: of a message, of an exception, or a type."""
    if isinstance(node, ast.Assign) and field == "targets":
        return True
    if not (isinstance(node, ast.Call) and field == "args" and index == 0):
        return False
    called = node.func.id if isinstance(node.func, ast.Name) else ""
    return called in (*WORDS, "cast") or (called.endswith("Error") and isinstance(node.args[0], ast.Constant))


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What can stand in place of a node."""
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    else:
        yield from _values(node)
        yield from _calls(node)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    """Another statement: a condition turned round, nothing returned, or nothing done."""
    match node:
        case ast.If(test, body, orelse) | ast.While(test, body, orelse) if _is_plain(test):
            yield type(node)(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.AugAssign(target, op, value):
            yield from (ast.AugAssign(target, ARITHMETIC[type(op)](), value), ast.Pass())
        case ast.Continue():
            yield from (ast.Pass(), ast.Break())
        case ast.Break():
            yield from (ast.Pass(), ast.Continue())
        case ast.Raise() | ast.Delete() | ast.Expr(ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()
        case ast.Assign([ast.Attribute() | ast.Subscript()], _):
            yield ast.Pass()


def _values(node: ast.AST) -> Iterator[ast.AST]:
    """Another value: an operator changed, a condition turned round or left away, a constant changed."""
    match node:
        case ast.Compare(left, ops, comparators):
            for index, one in enumerate(ops):
                yield ast.Compare(left, [*ops[:index], COMPARISONS[type(one)](), *ops[index + 1 :]], comparators)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC and not _is_type(node):
            yield ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.Constant(value):
            yield from map(ast.Constant, _constants(value))
        case ast.IfExp(test, body, orelse) if _is_plain(test):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.comprehension(target, source, ifs, is_async):
            for index in range(len(ifs)):
                yield ast.comprehension(target, source, [*ifs[:index], *ifs[index + 1 :]], is_async)


def _calls(node: ast.AST) -> Iterator[ast.AST]:
    """A call of the function's counterpart."""
    match node:
        case ast.Call(ast.Name(name), args, keywords) if name in CALLED:
            other = CALLED[name]
            yield ast.Call(ast.Name(other, ast.Load()), args, [] if other == "list" else keywords)
        case ast.Call(ast.Attribute(value, name), args, keywords) if name in CALLED:
            yield ast.Call(ast.Attribute(value, CALLED[name], ast.Load()), args, keywords)


def _is_plain(test: ast.expr) -> bool:
    """Whether a condition has no operator of its own whose other one says the same as “not”."""
    return not isinstance(test, ast.Compare | ast.BoolOp | ast.NamedExpr | ast.UnaryOp)


def _is_type(node: ast.BinOp) -> bool:
    """Whether it is `X | None`, the annotation of an alias."""
    return isinstance(node.right, ast.Constant) and node.right.value is None


def _constants(value: object) -> Iterator[object]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield value + "~"
        case bytes():
            yield value + b"~"


def _shown(node: ast.AST) -> str:
    """A node in one line of text, of a statement with others in it its head alone."""
    if isinstance(node, ast.comprehension):
        return ast.unparse(ast.ListComp(ast.Name("…"), [node]))[3:-1].strip()
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split("\n")[0].split())


def _replaced(tree: ast.Module, way: _Way, other: ast.AST) -> ast.Module:
    """A module with another node in one place, in copies of all nodes on the way there."""
    result = node = copy.copy(tree)
    for place, (field, index) in enumerate(way):
        old = getattr(node, field) if index is None else getattr(node, field)[index]
        new = ast.copy_location(other, old) if place == len(way) - 1 else copy.copy(old)
        if index is None:
            setattr(node, field, new)
        else:
            values = list(getattr(node, field))
            values[index] = new
            setattr(node, field, values)
        node = new
    return ast.fix_missing_locations(result)
