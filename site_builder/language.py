"""The languages of the interface: gettext catalogues beside the theme's templates say every sentence."""

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from site_builder import theme
from site_builder.model import Message, plain

_SEPARATORS = {"zh_CN": "、"}
_TAGS = {"zh_CN": "zh-CN"}
_NAMES = {"zh_CN": "中文", "en": "English"}
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_ENGLISH = re.compile(r"[A-Za-z]{2,}[,.;:’']?(?: [A-Za-z]{1,}[,.;:’']?)+")


def tag_of(text: str) -> str | None:
    """The language of a text of the sources, as HTML writes it; None where it has no words of either.

    A text of both is Chinese: a Chinese voice reads English words, an English one skips the Chinese.
    """
    if _CHINESE.search(text):
        return "zh-CN"
    return "en" if _ENGLISH.search(text) else None


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code, and the translations of the English sentences that stand in the code."""

    code: str
    translations: gettext.NullTranslations

    @property
    def tag(self) -> str:
        """The code as HTML and feeds write it."""
        return _TAGS.get(self.code, self.code)

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return _NAMES.get(self.code, self.code)

    def say(self, message: Message, quoted: Callable[[str], str] = str) -> str:
        """The sentence in this language, its values filled in; `quoted` gives the form of text that is no sentence."""
        template = self.translations.gettext(message.template)
        return template.format(**{name: self._shown(value, quoted) for name, value in message.values})

    def _shown(self, value: object, quoted: Callable[[str], str]) -> str:
        if isinstance(value, Message):
            return self.say(value, quoted)
        if isinstance(value, Decimal):
            return plain(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, tuple):
            return _SEPARATORS.get(self.code, ", ").join(self._shown(one, quoted) for one in value)
        return quoted(str(value))


@lru_cache
def language(code: str, theme_name: str = theme.DEFAULT, site: Path | None = None) -> Language:
    """The language with this code, in the words of a theme; English where there are no others.

    A sentence that a theme does not translate is said as the default theme says it.
    """
    import polib

    catalogue = polib.POFile()
    for folder in theme.folders(theme_name, site):
        path = folder / "translations" / f"{code}.po"
        if path.is_file():
            known = {entry.msgid for entry in catalogue}
            catalogue += [entry for entry in polib.pofile(str(path), encoding="utf-8") if entry.msgid not in known]
    if not catalogue:
        return Language(code, gettext.NullTranslations())
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    return Language(code, gettext.GNUTranslations(BytesIO(catalogue.to_binary())))
