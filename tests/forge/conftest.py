"""A forge that remembers comments, as GitHub, Gitea and GitLab answer over HTTP."""

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

TOKEN = "secret-of-the-test"


@dataclass
class Answering:
    """What the forge holds and how it behaves: `failures` are answers that it gives before it works."""

    comments: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    page: int = 100
    knows_user: bool = True
    address: str = ""

    def add(self, body, login):
        name = {"login": login, "username": login}
        self.comments.append({"id": len(self.comments) + 1, "body": body, "user": name, "author": name})

    def answer(self, method, path, body):
        path, _, query = path.partition("?")
        if self.failures:
            return self.failures.pop(0), None
        if path == "/user":
            return (200, {"login": "robot", "username": "robot"}) if self.knows_user else (403, None)
        if path.endswith("/merge_requests"):
            return 200, [{"id": 31, "iid": 3}] if "page=1" in query.split("&")[-1] else []
        if method == "GET":
            number = int(re.search(r"[?&]page=([0-9]+)", "?" + query)[1])
            return 200, self.comments[(number - 1) * self.page : number * self.page]
        if method == "POST":
            self.add(body["body"], "robot" if self.knows_user else "github-actions[bot]")
            return 201, self.comments[-1]
        identifier = int(path.rpartition("/")[2])
        self.comments[identifier - 1]["body"] = body["body"]
        return 200, self.comments[identifier - 1]


@pytest.fixture
def forge():
    answering = Answering()

    class Handler(BaseHTTPRequestHandler):
        def _any(self):
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            answering.requests.append((self.command, self.path, dict(self.headers)))
            status, found = answering.answer(self.command, self.path, body)
            data = json.dumps(found).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.2:1/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = _any  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    answering.address = f"http://127.0.0.1:{server.server_port}"
    yield answering
    server.shutdown()
    server.server_close()
