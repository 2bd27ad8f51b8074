"""Where YAML cannot be read: what a person most likely did, and where.

The parser says where it gave up, and that is often lines behind the mistake. Here the lines before are looked at for
what office programs and Chinese keyboards do: full-width marks, a colon without a space, a quotation mark that another
one closes.
"""

import re
from dataclasses import dataclass, replace

from site_builder.model import Fix, Message, Place, Problem, message

Point = tuple[int, int]
"""A line and a column, from 0."""

_LONGEST_SHOWN = 60

WIDE_COLON = re.compile(r"^(?P<key>\s*(?:- +)?[\"'“”]?[A-Za-z][\w-]*[\"'“”]?\s*)(?P<mark>：[ \u00a0\u3000]*)")
_WIDE_SPACE = re.compile(r"^(?P<key>\s*(?:- +)?[A-Za-z][\w-]*)(?P<mark>:[\u00a0\u3000]+ *)")
NO_SPACE = re.compile(r"^(?P<key>\s*(?:- +)?[a-z][a-z0-9-]*)(?P<mark>:)(?=[^\s:/])")
_WIDE_INDENTATION = re.compile(r"^ *(?P<mark>[\u00a0\u3000]+[ \u00a0\u3000]*)(?=\S)")
_NO_SPACE_OF_ENTRY = re.compile(r"^ *(?P<mark>-)(?=[^\s-])")
_WIDE_DASH = re.compile(r"^ *(?P<mark>[－–—•·●] *)(?=\S)")
_WIDE_BRACKETS = "［］｛｝【】〔〕"
_PAIRS = {"[": "]", "{": "}"}
_CLOSING_LIKE = {"]": "］】〕", "}": "｝", '"': "”“＂", "'": "’‘＇"}
_NEVER_FIRST = "@`%,]}&*!|>"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A YAML text that breaks off: the parser's reason, the point where it gave up, and where what it reads began.

    `opened` are the brackets that are open; `since` is where the last value before began, in its `style` of quotes.
    """

    path: str
    first_line: int
    lines: list[str]
    reason: str
    context: str
    at: Point
    began: Point
    opened: tuple[Point, ...]
    since: Point = (0, 0)
    style: str = ""

    def line(self, number: int) -> str:
        """A line of the text; empty behind its end."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def place(self, point: Point) -> Place:
        """The place of a point in the file."""
        return Place(self.path, self.first_line + point[0], point[1] + 1)

    def problem(self, point: Point, text: Message, hint: Message, fix: Fix | None = None) -> Problem:
        """The problem at a point."""
        return Problem(self.place(point), "yaml-syntax", text, hint, fix=fix)


def quoted(text: str) -> str:
    """A text as YAML writes it in quotes, in those that need no escape where there are such."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def shown(text: str) -> str:
    """A text that is quoted in a problem: on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"


def cause(broken: Breakdown, cut: Place | None = None) -> Problem:
    """The problem of a text that cannot be read as YAML; `cut` is where a comment ended a value before."""
    if "quoted scalar" in broken.context and "end of stream" in broken.reason:
        return _unclosed_quotation(broken, broken.began)
    first = min(broken.since[0], broken.began[0] if broken.opened else broken.at[0])
    for number in range(min(first, broken.at[0]), broken.at[0] + 1):
        found = mark_mistake(
            broken.path,
            broken.first_line + number,
            broken.line(number),
            strict=number not in (broken.at[0], broken.began[0]),
        )
        if found is not None:
            return found
    if broken.style and broken.since[0] < broken.at[0] and _ends_in_line(broken):
        return _unclosed_quotation(broken, broken.since)
    if broken.opened:
        return _unclosed_bracket(broken, broken.opened[-1], cut)
    return _of_structure(broken, cut)


def _ends_in_line(broken: Breakdown) -> bool:
    """Whether a quotation mark that closes a value of several lines has text behind it."""
    return broken.style in ('"', "'") and broken.line(broken.at[0])[: broken.at[1]].rstrip().endswith(broken.style)


