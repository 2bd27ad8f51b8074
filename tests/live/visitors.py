"""Visitors who read a site all the time: each page and the assets that it names must be whole, and of one release.

    python -m tests.live.visitors PORT [PAGE …]

Visits until its input is closed, then prints how many pages were read, and what was wrong with any.
"""

import hashlib
import http.client
import json
import random
import re
import sys
import threading
import time
from urllib.parse import quote, urljoin

VISITORS, PAUSE = 3, 0.005
WHOLE = re.compile(r"<html release='([^']+)'>\n(.*)\n</html release='([^']+)'>\n", re.DOTALL)
NAMED = re.compile(r"\.([0-9a-f]{12})\.[a-z]+$")


class Visitor(threading.Thread):
    """One who goes from page to page."""

    def __init__(self, port, pages, over):
        super().__init__(daemon=True)
        self.port, self.pages, self.over = port, pages, over
        self.read, self.releases, self.wrong = 0, set(), []
        self.connection = None

    def run(self):
        while not self.over.is_set() and len(self.wrong) < 5:
            try:
                self.visit(random.choice(self.pages))
                self.read += 1
                time.sleep(PAUSE)
            except Exception as error:
                self.wrong.append(repr(error))

    def visit(self, page):
        text, headers = self.fetch(f"/{page}")
        assert headers["Cache-Control"] == "no-cache", headers
        whole = WHOLE.fullmatch(text)
        assert whole and whole[1] == whole[3], f"{page}: no whole page: {text[:60]!r} … {text[-60:]!r}"
        self.releases.add(whole[1])
        for link in re.findall(r'<link href="([^"]+)">', text):
            path = urljoin(f"/{quote(page)}", link)
            asset, headers = self.fetch(path, quoted=True)
            assert hashlib.sha256(asset.encode()).hexdigest().startswith(NAMED.search(path)[1]), f"{path} is not whole"
            assert f"/* {whole[1]} */" in asset, f"{page} of {whole[1]} got {asset[:40]!r}"
            assert "immutable" in headers["Cache-Control"], headers

    def fetch(self, path, quoted=False):
        self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.connection.request("GET", path if quoted else quote(path))
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        return body.decode(), answer.headers


def main(port, pages):
    over = threading.Event()
    visitors = [Visitor(int(port), pages, over) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    sys.stdin.read()
    over.set()
    for visitor in visitors:
        visitor.join(30)
    wrong = [one for visitor in visitors for one in visitor.wrong]
    releases = set().union(*(visitor.releases for visitor in visitors))
    print(json.dumps({"read": sum(one.read for one in visitors), "releases": len(releases), "wrong": wrong}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
