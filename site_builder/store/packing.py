"""Frozen values as bytes, and back exactly as they were.

msgspec writes and reads the dataclasses by their annotations. Two things it does not know are added here: of what kind
the values in a `Message` are, whose annotation does not say so; and text that is no Unicode, as a file's name may be.
"""

import gc
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar

import msgspec

from site_builder.model import Message

_T = TypeVar("_T")

_UNICODE, _ANY_TEXT = b"u", b"a"

_PLAIN = (str, int, float, bool, bytes, date, datetime, Decimal, NoneType, Enum)


class UnpackableError(Exception):
    """The value has no bytes that say it, or the bytes no value of the type."""


def packed(value: object) -> bytes:
    """A dataclass as bytes. Raises `UnpackableError`, and `TypeError` for what can never be written."""
    told = _with_messages(value, type(value), _told)
    try:
        try:
            return _UNICODE + msgspec.msgpack.encode(told, enc_hook=_mapping)
        except UnicodeEncodeError:
            plain = msgspec.to_builtins(told, builtin_types=(bytes,), enc_hook=_mapping)
            return _ANY_TEXT + msgspec.msgpack.encode(_with_texts(plain, _escaped))
    except (OverflowError, ValueError) as error:
        raise UnpackableError from error


def unpacked(data: bytes, type_: type[_T]) -> _T:
    """The dataclass that these bytes say. Raises `UnpackableError`."""
    asked: Any = type_
    decoder, form, rest = _decoder(asked), data[:1], memoryview(data)[1:]
    try:
        with _uncollected():
            if form == _UNICODE:
                told = decoder.decode(rest)
            elif form == _ANY_TEXT:
                plain = _with_texts(msgspec.msgpack.decode(rest), _unescaped)
                told = msgspec.convert(plain, type_, builtin_types=(bytes,))
            else:
                raise UnpackableError
            heard: _T = _with_messages(told, type_, _heard)
    except (msgspec.MsgspecError, ValueError, KeyError, ArithmeticError) as error:
        raise UnpackableError from error
    return heard


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do not look for garbage meanwhile: all that is made stays, and looking through it takes longer than making it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _mapping(value: object) -> object:
    """A mapping of whatever kind as the one that msgspec knows."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value)} cannot be packed")


@cache
def _decoder(type_: Any) -> "msgspec.msgpack.Decoder[Any]":
    return msgspec.msgpack.Decoder(type_)


def _with_messages(value: Any, type_: Any, change: Callable[[Any], Any]) -> Any:
    """The same value, of an annotated type, with the values of all messages in it changed."""
    if value is None or not _speaks(type_):
        return value
    if type_ is Message:
        return _changed(value, change)
    if _is_dataclass(type_):
        changes = {name: _with_messages(getattr(value, name), one, change) for name, one in _fields(type_).items()}
        return replace(value, **changes)
    origin, inner = typing.get_origin(type_), typing.get_args(type_)
    if origin in (typing.Union, UnionType):
        chosen = next(one for one in inner if isinstance(value, typing.get_origin(one) or one))
        return _with_messages(value, chosen, change)
    if issubclass(origin, Mapping):
        return {name: _with_messages(one, inner[1], change) for name, one in value.items()}
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(_with_messages(one, each, change) for one, each in zip(value, inner, strict=True))
    return origin(_with_messages(one, inner[0], change) for one in value)


@cache
def _fields(type_: Any) -> Mapping[str, Any]:
    """The fields of a dataclass that messages can be in, with their types."""
    hints = typing.get_type_hints(type_)
    return {one.name: hints[one.name] for one in fields(type_) if _speaks(hints[one.name])}


@cache
def _speaks(type_: Any) -> bool:
    """Whether messages can be in a value of this type. Raises `TypeError` where the type does not say what it holds."""
    seen: set[Any] = set()
    found, waiting = False, [type_]
    while waiting:
        one = waiting.pop()
        if one is Message:
            found = True
        elif one not in seen:
            seen.add(one)
            waiting += _parts(one)
    return found


def _parts(type_: Any) -> Iterable[Any]:
    """The types that a value of the type is made of."""
    origin, inner = typing.get_origin(type_), typing.get_args(type_)
    if _is_dataclass(type_):
        hints = typing.get_type_hints(type_)
        return [hints[one.name] for one in fields(type_)]
    if origin in (typing.Union, UnionType):
        return inner
    if isinstance(origin, type) and issubclass(origin, Mapping | tuple | list | frozenset):
        return [one for one in inner if one is not Ellipsis]
    if isinstance(type_, type) and issubclass(type_, _PLAIN):
        return ()
    raise TypeError(f"{type_} does not say what it holds, so it cannot be read back")


def _is_dataclass(type_: Any) -> bool:
    return is_dataclass(type_)


def _changed(said: Message, change: Callable[[Any], Any]) -> Message:
    return Message(said.template, tuple((name, change(one)) for name, one in said.values))


_KINDS: Mapping[str, Callable[[str], object]] = {
    "decimal": Decimal,
    "int": lambda text: int(text, 16),
    "date": date.fromisoformat,
}


def _told(value: object) -> object:
    """A value of a message, so that its kind can be told from what is written."""
    if isinstance(value, Message):
        return _changed(value, _told)
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, int):
        return ["int", f"{value:x}"]
    if type(value) is date:
        return ["date", value.isoformat()]
    if isinstance(value, tuple):
        return ["tuple", *map(_told, value)]
    raise TypeError(f"no value of a message: {value!r}")


def _heard(told: Any) -> object:
    """What `_told` was given; msgspec reads a message that is a value as a mapping of its fields."""
    if isinstance(told, dict):
        return Message(told["template"], tuple((name, _heard(one)) for name, one in told["values"]))
    if not isinstance(told, list):
        return told
    kind, *inner = told
    if kind == "tuple":
        return tuple(map(_heard, inner))
    return _KINDS[kind](inner[0])


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The same builtins with all texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {_with_texts(name, change): _with_texts(one, change) for name, one in value.items()}
    return [_with_texts(one, change) for one in value] if isinstance(value, list | tuple) else value


def _escaped(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _unescaped(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogatepass")