def mark_mistake(path: str, number: int, line: str, column: int = 0, *, strict: bool = False) -> Problem | None:
    """What is wrong with the marks of one line, if anything is: colons, spaces, hyphens, brackets that are full-width.

    `number` is the line's number in the file, and `column` how much stands before it; `strict` looks for what is
    always wrong.
    """

    def at(match: "re.Match[str]", text: Message, hint: Message, new: str) -> Problem:
        place = Place(path, number, column + match.start("mark") + 1)
        return Problem(place, "yaml-syntax", text, hint, fix=Fix(place, match.group("mark"), new))

    if match := _WIDE_INDENTATION.match(line):
        text = message("The spaces before this line are full-width or non-breaking")
        return at(match, text, message("Indent with plain spaces"), " " * len(match.group("mark")))
    if match := WIDE_COLON.match(line):
        key = match.group("key").strip().removeprefix("- ")
        text = message("The colon after “{key}” is full-width (：)", key=key)
        return at(match, text, message("Write {example}: a plain colon and a space", example=f"{key}: …"), ": ")
    if match := _WIDE_SPACE.match(line):
        key = match.group("key").strip().removeprefix("- ")
        text = message("The space behind “{key}:” is full-width or non-breaking", key=key)
        return at(match, text, message("Write {example}: a plain colon and a space", example=f"{key}: …"), ": ")
    if match := NO_SPACE.match(line):
        key = match.group("key").strip().removeprefix("- ")
        text = message("There is no space behind the colon of “{key}:”", key=key)
        return at(match, text, message("Write {example}: a plain colon and a space", example=f"{key}: …"), ": ")
    if not strict and (match := _NO_SPACE_OF_ENTRY.match(line)):
        text = message("There is no space behind the hyphen of a list")
        return at(match, text, message("Write “- ” and then the entry"), "- ")
    if not strict and (match := _WIDE_DASH.match(line)):
        text = message("The hyphen of a list is another sign here: “{mark}”", mark=match.group("mark").strip())
        return at(match, text, message("Write “- ” and then the entry"), "- ")
    return wide_brackets(path, number, line, column)


_VALUE = re.compile(r"^\s*(?:- +)?[A-Za-z][\w-]*: +(?P<value>[［｛【〔].*)$")
_PLAIN = str.maketrans("［］｛｝【】〔〕，：　", "[]{}[][],: ")


def wide_brackets(path: str, number: int, line: str, column: int = 0) -> Problem | None:
    """The full-width brackets that a value begins with, if it does."""
    match = _VALUE.match(line)
    if match is None:
        return None
    value = match.group("value").rstrip()
    place = Place(path, number, column + match.start("value") + 1)
    right = re.sub(r"([:,])(?=\S)", r"\1 ", value.translate(_PLAIN))
    return Problem(
        place,
        "yaml-syntax",
        message("The brackets are full-width here: “{mark}”", mark=value[0]),
        message("Write plain brackets, commas and colons: {text}", text=shown(right)),
        fix=Fix(place, value, right) if right[:1] + right[-1:] in ("[]", "{}") and right.count(right[0]) == 1 else None,
    )


def _unclosed_quotation(broken: Breakdown, opened: Point) -> Problem:
    line = broken.line(opened[0])
    mark = line[opened[1] : opened[1] + 1] or '"'
    text = message("The quotation mark {mark} that opens here is not closed", mark=mark)
    rest = line[opened[1] + 1 :].rstrip()
    like = next((one for one in _CLOSING_LIKE.get(mark, "") if one in rest), None)
    if like is not None:
        hint = message("It ends with {like}: write {mark} at both ends", like=like, mark=mark)
        at = opened[1] + 1 + rest.rindex(like)
        place = Place(broken.path, broken.first_line + opened[0], at + 1)
        fix = Fix(place, like, mark) if rest.count(like) == 1 and rest.endswith(like) else None
        return broken.problem(opened, text, hint, fix)
    return broken.problem(opened, text, message("Write {mark} at the end of the text as well", mark=mark))


