"""One input through everything that reads it: its answer as bytes, the same at every trial; what is wrong raises."""

import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

from site_builder.assessment import check, score_years, waiting
from site_builder.cli.checking import as_github, as_json, as_sarif
from site_builder.cli.main import cli
from site_builder.cli.running import run
from site_builder.exports import review_json, review_markdown
from site_builder.language import language
from site_builder.model import Level, Sources, has_error
from site_builder.model.review import Side
from site_builder.render import build, review_html
from site_builder.render.build import check_site
from site_builder.review.compare import compare
from site_builder.review.telling import telling
from site_builder.sources import Tree, mended, read_site
from tests.fuzz.mutations import ROOT
from tests.sites import tree
from tests.trail.repositories import QUIET

LANGUAGES = tuple(map(language, ("zh_CN", "en")))


def tried_files(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bytes:
    """What `check`, `check --fix`, `review` and `build` make of files that changed."""
    was, now = tree(before), tree(after)
    sources = read_site(now)
    problems = check_site(sources, ROOT, check(sources))
    said = [form(problems, one).encode() for one in LANGUAGES for form in (as_json, as_github, as_sarif)]
    said += (path.encode() + data for path, data in mended(now, lambda one: check(read_site(one))).items())
    found = compare(_side(was), _side(now))
    for one in LANGUAGES:
        told = telling(found)
        page = review_html(told, one)
        expect_inert("review.html", page)
        said += review_json(found, one), review_markdown(told, one).encode(), page
    return b"\0".join([*said, *_built(sources)])


def _side(files: Tree) -> Side:
    sources = read_site(files)
    problems = check(sources)
    if sources.site is None or has_error(problems):
        return Side(None, {}, problems)
    return Side(sources.site, score_years(sources.site, waiting(sources.site, Level.RECORDED, ())), problems)


def _built(sources: Sources) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        built = build(sources, None, ROOT, output, jobs=1)
        assert (built.files is None) == has_error(built.problems)
        for path in sorted(output.rglob("*")):
            if path.is_file():
                name, data = path.relative_to(output).as_posix(), path.read_bytes()
                expect_inert(name, data, sources.site.settings.url or "")
                yield name.encode() + b"\0" + data


def tried_history(folder: Path) -> bytes:
    """What the commands that read history say of a repository: at first, and as they remember it."""
    said = []
    for command in (
        ["check"],
        ["verify", "--format", "json"],
        ["verify"],
        ["verify", "--format", "json"],
        ["review", "--format", "json", "first"],
        ["review", "first", "main"],
        ["trail", "2021-0001"],
        ["line"],
    ):
        code, printed = _ran("--lang", "en", "--site", str(folder), *command)
        assert code in (0, 1, 2, 3), printed
        said.append(b"%d\n%b" % (code, printed))
    assert said[1] == said[3], "what is remembered is what was proved"
    return b"\0".join(said).replace(str(folder).encode(), b"")


def _ran(*arguments: str) -> tuple[int, bytes]:
    """The exit code of `kaohe` as a process starts it, and the bytes that it prints."""
    out, err = io.BytesIO(), io.BytesIO()
    with (
        mock.patch.dict(os.environ, QUIET),
        mock.patch("sys.argv", ["kaohe", *arguments]),
        redirect_stdout(io.TextIOWrapper(out, "utf-8")),
        redirect_stderr(io.TextIOWrapper(err, "utf-8")),
    ):
        code = run(cli)
        return code, out.getvalue() + b"\0" + err.getvalue()


def digest(answer: bytes) -> str:
    """An answer in few characters."""
    return sha256(answer).hexdigest()


# Pages


class _Page(HTMLParser):
    """Collects what a page would run, or load from elsewhere."""

    RUNS = frozenset({"iframe", "object", "embed", "base", "applet", "frame", "frameset", "portal", "animate", "set"})
    ADDRESSES = frozenset(
        {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "ping", "cite"}
    )

    def __init__(self, own: str) -> None:
        super().__init__(convert_charrefs=True)
        self.own = own
        self.found: list[str] = []
        self.body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.body = self.body or tag == "body"
        if (
            tag in self.RUNS
            or (tag == "style" and self.body)
            or (tag == "meta" and given.get("http-equiv", "").lower() == "refresh")
        ):
            self.found.append(f"<{tag}>")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("a script in the page")
        for name, value in given.items():
            if name.startswith("on") or name == "srcdoc" or (name == "style" and "(" in value.replace("var(", "")):
                self.found.append(f"{name}={value}")
            if name in self.ADDRESSES:
                self._address(tag, value)

    def _address(self, tag: str, value: str) -> None:
        plain = "".join(one for one in value if one > " ").removeprefix(self.own)
        scheme, elsewhere = plain.partition(":")[0].lower(), plain.startswith(("//", "\\", "/\\"))
        relative = not elsewhere and (":" not in plain or "/" in scheme or "#" in scheme or "?" in scheme)
        if not relative and (tag != "a" or elsewhere or scheme not in ("http", "https", "mailto")):
            self.found.append(f"<{tag} {value}>")


def active(page: str, own: str = "") -> list[str]:
    """What a page would run or load from elsewhere; `own` is the address of the site."""
    parser = _Page(own)
    parser.feed(page)
    parser.close()
    return parser.found


def expect_inert(name: str, data: bytes, own: str = "") -> None:
    """Raise where a file of a site is not well-formed, or a page of it does something by itself."""
    if name.endswith(".html"):
        assert not (found := active(data.decode(), own)), (name, found)
    elif name.endswith((".xml", ".svg")):
        ElementTree.fromstring(data)
    elif name.endswith(".json"):
        json.loads(data)
