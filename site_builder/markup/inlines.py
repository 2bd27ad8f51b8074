"""What stands in a line of Markdown, by the rules of CommonMark 0.29 and GitHub's bare addresses and strikethrough.

The text is read once; emphasis is paired as CommonMark's appendix says. HTML stays the text that it is, but `<br>`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from html.entities import html5
from xml.etree.ElementTree import Element

from site_builder.markup.blocks import TAG, label_of

_ASCII = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TOKEN = re.compile(
    r"\\[!-/:-@\[-`{-~\n]| *\n[ \t]*|`+|\*+|_+|~+|!?\[|\]|<|&|(?<![A-Za-z])(?:https?|ftp)://|(?<![^\s*_~(])www\.",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^\s<>\x00-\x1f]*)>")
_MAIL = re.compile(r"<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*)>")
_TAG = re.compile(rf"{TAG}|<!--(?!-?>)(?:(?!--).)*(?<!-)-->|<\?.*?\?>|<![A-Z]+\s[^>]*>|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_BREAKING = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|" + _ENTITY.pattern)
_TARGET = re.compile(r"\s*(?:<((?:[^<>\n\\]|\\.)*)>|([^\s<]?))")
_TITLE = re.compile(r"\s+(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\))\s*\)|\s*\)", re.DOTALL)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
_ADDRESS = re.compile(r"[^\s<]*")
_TRAILING_ENTITY = re.compile(r"&[A-Za-z]+;$")
_MOST_PARENTHESES = 32


@dataclass(slots=True)
class _Run:
    """Signs that may begin or end emphasis; `left` of them are not paired.

    Elements end before them, and begin after.
    """

    sign: str
    length: int
    left: int
    opens: bool
    closes: bool
    ends: list[str] = field(default_factory=list)
    begins: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Bracket:
    """An opening bracket: where it stands among the parts, and where its text begins."""

    index: int
    at: int
    is_picture: bool
    is_active: bool = True


_Part = str | Element | _Run


def fill(parent: Element, text: str, references: Mapping[str, tuple[str, str]]) -> None:
    """Put what the text says into an element that is empty so far. `references` are the link targets by label."""
    _build(parent, _Scanner(text, references).parts())


def plain_text(element: Element) -> str:
    """The text of an element, a picture by its description."""
    inner = "".join(plain_text(one) + (one.tail or "") for one in element)
    return (element.get("alt") or "") + (element.text or "") + inner


def unescaped(text: str) -> str:
    """A target or title with its backslashes and entities resolved."""
    return _ESCAPED.sub(lambda match: match.group(1) or _character(match.group()), text)


def _character(entity: str) -> str:
    """What an entity stands for; itself where that is none that can be seen."""
    known = entity.startswith("&#") or entity[1:] in html5
    character = unescape(entity) if known else entity
    return entity if not character or unicodedata.category(character[0])[0] == "C" else character


class _Scanner:
    def __init__(self, text: str, references: Mapping[str, tuple[str, str]]) -> None:
        self._text = text
        self._references = references
        self._parts: list[_Part] = []
        self._brackets: list[_Bracket] = []
        self._ticks: dict[int, list[int]] | None = None

    def parts(self) -> list[_Part]:
        """What the text says, one after the other; emphasis is paired."""
        at, text = 0, self._text
        while match := _TOKEN.search(text, at):
            if match.start() > at:
                self._parts.append(text[at : match.start()])
            at = self._token(match)
        self._parts.append(text[at:])
        _pair(self._parts)
        return self._parts

    def _token(self, match: re.Match[str]) -> int:
        """Read a token; where reading goes on."""
        token, at = match.group(), match.start()
        first = token[0]
        if first == "\\":
            self._parts.append(Element("br") if token[1] == "\n" else token[1])
        elif token.lstrip(" ")[:1] == "\n":
            self._parts.append(Element("br") if token.startswith("  ") else "\n")
        elif first == "`":
            return self._code(at, len(token))
        elif first in "*_~":
            self._parts.append(self._run(token, at, match.end()))
        elif token.endswith("["):
            self._brackets.append(_Bracket(len(self._parts), match.end(), token[0] == "!"))
            self._parts.append(token)
        elif first == "]":
            return self._link(match.end())
        elif first == "<":
            return self._angle(at)
        elif first == "&":
            entity = _ENTITY.match(self._text, at)
            self._parts.append(_character(entity.group()) if entity else "&")
            return entity.end() if entity else match.end()
        else:
            return self._address(at, match.end())
        return match.end()

    def _code(self, at: int, length: int) -> int:
        if self._ticks is None:
            self._ticks = {}
            for match in reversed(list(re.finditer("`+", self._text))):
                self._ticks.setdefault(len(match.group()), []).append(match.start())
        later = self._ticks.get(length, [])
        while later and later[-1] <= at:
            later.pop()
        if not later:
            self._parts.append("`" * length)
            return at + length
        words = self._text[at + length : later[-1]].replace("\n", " ")
        if words.startswith(" ") and words.endswith(" ") and words.strip(" "):
            words = words[1:-1]
        code = Element("code")
        code.text = words
        self._parts.append(code)
        return later[-1] + length

    def _run(self, token: str, begin: int, end: int) -> _Run:
        before, after = self._beside(begin, end)
        left = not after.isspace() and (not _is_punctuation(after) or before.isspace() or _is_punctuation(before))
        right = not before.isspace() and (not _is_punctuation(before) or after.isspace() or _is_punctuation(after))
        if token[0] == "_":
            opens = left and (not right or _is_punctuation(before))
            closes = right and (not left or _is_punctuation(after))
        else:
            opens, closes = left, right
        if token[0] == "~" and len(token) > 2:
            opens = closes = False
        return _Run(token[0], len(token), len(token), opens, closes)

    def _beside(self, begin: int, end: int) -> tuple[str, str]:
        """The characters on both sides; GitHub looks past signs of strikethrough."""
        while begin and self._text[begin - 1] == "~":
            begin -= 1
        while self._text.startswith("~", end):
            end += 1
        return self._text[begin - 1] if begin else "\n", self._text[end] if end < len(self._text) else "\n"

    def _angle(self, at: int) -> int:
        if match := _AUTOLINK.match(self._text, at):
            self._parts.append(_link_to(match.group(1), match.group(1)))
        elif match := _MAIL.match(self._text, at):
            self._parts.append(_link_to(f"mailto:{match.group(1)}", match.group(1)))
        elif match := _TAG.match(self._text, at):
            words = match.group()
            self._parts.append(Element("br") if _BREAKING.fullmatch(words) else words)
        else:
            self._parts.append("<")
            return at + 1
        return match.end()

    def _address(self, at: int, end: int) -> int:
        """A bare address, which is none inside brackets."""
        match = _ADDRESS.match(self._text, at)
        words = _trimmed(match.group()) if match else ""
        prefix = end - at
        domain = words[prefix:] if words[prefix - 1 : prefix] == "/" else words
        if self._brackets or len(words) <= prefix or not _is_domain(domain, short=domain is not words):
            self._parts.append(self._text[at:end])
            return end
        self._parts.append(_link_to(words if domain is not words else f"http://{words}", words))
        return at + len(words)

    # Links

    def _link(self, end: int) -> int:
        if not self._brackets:
            self._parts.append("]")
            return end
        bracket = self._brackets.pop()
        found = self._target(bracket, end) if bracket.is_active else None
        if found is None:
            self._parts.append("]")
            return end
        target, title, after = found
        inner = self._parts[bracket.index + 1 :]
        del self._parts[bracket.index :]
        _pair(inner)
        element = Element("a", {"href": target})
        if title:
            element.set("title", title)
        _build(element, inner)
        if bracket.is_picture:
            element = Element("img", {"alt": plain_text(element), "src": target})
        else:
            for one in self._brackets:
                one.is_active = one.is_active and one.is_picture
        self._parts.append(element)
        return after

    def _target(self, bracket: _Bracket, end: int) -> tuple[str, str, int] | None:
        """Target and title of a link whose words end here, and where it ends itself."""
        if self._text.startswith("(", end) and (found := self._inline_target(end + 1)):
            return found
        label = _LABEL.match(self._text, end)
        words = self._text[bracket.at : end - 1]
        after = end
        if label is not None:
            after = label.end()
            words = label.group(1) or words
        if len(words) > 999 or ((label is None or not label.group(1)) and re.search(r"(?<!\\)[\[\]]", words)):
            return None
        known = self._references.get(label_of(words)) if words.strip() else None
        return None if known is None else (*known, after)

    def _inline_target(self, at: int) -> tuple[str, str, int] | None:
        match = _TARGET.match(self._text, at)
        if match is None:
            return None
        if match.group(1) is not None:
            target, end = match.group(1), match.end()
        else:
            begin = match.end() - len(match.group(2))
            after = _end_of_target(self._text, begin)
            if after is None:
                return None
            target, end = self._text[begin:after], after
        title = _TITLE.match(self._text, end)
        if title is None:
            return None
        words = next((one for one in title.groups() if one is not None), "")
        return unescaped(target), unescaped(words), title.end()


def _end_of_target(text: str, at: int) -> int | None:
    """Where a target without angle brackets ends: at a space, or at a parenthesis that none of its own closes."""
    depth = 0
    while at < len(text) and not text[at].isspace():
        if text[at] == "\\" and text[at + 1 : at + 2] in _ASCII:
            at += 1
        elif text[at] == "(":
            depth += 1
            if depth > _MOST_PARENTHESES:
                return None
        elif text[at] == ")":
            if not depth:
                break
            depth -= 1
        at += 1
    return None if depth else at


def _link_to(target: str, words: str) -> Element:
    element = Element("a", {"href": target})
    element.text = words
    return element


def _trimmed(address: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        if last in "?!.,:*_~'\"" or (last == ")" and address.count(")") > address.count("(")):
            address = address[:-1]
        elif last == ";":
            entity = _TRAILING_ENTITY.search(address)
            address = address[: entity.start()] if entity else address[:-1]
        else:
            break
    return address


def _is_domain(address: str, *, short: bool) -> bool:
    """Whether an address begins with a domain; `short` ones need no dot."""
    end = 0
    while end < len(address) and (
        address[end] in "-._" or not (address[end].isspace() or _is_punctuation(address[end]))
    ):
        end += 1
    parts = address[:end].split(".")
    if not parts[0] or any("_" in part for part in parts[-2:]):
        return False
    return short or len(parts) > 1


@lru_cache(1 << 12)
def _is_punctuation(character: str) -> bool:
    return character in _ASCII or unicodedata.category(character)[0] == "P"


# Emphasis


def _pair(parts: list[_Part]) -> None:
    """Pair the runs among these parts, each closing one with the nearest that opens and fits."""
    runs = [one for one in parts if isinstance(one, _Run)]
    openers: list[_Run] = []
    bottoms: dict[tuple[str, int, bool], int] = {}
    for run in runs:
        while run.closes and run.left:
            key = (run.sign, run.length % 3 if run.sign != "~" else run.length, run.opens)
            found = next(
                (n for n in range(len(openers) - 1, bottoms.get(key, 0) - 1, -1) if _fits(openers[n], run)), None
            )
            if found is None:
                bottoms[key] = len(openers)
                break
            _match(openers[found], run)
            del openers[found + bool(openers[found].left) :]
            for one, bottom in bottoms.items():
                bottoms[one] = min(bottom, len(openers))
        if run.opens and run.left:
            openers.append(run)
    for run in runs:
        run.opens = run.closes = False


def _fits(opener: _Run, closer: _Run) -> bool:
    if opener.sign != closer.sign:
        return False
    if opener.sign == "~":
        return opener.left == closer.left
    ambiguous = (closer.opens or opener.closes) and closer.length % 3 != 0
    return not ambiguous or (opener.length + closer.length) % 3 != 0


def _match(opener: _Run, closer: _Run) -> None:
    if opener.sign == "~":
        used, tag = opener.left, "del"
    else:
        used = 2 if opener.left > 1 and closer.left > 1 else 1
        tag = "strong" if used == 2 else "em"
    opener.left -= used
    closer.left -= used
    opener.begins.insert(0, tag)
    closer.ends.append(tag)


def _build(parent: Element, parts: list[_Part]) -> None:
    """Make elements of parts whose emphasis is paired."""
    around = [parent]
    for part in parts:
        if isinstance(part, str):
            _append(around[-1], part)
        elif isinstance(part, Element):
            around[-1].append(part)
        else:
            for _ in part.ends:
                around.pop()
            _append(around[-1], part.sign * part.left)
            for tag in part.begins:
                inner = Element(tag)
                around[-1].append(inner)
                around.append(inner)


def _append(parent: Element, text: str) -> None:
    if not text:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