def _unclosed_bracket(broken: Breakdown, opened: Point, cut: Place | None) -> Problem:
    mark = broken.line(opened[0])[opened[1] : opened[1] + 1] or "["
    close = _PAIRS.get(mark, "]")
    text = message("The bracket {mark} that opens here is not closed", mark=mark)
    rest = broken.line(opened[0])[opened[1] + 1 :]
    if cut is not None:
        hint = message(
            "A comment begins at line {line}, and takes {close} away: put what contains # in quotes",
            line=cut.line,
            close=close,
        )
        return broken.problem(opened, text, hint)
    like = next((one for one in _CLOSING_LIKE[close] if one in rest), None)
    if like is not None:
        at = (opened[0], opened[1] + 1 + rest.rindex(like))
        fix = Fix(broken.place(at), like, close) if rest.rstrip().endswith(like) and rest.count(like) == 1 else None
        return broken.problem(opened, text, message("It ends with {like}: write {mark}", like=like, mark=close), fix)
    here = broken.line(broken.at[0])[broken.at[1] : broken.at[1] + 1]
    if here in _PAIRS.values() and here != close:
        hint = message("It ends with {like}: write {mark}", like=here, mark=close)
        return broken.problem(broken.at, text_of_wrong_end(mark, here), hint)
    if here == "," or (here == close and "node content" in broken.reason):
        hint = message("Delete the comma that has nothing before it")
        return broken.problem(broken.at, message("An entry is missing between the commas"), hint)
    if (wide := _wide_comma(broken, opened)) is not None:
        return wide
    if broken.at[0] == opened[0] and close in rest:
        value = message("Put each text that contains brackets, colons, commas or quotation marks in quotes")
        return broken.problem(broken.at, message("What stands between the brackets cannot be read from here on"), value)
    entries = message("Write {close} behind the last entry, and a comma between entries", close=close)
    return broken.problem(opened, text, entries)


_WIDE_COMMA = re.compile(r"(?P<mark>[，、；;] *)(?P<key>[A-Za-z][\w-]*) *$")
_NO_COMMA = re.compile(r"[^\s,{\[] +(?P<key>[A-Za-z][\w-]*) *$")


def _wide_comma(broken: Breakdown, opened: Point) -> Problem | None:
    """What stands before a key that has no plain comma before it: `{person: 2，day: 3}`, `{person: 2 day: 3}`."""
    line = broken.line(broken.at[0])
    if broken.at[0] != opened[0] or line[broken.at[1] : broken.at[1] + 1] != ":":
        return None
    before = line[opened[1] + 1 : broken.at[1]]
    if match := _WIDE_COMMA.search(before):
        point = (broken.at[0], opened[1] + 1 + match.start("mark"))
        mark = match.group("mark")
        text = message("The comma here is another sign: “{mark}”", mark=mark.strip())
        hint = message("Write a plain comma and a space before “{key}”", key=match.group("key"))
        return broken.problem(point, text, hint, Fix(broken.place(point), mark, ", "))
    if match := _NO_COMMA.search(before):
        point = (broken.at[0], opened[1] + 1 + match.start("key"))
        text = message("There is no comma before “{key}”", key=match.group("key"))
        return broken.problem(point, text, message("Write a comma between the entries"))
    return None


def text_of_wrong_end(mark: str, end: str) -> Message:
    """Says that a bracket is closed by one of another kind."""
    return message("The bracket that opened with {mark} ends with {end}", mark=mark, end=end)


def _of_structure(broken: Breakdown, cut: Place | None) -> Problem:
    """The problem of keys and values that do not fit together."""
    number, column = broken.at
    line = broken.line(number)
    if cut is not None and cut.line == broken.first_line + number - 1:
        text = message("This line does not belong to anything: a comment ended the text before it")
        return broken.problem(broken.at, text, message("Put the whole text in quotes, from its first line on"))
    if "mapping values" in broken.reason:
        return _second_colon(broken)
    if "block sequence entries" in broken.reason:
        text = message("A list cannot begin behind a key on the same line")
        hint = message("Begin each entry on a line of its own with “- ”, or write [one, another]")
        return broken.problem(broken.at, text, hint)
    if "expected ':'" in broken.reason:
        return _without_colon(broken, broken.began if "simple key" in broken.context else broken.at)
    if "escape" in broken.reason or "hexdecimal" in broken.reason:
        text = message("A backslash in double quotes begins an escape, and this is none")
        return broken.problem(broken.at, text, message("Check the backslash: write two of them, or use single quotes"))
    if "comment or line break" in broken.reason:
        text = message(
            "Behind {mark} nothing may stand on the same line", mark=line[broken.began[1] : broken.began[1] + 1]
        )
        hint = message("Begin the text on the next line, indented; or put it in quotes")
        return broken.problem(broken.at, text, hint)
    if (behind := _behind_the_end(broken)) is not None:
        return behind
    if "alphabetic" in broken.reason:
        column = broken.began[1]
        broken = replace(broken, at=(number, column))
    if column < len(line) and line[column] in _NEVER_FIRST and ("token" in broken.reason or line[:column].strip()):
        text = message("A text cannot begin with {mark} here", mark=line[column])
        hint = message("Put it in quotes: {text}", text=quoted(shown(line[column:])))
        return broken.problem(broken.at, text, hint)
    return _indentation(broken)


