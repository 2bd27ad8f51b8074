"""`kaohe serve`: the site on 127.0.0.1, built again as files change; errors appear in the page."""

import contextlib
import mimetypes
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import click
from livereload import Server
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado import web
from tornado.httputil import HTTPServerRequest

from site_builder.cli.building import checked_output
from site_builder.cli.session import EXIT_OUTSIDE, Session, problem_line
from site_builder.language import Language
from site_builder.model import Problem, has_error, message
from site_builder.opened import open_site
from site_builder.render import OutputError, build
from site_builder.sources.tree import FOLDERS

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
"""The names by which a browser on this machine may ask."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'; connect-src 'self' ws:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""What pages come with on a server too (docs/nginx.conf), but that they may hear of changes and are never kept."""

_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
_RELOAD = b'<script src="/livereload.js"></script>'
_STYLE = b"""
#kaohe-errors { position: sticky; top: 0; z-index: 9; padding: 1rem 1.5rem; background: #8f1d22; color: #fff;
  font: 15px/1.6 system-ui, sans-serif; max-height: 60vh; overflow: auto; }
#kaohe-errors pre { white-space: pre-wrap; background: none; color: inherit; margin: .5rem 0 0; padding: 0; }
"""
_BOX = '<div id="kaohe-errors" role="alert"><strong>{title}</strong><pre>{lines}</pre></div>'


def run_serve(session: Session, output: Path | None, port: int, open_: bool) -> None:
    """Serve until interrupted."""
    target = checked_output(session, output)
    preview = Preview(session.site, session.lang, target)
    port = _free_port(session, port)
    watcher = FolderWatcher([session.site / folder for folder in (*FOLDERS, "themes")])
    preview.rebuild()
    server = PreviewServer(preview, watcher)
    server.watch(str(session.site), preview.rebuild)
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


class FolderWatcher(Watcher):  # type: ignore[misc]
    """Sees every change below some folders: also files that come with old times, moves, and whole folders."""

    def __init__(self, folders: Iterable[Path]) -> None:
        super().__init__()
        self._folders = tuple(folders)
        self._seen = self._look()

    def is_changed(self, path: str, ignore: object = None) -> bool:
        """Whether anything differs from when this was asked last."""
        seen, before = self._look(), self._seen
        self._seen = seen
        changed = dict(seen.items() ^ before.items())
        self.filepath = next(iter(changed), None)
        return bool(changed)

    def _look(self) -> Mapping[str, tuple[int, ...]]:
        """What tells each file and folder from another of its name: its number, size and times."""
        found = {}
        for path in (inner for folder in self._folders for inner in (folder, *folder.rglob("*"))):
            with contextlib.suppress(OSError):
                state = path.lstat()
                is_folder = S_ISDIR(state.st_mode)
                written = () if is_folder else (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
                found[str(path)] = (state.st_ino, *written)
        return found


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

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """The status, the kind and the bytes for a path of an address."""
        if path == "kaohe-errors.css":
            return 200, "text/css; charset=utf-8", _STYLE
        status, file = self._find(path)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        body = file.read_bytes() if file.is_file() else b"<!doctype html><head></head><body></body>"
        if kind == "text/html":
            body = self._with_errors(body)
        text = kind.startswith("text/") or kind.endswith(("json", "xml"))
        return status, f"{kind}; charset=utf-8" if text else kind, body

    def _find(self, path: str) -> tuple[int, Path]:
        """The status and the file for a path; never one outside the output."""
        root = self._output.resolve()
        with contextlib.suppress(OSError, ValueError):
            file = (root / path).resolve()
            if file.is_dir():
                file = file / "index.html"
            if file.is_file() and root in file.parents:
                return 200, file
        return 404, root / "404.html"

    def _with_errors(self, body: bytes) -> bytes:
        """The page as it hears of changes, with the errors above it; the policy is that of the headers."""
        body = _POLICY.sub(b"", body)
        head = _RELOAD
        if self._errors:
            head += b'<link rel="stylesheet" href="/kaohe-errors.css">'
            box = _BOX.format(title=escape(self._title), lines=escape(self._errors)).encode()
            body = re.sub(rb"<body[^>]*>", lambda match: match.group() + box, body, count=1)
        return body.replace(b"</head>", head + b"</head>", 1)


class PreviewServer(Server):  # type: ignore[misc]
    """Serves a preview to browsers on this machine, and to no page of somebody else."""

    def __init__(self, preview: Preview, watcher: Watcher) -> None:
        super().__init__(watcher=watcher)
        self._preview = preview

    def application(self, port: int, host: str, **_settings: object) -> None:
        """Listen: to pages, and to who waits for changes."""
        LiveReloadHandler.watcher = self.watcher
        LiveReloadHandler.live_css = True
        LiveReloadHandler.DEFAULT_RELOAD_TIME = 0  # else a second change within three seconds is not shown
        own = frozenset(f"{name}:{port}" for name in NAMES) | (frozenset(NAMES) if port == 80 else frozenset())
        _Application(
            [
                ("/livereload", LiveReloadHandler),
                ("/livereload.js", LiveReloadJSHandler),
                ("/(.*)", _Page, {"answer": self._preview.answer}),
            ],
            own=own,
        ).listen(port, address=host)


class _Application(web.Application):
    """Refuses what does not come from a page of its own, whatever it asks for."""

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        refused = _refused(request, self.settings["own"])
        if refused:
            return self.get_handler_delegate(request, web.ErrorHandler, {"status_code": refused})
        return super().find_handler(request, **kwargs)


def _refused(request: HTTPServerRequest, own: frozenset[str]) -> int | None:
    """The status that refuses a request; None where it is answered.

    Another host's name that leads here, and a page of another origin, would read the site with the visitor's browser.
    """
    origin = request.headers.get("Origin")
    if request.host not in own or (origin is not None and origin.removeprefix("http://") not in own):
        return 403
    return None if request.method in ("GET", "HEAD") else 405


class _Page(web.RequestHandler):
    """A file of the site, for GET and HEAD."""

    def initialize(self, answer: Callable[[str], tuple[int, str, bytes]]) -> None:
        """Take what answers."""
        self._answer = answer

    def set_default_headers(self) -> None:
        """Come with what pages have on a server."""
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def get(self, path: str) -> None:
        """Send the file, or the page for what is not there."""
        status, kind, body = self._answer(path)
        self.set_status(status)
        self.set_header("Content-Type", kind)
        self.write(body)

    head = get


def _lines(problems: Iterable[Problem], speaking: Language) -> str:
    return "\n".join(problem_line(problem, speaking) for problem in problems)
