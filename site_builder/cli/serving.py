"""`kaohe serve`: the site on 127.0.0.1, built again as files change; errors appear in the page."""

import contextlib
import mimetypes
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import click

from site_builder.cli.building import checked_output
from site_builder.cli.session import EXIT_OUTSIDE, Session, problem_line
from site_builder.language import Language
from site_builder.model import Problem, has_error, message
from site_builder.opened import open_site
from site_builder.render import OutputError, build
from site_builder.sources.tree import FOLDERS

HOST = "127.0.0.1"
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
_BOX = (
    '<div role="alert" style="position:sticky;top:0;z-index:9;padding:1rem 1.5rem;background:#8f1d22;color:#fff;'
    'font:15px/1.6 system-ui,sans-serif;max-height:60vh;overflow:auto"><strong>{title}</strong>'
    '<pre style="white-space:pre-wrap;background:none;margin:.5rem 0 0;padding:0">{lines}</pre></div>'
)


def run_serve(session: Session, output: Path | None, port: int, open_: bool) -> None:
    """Serve until interrupted."""
    from livereload import Server

    target = checked_output(session, output)
    preview = Preview(session.site, session.lang, target)
    port = _free_port(session, port)
    preview.rebuild()
    server = Server(preview.respond)
    for folder in (*FOLDERS, "themes"):
        server.watch(str(session.site / folder), preview.rebuild)
    session.say(message("http://{host}:{port}/ (Ctrl+C ends)", host=HOST, port=port))
    server.serve(port=port, host=HOST, debug=False, open_url_delay=1 if open_ else None)


def _free_port(session: Session, port: int) -> int:
    """The port, or a free one for 0; where another program has it, the command ends."""
    with contextlib.closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            session.fail(EXIT_OUTSIDE, message("Port {port} is taken: choose another with --port", port=port))
        return int(trial.getsockname()[1])


class Preview:
    """The site as it is served: the last output that could be built, and the errors since then."""

    def __init__(self, site: Path, lang: str | None, output: Path) -> None:
        self._site = site
        self._lang = lang
        self._output = output
        self._errors = ""
        self._title = ""

    def rebuild(self) -> None:
        """Build again, and tell what is wrong."""
        session = Session(replace(open_site(self._site), proposed=True), self._lang)
        try:
            built = build(
                session.sources, session.trail, self._site, self._output, episodes=session.episodes, proposed=True
            )
        except OutputError as error:
            self._errors = str(error)
        else:
            session.tell(built.problems)
            self._errors = _lines(built.problems, session.language) if has_error(built.problems) else ""
        self._title = session.language.say(message("The site was not built: this is the last good one"))
        click.echo(self._title if self._errors else session.language.say(message("Built")))

    def respond(self, environment: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        """A WSGI application that serves the output, with errors above every page."""
        path = environment.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace").lstrip("/")
        status, file = self._find(path)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        body = file.read_bytes() if file.is_file() else b"<!doctype html><body></body>"
        if kind == "text/html":
            body = self._with_errors(_POLICY.sub(b"", body))
        text = kind.startswith("text/") or kind.endswith(("json", "xml"))
        start(status, [("Content-Type", f"{kind}; charset=utf-8" if text else kind), ("Cache-Control", "no-store")])
        return [body]

    def _find(self, path: str) -> tuple[str, Path]:
        """The status and the file for a path; never one outside the output."""
        root = self._output.resolve()
        file = (root / path).resolve() if "\0" not in path else root
        if file.is_dir():
            file = file / "index.html"
        if file.is_file() and root in file.parents:
            return "200 OK", file
        return "404 Not Found", root / "404.html"

    def _with_errors(self, body: bytes) -> bytes:
        if not self._errors:
            return body
        box = _BOX.format(title=escape(self._title), lines=escape(self._errors)).encode()
        return re.sub(rb"<body[^>]*>", lambda match: match.group() + box, body, count=1)


def _lines(problems: Iterable[Problem], speaking: Language) -> str:
    return "\n".join(problem_line(problem, speaking) for problem in problems)