def _behind_the_end(broken: Breakdown) -> Problem | None:
    """Text behind a closing quotation mark, or behind a closing bracket, with which the value had ended."""
    number, column = broken.at
    line = broken.line(number)
    bracketed = _BRACKETED.match(line)
    if broken.style and broken.since[0] == number and column > broken.since[1]:
        text = message("Text stands behind the closing quotation mark")
        whole = quoted_again(line[broken.since[1] :].rstrip())
    elif bracketed is not None and bracketed.end("value") <= column:
        text = message("Text stands behind the closing bracket")
        whole = quoted(shown(line[bracketed.start("value") :]))
    else:
        return None
    return broken.problem(broken.at, text, message("Put the whole text in quotes: {text}", text=whole))


_BRACKETED = re.compile(r"^\s*(?:- +)?[^\s:]+: +(?P<value>\[[^\[\]]*\]|\{[^{}]*\})")


def quoted_again(value: str) -> str:
    """A text that contains quotation marks of its own, in quotes: `"关于"的通知`, and `'it's'`, which means it's."""
    if value[:1] == value[-1:] and value[:1] in ("'", '"') and len(value) > 1:
        return quoted(value[1:-1])
    return quoted(value)


def _without_colon(broken: Breakdown, begun: Point) -> Problem:
    text = message("This line has no colon: “{line}”", line=shown(broken.line(begun[0])))
    hint = message(
        "Each line is “key: value”, with a colon and a space; text that goes on is indented further than its key"
    )
    return broken.problem(begun, text, hint)


def _second_colon(broken: Breakdown) -> Problem:
    number, column = broken.at
    line = broken.line(number)
    first = re.match(r"^\s*(?:- +)?[^\s:]+: +", line[:column])
    if first is not None:
        value = shown(line[first.end() :])
        text = message("A colon and a space inside a text begin a new key here")
        return broken.problem(broken.at, text, message("Put the text in quotes: {text}", text=quoted(value)))
    indentation = len(line) - len(line.lstrip())
    before = broken.line(broken.since[0])
    if broken.since[0] < number and indentation == broken.since[1]:
        return _without_colon(broken, broken.since)
    first_line = broken.first_line + broken.since[0]
    if broken.since[0] < number and (found := mark_mistake(broken.path, first_line, before)) is not None:
        return found
    text = message("This line belongs to the text before it, and has a colon")
    hint = message(
        "If it is a key, begin it in the same column as “{key}”; if it is text, put the whole text in quotes",
        key=shown(before.partition(":")[0].strip()),
    )
    return broken.problem((number, indentation if broken.since[0] < number else column), text, hint)


def _indentation(broken: Breakdown) -> Problem:
    number, _ = broken.at
    line = broken.line(number)
    if "expected" in broken.reason:
        if "'-'" in broken.reason:
            text = message("This line is no entry of the list around it")
            hint = message(
                "Each entry of a list begins with “- ” in the same column; keys stand before or behind a list"
            )
            return broken.problem(broken.at, text, hint)
        if line.strip():
            text = message("This line begins in another column than the keys before it")
            hint = message("The keys of one mapping begin in the same column: check the indentation")
            return broken.problem(broken.at, text, hint)
    text = message("This cannot be read from here on")
    hint = message("Check indentation, colons, quotation marks and brackets near this place")
    return broken.problem(broken.at, text, hint)
