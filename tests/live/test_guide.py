"""The guide as a publisher follows it, word for word, from a clone to a page on nginx; and what nginx then answers."""

import getpass
import gzip
import http.client
import os
import pty
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.commands.test_publish import PERSON
from tests.live.conftest import NGINX, ROOT, nginx
from tests.publish.parcels import again, files_of, named, parcel
from tests.publish.targets import Site
from tests.trail.repositories import QUIET

GUIDES = {"docs/publishing.md": "First, on one computer", "docs/publishing.zh-CN.md": "先在一台电脑上试一遍"}
PLACES = ("/etc/nginx", "/srv", "/var/log/nginx", "/var/lib/nginx")
"""Folders of the system that the guide changes: here they are copies, for these processes alone."""


def commands(guide, chapter):
    text = (ROOT / guide).read_text(encoding="utf-8").partition(f"## {chapter}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^( *)```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return "".join(re.sub(f"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guide_leads_from_a_clone_to_a_page_on_nginx(guide, tmp_path):
    if os.getuid() != 0 or NGINX is None or not shutil.which("unshare"):
        pytest.skip("needs root, nginx, and namespaces")
    if subprocess.run(["unshare", "-mn", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no namespaces here")
    followed = commands(guide, GUIDES[guide])
    assert followed.count("\n") > 15 and "kaohe publish\n" in followed
    lines = ["set -eu", "ip link set lo up", "mount -t tmpfs none /run"]
    for number, place in enumerate(PLACES):
        copy = tmp_path / f"place-{number}"
        subprocess.run(["cp", "-a", place, copy] if Path(place).is_dir() else ["mkdir", copy], check=True)
        lines += [f"mkdir -p {place}", f"mount --bind {copy} {place}"]
    # What sets up the computer is there already, and this environment serves in place of a new one.
    shims = {
        "sudo": 'exec "$@"',
        "apt-get": "exit 0",
        "make": f"ln -s {ROOT}/.venv .venv",
        "ip": f'exec {shutil.which("ip")} "$@"',
    }
    (tmp_path / "bin").mkdir()
    for name, does in shims.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    shown = f"{sys.executable} -c \"import urllib.request as r; print(r.urlopen('http://localhost/').read().decode())\""
    lines += [f"cd {tmp_path}", followed, "sleep 1", shown, "nginx -s stop"]
    (tmp_path / "followed.sh").write_text("\n".join(lines))
    environment = {
        **os.environ,
        **QUIET,
        **PERSON,
        "PATH": f"{tmp_path}/bin:/usr/sbin:/sbin:{os.environ['PATH']}",
        "USER": getpass.getuser(),
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{origin(tmp_path / 'origin')}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://forge.example/school/kaohe.git",
    }
    seen, code = at_terminal(["unshare", "-mn", "bash", str(tmp_path / "followed.sh")], "y\n", environment)
    assert code == 0, seen
    assert "http://localhost/" in seen and "syntax is ok" in seen
    assert "<title>部门考核公示" in seen


def origin(folder):
    """A repository with what is committed here, so that the guide can be followed wherever this was unpacked."""
    for name in ("content", "criteria", "incidents", "docs", "Makefile", ".gitignore"):
        (folder / name).parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-r", str(ROOT / name), str(folder / name)], check=True)
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "The site")):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **QUIET, **PERSON}, check=True)
    return folder


def at_terminal(command, answers, environment):
    """What somebody sees who runs a command at a terminal, and its exit code."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
    )
    os.close(follower)
    os.write(leader, answers.encode())
    seen = b""
    try:
        while part := os.read(leader, 4096):
            seen += part
    except OSError:
        pass
    os.close(leader)
    return seen.decode("utf-8", "replace"), process.wait(60)


# What nginx answers


@pytest.fixture
def answering(tmp_path):
    site = Site("releases", tmp_path / "网站", compress=True)
    more = {"data/2021/scores.json": "1" * 20_000, "404.html": "not here", "a.csv": "x", "feed.xml": "<feed/>"}
    site.publish(again(parcel(tmp_path / "built", files_of("one", more=more)), compress=True))
    with nginx(tmp_path / "nginx", site.folder / "current") as port:

        def ask(path, method="GET", **headers):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request(method, quote(path), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

        ask.site = site
        yield ask


STYLE = named("static/site", "css", "/* one */ p { margin: 0 }")


def test_pages_are_asked_for_again_and_assets_never(answering):
    assert answering("/")[1]["Cache-Control"] == "no-cache"
    assert answering("/pages/关于 我们.html")[1]["Content-Type"] == "text/html; charset=utf-8"
    assert answering(f"/{STYLE}")[1]["Cache-Control"] == "public, max-age=31536000, immutable"
    status, headers, body = answering(f"/{STYLE}".replace(".css", ".js"))
    assert (status, headers["Cache-Control"], body) == (404, "no-cache", b"not here"), "what is not there may come"


def test_an_unchanged_page_is_not_sent_again(answering):
    etag = answering("/")[1]["ETag"]
    assert answering("/", **{"If-None-Match": etag})[0] == 304


@pytest.mark.parametrize("path", ["/", "/nothing", f"/{STYLE}", "/data/2021/scores.json"])
def test_the_policy_is_strict_everywhere(answering, path):
    headers = answering(path)[1]
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; ") and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"


def test_large_files_are_sent_as_they_were_compressed(answering):
    _, headers, body = answering("/data/2021/scores.json", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip" and gzip.decompress(body) == b"1" * 20_000
    assert body == (answering.site.shown / "data/2021/scores.json.gz").read_bytes()
    assert answering("/data/2021/scores.json")[2] == b"1" * 20_000


def test_what_is_no_page_is_not_answered(answering, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (answering.site.shown / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert answering("/link.txt")[0] in (403, 404)
    assert answering("/.kaohe-release")[0] == 404
    assert answering("/manifest.json")[0] == 200
    assert answering("/", method="POST")[0] == 403


def test_the_sample_for_iis_is_well_formed_and_as_strict():
    configuration = ElementTree.parse(ROOT / "docs/web.config").getroot()
    headers = {one.get("name"): one.get("value") for one in configuration.iter("add") if one.get("value")}
    nginx_ = (ROOT / "docs/nginx.conf").read_text()
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert headers[name] in nginx_
    assert {"index.html"} <= {one.get("value") for one in configuration.iter("add")}
