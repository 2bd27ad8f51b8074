"""Pages to HTML: Jinja2 with escaping, gettext, relative links and exact figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar
from urllib.parse import urlsplit

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup, escape

from site_builder.language import Language, tag_of
from site_builder.model import Message, message, plain
from site_builder.pages import Addresses, Page
from site_builder.render.prose import Prose, contents
from site_builder.review.telling import signed
from site_builder.urls import NOT_FOUND

_BEGIN, _END = "\x02", "\x03"
"""Around text of another language in a sentence, while that is escaped: no source holds control characters."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """The pages in one language: the main one at the site's root, the others each in a folder of its own."""

    language: Language
    main: bool = True

    @property
    def folder(self) -> str:
        """What stands before the URL of each of its pages."""
        return "" if self.main else f"{self.language.tag}/"


class _Compiled(BytecodeCache):
    """What templates compile to, kept while the program runs: `serve` compiles again only what was edited.

    For each language by itself: filters of constants are applied when a template is compiled.
    """

    _kept: ClassVar[dict[tuple[str, str], tuple[str, CodeType | None]]] = {}

    def __init__(self, language: str) -> None:
        self._of = language

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get((self._of, bucket.key), ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[self._of, bucket.key] = bucket.checksum, bucket.code


class Templates:
    """The templates of a theme in one language."""

    def __init__(
        self,
        folders: tuple[Path, ...],
        rendition: Rendition,
        renditions: Iterable[Rendition],
        addresses: Addresses,
        shared: Mapping[str, object],
        assets: Mapping[str, str],
        address: str = "",
    ) -> None:
        """`renditions` are all languages, `shared` is what every page shows, `assets` the URLs of loaded files by name.

        `address` is where the site is published, if that is known: the main 404 page, which a server shows at any
        address, has links from the root of its host on; all others have relative ones.
        """
        self._prose = Prose(addresses)
        self._rendition = rendition
        self._language = rendition.language
        self._base = f"/{urlsplit(address).path.lstrip('/')}"
        self._assets = assets
        self._environment = Environment(
            loader=FileSystemLoader([folder / "templates" for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=self._finalize,
            bytecode_cache=_Compiled(self._language.tag),
        )
        self._environment.install_gettext_translations(  # type: ignore[attr-defined]
            self._language.translations, newstyle=True
        )
        twins = tuple(one for one in renditions if one != rendition)
        self._environment.globals.update(
            shared,
            language=self._language.tag,
            twins=twins,
            assets=assets,
            translated=_translated(rendition, renditions),
        )
        self._environment.filters.update(
            to=_to,
            file=self._file,
            own=self._own,
            prose=self._html,
            say=self._finalize,
            deduction=deduction,
            signed=signed,
            lang=self._lang,
            contents=contents,
        )

    def page(self, page: Page) -> tuple[str, bytes]:
        """The URL and the bytes of a page as it is published."""
        return self._rendition.folder + page.url, self.html(page)

    def html(self, page: Page) -> bytes:
        """The page as it is published."""
        published = self._rendition.folder + page.url
        files = root_of(published)
        ways = {"root": root_of(page.url), "files": files, "from_file": files, "url": page.url}
        if published == NOT_FOUND:
            ways |= {"root": self._base, "files": self._base}
        try:
            text = self._environment.get_template(page.template).render(page.context, **ways)
        except TemplateSyntaxError:
            raise
        except TemplateError as error:  # of these, one that is not found is an OSError too, but no fault of the disk
            raise TemplateRuntimeError(f"{page.template} ({page.url}): {error.message}") from error
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise TemplateRuntimeError(f"{page.template} ({page.url}): {error}") from error
        return (text.strip() + "\n").encode()

    def _finalize(self, value: object) -> object:
        """What a template prints: sentences in its language, points and dates in their one form."""
        if isinstance(value, Message):
            return self._language.say(value)
        if isinstance(value, Decimal):
            return plain(value)
        if isinstance(value, date):
            return value.isoformat()
        if value is None:
            raise TemplateRuntimeError("a template prints None")
        return value

    @pass_context
    def _file(self, context: Context, name: str) -> str:
        """The relative link to a file that is the same in every language: a style sheet, a script, data, a feed."""
        return f"{context['files']}{self._assets.get(name, name)}"

    def _own(self, value: object) -> object:
        """Text of the sources, and such text in a sentence, marked where its language is not the page's."""
        said = self._language.say(value, self._fenced) if isinstance(value, Message) else value
        if said is value and isinstance(value, str):
            said = self._fenced(value)
        return Markup(_spans(str(escape(said)))) if isinstance(said, str) and _BEGIN in said else said

    def _lang(self, text: object, always: bool = False) -> Markup:
        """The attribute of an element that holds or is called by this text, where its language is not the page's.

        Inside of an element that has the attribute, it is to be there `always`.
        """
        said = self._language.say(text) if isinstance(text, Message) else text
        tag = tag_of(said) if isinstance(said, str) else None
        return Markup() if tag is None or (tag == self._language.tag and not always) else Markup(f' lang="{tag}"')

    def _fenced(self, text: str) -> str:
        tag = tag_of(text)
        return text if tag is None or tag == self._language.tag else f"{_BEGIN}{tag}{_BEGIN}{text}{_END}"

    @pass_context
    def _html(self, context: Context, text: str, source: str, top: int) -> Markup:
        root = context["root"]
        return Markup(self._prose.html(text, source, top, lambda url: root + url))


def _translated(rendition: Rendition, renditions: Iterable[Rendition]) -> Message | None:
    """What a translated page says of its sources, which nobody translates."""
    if rendition.main:
        return None
    if any(one.main and one.language.tag == "zh-CN" for one in renditions):
        return message("Rules and records are in Chinese, as they were written; the words around them are translated")
    return message(
        "Rules and records are in the language in which they were written; the words around them are translated"
    )


def _spans(escaped: str) -> str:
    """The marks that `Templates._fenced` left, as elements."""
    plain_text, *marked = escaped.split(_BEGIN)
    tags, texts = marked[::2], marked[1::2]
    spans = (f'<span lang="{tag}">{text.replace(_END, "</span>", 1)}' for tag, text in zip(tags, texts, strict=True))
    return plain_text + "".join(spans)


def root_of(url: str) -> str:
    """The way from a page to the site's root: `../../` from `2021/departments/law.html`."""
    return "../" * url.count("/") or "./"


@pass_context
def _to(context: Context, link: Any) -> str:
    """The relative link to a page, by its URL from the root of its language, or to that of a `Link`."""
    url = link if isinstance(link, str) else link.url
    return f"{context['root']}{url}"


def deduction(points: Decimal) -> str:
    """A deduction with its sign, in the way of a statement: `−0.5`, and `0` where nothing is deducted."""
    return f"−{plain(points)}" if points else "0"
