"""The page for what is not there, as an nginx answers with it at any depth, and as it is opened as a file."""

import http.client
import re
from urllib.parse import urljoin

import pytest

from site_builder.assessment import assess
from site_builder.render import write_site
from site_builder.sources import read_site
from tests.live.conftest import nginx
from tests.sites import incident, site

ADDRESSES = ("nothing.html", "2021/incidents/2021-9999.html", "a/b/c/d/e/f.html", "2021/nothing/", "en/nothing.html")


def built(folder, url=""):
    """A small site in two languages."""
    settings = f"title: Assessment\nlanguage: zh_CN\ntranslations: [en]\n{url}"
    assessment, problems = assess(read_site(site({"2021-0001": incident()}, files={"content/site.yaml": settings})))
    assert assessment is not None, problems
    write_site(assessment, folder.parent, folder, jobs=1)
    return folder


def answer(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    found = connection.getresponse()
    return found.status, found.headers["Content-Type"], found.read().decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("below", "url"),
    [
        ("", ""),
        ("", "url: http://kaohe.example/\n"),
        ("/assessment", "url: http://kaohe.example/assessment/\n"),
        ("/a/b", "url: http://kaohe.example/a/b\n"),
    ],
)
def test_it_works_at_every_depth(below, url, tmp_path):
    (tmp_path / f"root{below}").parent.mkdir(parents=True, exist_ok=True)
    built(tmp_path / f"root{below}", url)
    with nginx(tmp_path / "nginx", tmp_path / "root", below) as port:
        home = answer(port, f"{below}/index.html")
        for path in ADDRESSES:
            status, _, page = answer(port, f"{below}/{path}")
            assert status == 404 and "没有这个页面" in page, path
            here = f"{below}/{path}"
            (style,) = re.findall('rel="stylesheet" href="([^"]+)"', page)
            assert answer(port, urljoin(here, style))[:2] == (200, "text/css; charset=utf-8")
            (button,) = re.findall('class="button" href="([^"]+)"', page)
            assert urljoin(here, button) == f"{below}/index.html" and home[0] == 200
            for link in re.findall('href="([^"#]+)"', page):
                assert answer(port, urljoin(here, link))[0] == 200, link
        status, _, other = answer(port, f"{below}/en/404.html")
        (button,) = re.findall('class="button" href="([^"]+)"', other)
        assert status == 200 and urljoin(f"{below}/en/404.html", button) == f"{below}/en/index.html"
