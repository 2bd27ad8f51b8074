#!/usr/bin/env python3
"""Posts a review as the one comment on a pull request, or updates it.

    .ci/comment.py github|gitea|gitlab FILE           post FILE, or let it replace the comment posted before
    .ci/comment.py gitlab --open BRANCH               print the numbers of the open merge requests into a branch

The environment says where: KAOHE_API (the address of the forge's API), KAOHE_PROJECT (`owner/name`; for GitLab also
the number), KAOHE_NUMBER (of the pull request), KAOHE_TOKEN. The comment to update is the one that begins with the
marker of reviews and was written by the token's own account. Needs nothing but Python; exit 1 where the forge refuses.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

MARKER = "<!-- kaohe-review -->"
LONGEST = 65_000
SECONDS = 30
ATTEMPTS = 3
PAGES = 100


class ForgeError(Exception):
    """The forge refused, or could not be reached; says so to a person."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token goes to the address that it is for, and to no other."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Forge:
    """A kind of forge, and the project on it."""

    kind: str
    api: str
    project: str
    token: str

    def call(self, method: str, path: str, body: object = None) -> object:
        """What the API answers, as JSON; raises `ForgeError`. What may pass is tried again."""
        data = None if body is None else json.dumps(body).encode()
        scheme = {"PRIVATE-TOKEN": self.token} if self.kind == "gitlab" else {"Authorization": f"Bearer {self.token}"}
        headers = {**scheme, "Content-Type": "application/json", "Accept": "application/json", "User-Agent": "kaohe"}
        request = urllib.request.Request(self.api + path, data, headers, method=method)
        opener = urllib.request.build_opener(_NoRedirect)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with opener.open(request, timeout=SECONDS) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code < 500 or attempt == ATTEMPTS:
                    raise ForgeError(f"{method} {path}: the forge answers {error.code} {error.reason}") from None
            except (OSError, HTTPException, ValueError) as error:
                if attempt == ATTEMPTS:
                    raise ForgeError(f"{method} {path}: {error}") from None
            time.sleep(attempt)
        raise AssertionError

    def pages(self, path: str) -> Iterator[dict]:  # type: ignore[type-arg]
        """The entries of a list, page by page; a forge that knows no pages gives the same ones again."""
        seen = set()
        for page in range(1, PAGES + 1):
            found = self.call("GET", f"{path}{'&' if '?' in path else '?'}per_page=100&limit=100&page={page}")
            fresh = [one for one in found if one["id"] not in seen] if isinstance(found, list) else []
            if not fresh:
                return
            seen.update(one["id"] for one in fresh)
            yield from fresh

    @property
    def account(self) -> str:
        """The name of the token's account; what a forge calls its own where a token may not ask."""
        try:
            found = self.call("GET", "/user")
        except ForgeError:
            found = None
        own = {"github": "github-actions[bot]", "gitea": "gitea-actions", "gitlab": ""}[self.kind]
        return str(found.get("username") or found.get("login") or own) if isinstance(found, dict) else own

    def comments(self, number: str) -> str:
        """The path of the comments on a pull request."""
        if self.kind == "gitlab":
            return f"{self.merge_requests}/{number}/notes"
        return f"/repos/{self.project}/issues/{number}/comments"

    @property
    def merge_requests(self) -> str:
        """The path of a GitLab project's merge requests."""
        return f"/projects/{urllib.parse.quote(self.project, safe='')}/merge_requests"

    def post(self, number: str, text: str) -> str:
        """Post the text, or let it replace the comment of this account; what was done."""
        path, account = self.comments(number), self.account
        for one in self.pages(path):
            author = one.get("author") or one.get("user") or {}
            if str(one.get("body", "")).startswith(MARKER) and account in (author.get("username"), author.get("login")):
                inner = path if self.kind == "gitlab" else f"/repos/{self.project}/issues/comments"
                self.call("PUT" if self.kind == "gitlab" else "PATCH", f"{inner}/{one['id']}", {"body": text})
                return "updated"
        self.call("POST", path, {"body": text})
        return "posted"

    def open(self, branch: str) -> Iterator[str]:
        """The numbers of the open merge requests into a branch."""
        target = urllib.parse.quote(branch, safe="")
        for one in self.pages(f"{self.merge_requests}?state=opened&target_branch={target}"):
            yield str(int(one["iid"]))


def main(arguments: list[str]) -> int:
    """Run the script; its exit code."""
    known = len(arguments) in (2, 3) and arguments[0] in ("github", "gitea", "gitlab")
    if not known or (len(arguments) == 3 and arguments[:2] != ["gitlab", "--open"]):
        print(__doc__, file=sys.stderr)
        return 2
    wanted = ("KAOHE_API", "KAOHE_PROJECT", "KAOHE_TOKEN", *(["KAOHE_NUMBER"] if len(arguments) == 2 else []))
    missing = [name for name in wanted if not os.environ.get(name)]
    if missing:
        print(f"The environment lacks {', '.join(missing)}", file=sys.stderr)
        return 2
    api, project, token = (os.environ[name] for name in wanted[:3])
    if not api.startswith(("https://", "http://")):
        print("KAOHE_API is no address of a forge", file=sys.stderr)
        return 2
    forge = Forge(arguments[0], api.rstrip("/"), project, token)
    try:
        if len(arguments) == 3:
            print("\n".join(forge.open(arguments[2])))
            return 0
        text = Path(arguments[1]).read_text(encoding="utf-8")
        if not text.startswith(MARKER) or len(text) > LONGEST:
            raise ForgeError(f"{arguments[1]} is no review, or too long")
        number = str(int(os.environ["KAOHE_NUMBER"]))
        print(f"The review of {number} is {forge.post(number, text)}")
    except (ForgeError, OSError, ValueError, KeyError, TypeError) as error:
        print(f"The review was not posted: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
