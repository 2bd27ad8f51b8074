"""Pages to HTML: Jinja2 with escaping, gettext, relative links and exact figures."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateRuntimeError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from site_builder.language import Language
from site_builder.model import Message, plain
from site_builder.pages import Addresses, Page
from site_builder.pages.urls import NOT_FOUND
from site_builder.render.prose import Prose
from site_builder.review.telling import signed


class Templates:
    """The templates of a theme in one language."""

    def __init__(
        self,
        folders: tuple[Path, ...],
        language: Language,
        addresses: Addresses,
        shared: Mapping[str, object],
        address: str = "",
    ) -> None:
        """`shared` is what every page shows; `address` is where the site is published, if that is known."""
        self._prose = Prose(addresses)
        self._language = language
        self._address = address
        self._environment = Environment(
            loader=FileSystemLoader([folder / "templates" for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=self._finalize,
        )
        self._environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
        self._environment.globals.update(shared, language=language.tag)
        self._environment.filters.update(
            to=_to, prose=self._html, say=self._finalize, deduction=deduction, signed=signed
        )

    def html(self, page: Page) -> bytes:
        """The page as it is published."""
        try:
            template = self._environment.get_template(page.template)
            text = template.render(page.context, root=self._root(page.url), url=page.url)
        except TemplateNotFound as error:  # an OSError too, but no fault of the disk
            raise TemplateRuntimeError(f"{page.template}: {error.message}") from error
        return (text.strip() + "\n").encode()

    def _root(self, url: str) -> str:
        """The way from a page to the site's root; in full on the 404 page, which a server shows anywhere."""
        return self._address if url == NOT_FOUND and self._address else root_of(url)

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
    def _html(self, context: Context, text: str, source: str, top: int) -> Markup:
        root = context["root"]
        return Markup(self._prose.html(text, source, top, lambda url: root + url))


def root_of(url: str) -> str:
    """The way from a page to the site's root: `../../` from `2021/departments/law.html`."""
    return "../" * url.count("/") or "./"


@pass_context
def _to(context: Context, link: Any) -> str:
    """The relative link to a URL from the site's root, or to that of a `Link`."""
    url = link if isinstance(link, str) else link.url
    return f"{context['root']}{url}"


def deduction(points: Decimal) -> str:
    """A deduction with its sign, in the way of a statement: `−0.5`, and `0` where nothing is deducted."""
    return f"−{plain(points)}" if points else "0"
