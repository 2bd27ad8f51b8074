"""The problems that reading finds, and the words that would be right in place of a wrong one."""

import difflib
from collections.abc import Container, Iterable, Mapping

from site_builder.model import Fix, Message, Place, Problem, Severity, message
from site_builder.sources.likely import in_words, named, parted

_LONGEST_SHOWN = 60
_LONGEST_WORDS = 24


class Report:
    """The problems found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def error(self, place: Place, code: str, text: Message, hint: Message, fix: Fix | None = None) -> None:
        """Add an error."""
        self.problems.append(Problem(place, code, text, hint, fix=fix))

    def warning(self, place: Place, code: str, text: Message, hint: Message) -> None:
        """Add a warning."""
        self.problems.append(Problem(place, code, text, hint, Severity.WARNING))

    def unknown(
        self, place: Place, code: str, text: Message, word: str, known: Iterable[str], taken: Container[str] = ()
    ) -> None:
        """Add an error for a word that nothing is called, with the nearest right ones.

        `known` may say what each of them means: where the word is the meaning of one, that one is right. Those that are
        `taken` are right no second time.
        """
        known = known if isinstance(known, Mapping) else tuple(map(str, known))
        meanings = _meanings(known)
        right = named(word, meanings) or in_words(word, meanings)
        parts = tuple(part if part in meanings else named(part, meanings) for part in parted(word))
        if parts and None not in parts:
            hint = message("Commas are plain, and each is named by itself: {words}", words=", ".join(map(str, parts)))
            self.error(place, code, text, hint)
        elif right is None or right == word:
            self.error(place, code, text, nearest(word, known))
        else:
            hint = (
                message("Write the id: {id}", id=right)
                if meanings[right] != right
                else message("Write {word}", word=right)
            )
            self.error(place, code, text, hint, None if right in taken else Fix(place, word, right))


def nearest(word: str, known: Iterable[str]) -> Message:
    """A hint that names the words most like this one, or else some that are right, with what they mean."""
    meanings = _meanings(known)
    names = sorted(set(known))
    close = difflib.get_close_matches(word[:_LONGEST_SHOWN], names, n=2, cutoff=0.5)
    if not close and meanings:
        alike = {said[:_LONGEST_SHOWN]: name for name in names if (said := meanings.get(name, name)) != name}
        part = [name for name in names if len(word) > 1 and word in meanings.get(name, name)]
        close = part[:2] or [
            alike[one] for one in difflib.get_close_matches(word[:_LONGEST_SHOWN], list(alike), n=2, cutoff=0.5)
        ]
    if close:
        return message("Did you mean {words}?", words=tuple(_with_meaning(one, meanings) for one in close))
    if not names:
        return message("Remove it")
    shown_names = tuple(_with_meaning(one, meanings) for one in names[:12])
    return message("Right would be: {words}", words=(*shown_names, *(["…"] if len(names) > 12 else [])))


def _meanings(known: Iterable[str]) -> Mapping[str, str]:
    """What words mean; themselves, where that is not known."""
    if isinstance(known, Mapping):
        return {one: said if isinstance(said, str) else one for one, said in known.items()}
    return {one: one for one in known}


def _with_meaning(name: str, meanings: Mapping[str, str]) -> Message | str:
    words = meanings.get(name, name)
    if words == name:
        return name
    return message(
        "{id} ({name})", id=name, name=words if len(words) <= _LONGEST_WORDS else words[:_LONGEST_WORDS] + "…"
    )
