"""A review for a comment on a forge (Markdown), and for other programs (JSON)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from site_builder.exports.figures import to_json
from site_builder.language import Language
from site_builder.model import Message, message, plain
from site_builder.model.review import Mark, Review, Run
from site_builder.review.telling import Line, Part, Telling

MARKER = "<!-- kaohe-review -->"
"""The first line of a comment, by which the next review finds and replaces it."""

LONGEST = 60_000
"""The most characters of a comment: forges refuse longer ones."""

_LONGEST_LINE = 5_000
_LONGEST_TEXT = 600
_CONTEXT = 40
"""The most characters of one line with all below it, of one text, and of what stays beside a change of words."""

_INERT = re.compile(
    r"(?:[\u3400-\u4dbf\u4e00-\u9fff（）、，。；：“”《》〔〕·—…]|[0-9]{1,6}(?:\.[0-9]{1,6})?)+|[+−]?[0-9]+(?:\.[0-9]+)?"
)
"""Text that means nothing to any forge: Chinese characters and marks, and numbers."""


def review_json(review: Review, language: Language) -> bytes:
    """The whole review as JSON: keys as the model names them, decimals as text, sentences in the given language."""
    return to_json(_plain(review, language))


def _plain(value: object, language: Language) -> object:
    if isinstance(value, Message):
        return language.say(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one, language) for one in value]
    if isinstance(value, Mapping):
        return {name: _plain(one, language) for name, one in value.items()}
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), language) for one in fields(value)}
    return value


def review_markdown(telling: Telling, language: Language, longest: int = LONGEST) -> str:
    """The review as a comment of at most so many characters: of each part what is most important, the rest counted.

    Text from files cannot do anything there: it is Chinese, a number, or a code span.
    """
    writing = _Writing(language)
    head = "\n\n".join((MARKER, f"## {writing.say(telling.title)}", *map(writing.say, telling.leads)))
    parts = [writing.part(part) for part in telling.parts]
    left = longest - len(head) - 1
    shares: dict[int, int] = {}
    for number in sorted(range(len(parts)), key=lambda one: parts[one].size):
        shares[number] = left // (len(parts) - len(shares))
        left -= min(parts[number].size, shares[number])
    return "".join((head, "\n", *(writing.cut(part, shares[number]) for number, part in enumerate(parts))))


@dataclass(frozen=True, slots=True)
class _Written:
    """A part in Markdown: its heading, and each of its lines with all below it."""

    heading: str
    blocks: tuple[str, ...]

    @property
    def size(self) -> int:
        """Characters of the whole."""
        return len(self.heading) + sum(map(len, self.blocks))


@dataclass(frozen=True, slots=True)
class _Writing:
    """Sentences in a language, as inert Markdown."""

    language: Language

    def say(self, text: Message) -> str:
        """A sentence in which what comes from files is quoted."""
        return self.language.say(text, _quoted)

    def part(self, part: Part) -> _Written:
        """A part with all its lines."""
        return _Written(f"\n### {self.say(part.title)}\n\n", tuple(self._block(line) for line in part.lines))

    def cut(self, part: _Written, longest: int) -> str:
        """A part within so many characters; what does not fit is counted."""
        if part.size <= longest:
            return part.heading + "".join(part.blocks)
        left = longest - len(part.heading) - len(self._more(len(part.blocks)))
        shown = []
        for block in part.blocks:
            left -= len(block)
            if left < 0:
                break
            shown.append(block)
        more = self._more(len(part.blocks) - len(shown))
        return part.heading + "".join(shown) + more if longest > len(part.heading) + len(more) else ""

    def _more(self, count: int, depth: int = 0) -> str:
        return f"{'  ' * depth}- {self.say(message('{count} more are not listed here', count=count))}\n"

    def _block(self, line: Line) -> str:
        written = list(self._lines(line, 0))
        size = 0
        for number, one in enumerate(written):
            size += len(one)
            if number and size > _LONGEST_LINE:
                return "".join(written[:number]) + self._more(len(written) - number, 1)
        return "".join(written)

    def _lines(self, line: Line, depth: int) -> Iterator[str]:
        text, words = self.say(line.text), _marked(line.words)
        between = "" if not words or text.endswith("：") else " "
        yield f"{'  ' * depth}- {text}{between}{words}\n"
        for inner in line.lines:
            yield from self._lines(inner, depth + 1)


def _quoted(text: str) -> str:
    """Text from outside, so that no forge finds anything in it."""
    clipped = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
    if _INERT.fullmatch(clipped):
        return clipped
    shown = "".join(
        one if one.isprintable() else " " if one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in clipped
    )
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pads = shown[:1] == "`" or shown[-1:] == "`" or (shown[:1] == shown[-1:] == " ")
    space = " " if pads or not shown.strip() else ""
    return f"{fence}{space}{shown or ' '}{space}{fence}"


def _marked(words: Sequence[Run]) -> str:
    """Words with what was removed and added; of long ones that stayed, what lies beside a change."""
    found, size = [], 0
    for number, run in enumerate(words):
        text = _shortened(run.text, number == 0, number == len(words) - 1) if run.mark is Mark.SAME else run.text
        tag = {Mark.SAME: "", Mark.REMOVED: "del", Mark.ADDED: "ins"}[run.mark]
        found.append(f"<{tag}>{_quoted(text)}</{tag}>" if tag else _quoted(text))
        size += len(found[-1])
        if size > 4 * _LONGEST_TEXT:
            return "".join((*found, " …"))
    return "".join(found)


def _shortened(text: str, first: bool, last: bool) -> str:
    if len(text) <= 2 * _CONTEXT:
        return text
    before, after = "" if first else text[:_CONTEXT], "" if last else text[-_CONTEXT:]
    return f"{before}…{after}"
