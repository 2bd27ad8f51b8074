"""A real Chromium, and the demonstration site over http and from its folder."""

import functools
import http.server
import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright

from tests.publication.conftest import kaohe

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SETTLED = """quiet => new Promise(done => {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => requestAnimationFrame(() => done()), quiet);
  };
  new MutationObserver(again).observe(document,
    { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("scroll", again, true);
  addEventListener("load", again);
  again();
})"""
HOSTILE = "</script><img src=x onerror=document.title='broken'>{{7*7}}"


def settled(page, quiet=250):
    """Wait until nothing on a page has changed or moved for so many milliseconds of its own clock."""
    page.evaluate(SETTLED, quiet)


def follow(page, link):
    """Follow the first such link, and wait until the whole page has come to which it leads."""
    with page.expect_navigation():
        link.first.click()


@pytest.fixture(scope="session")
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "these tests drive a real Chromium: install the package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """This repository's site."""
    folder = tmp_path_factory.mktemp("site") / "output"
    assert kaohe("build", "-o", folder).returncode == 0
    return folder


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A site with hostile text in names, rules and records."""
    folder = tmp_path_factory.mktemp("hostile")
    assert kaohe("init", folder, "--year", "2021").returncode == 0
    departments = folder / "content/departments.yaml"
    text = departments.read_text(encoding="utf-8")
    name = HOSTILE.replace("'", "''")
    departments.write_text(text.replace("name: ", f"name: '{name}' #", 1), encoding="utf-8")
    record = folder / "incidents/2021/2021-0001.md"
    record.write_text(record.read_text(encoding="utf-8") + f"\n{HOSTILE} 敌意文字\n", encoding="utf-8")
    built = kaohe("build", "-o", folder / "output", folder=folder)
    assert built.returncode == 0, built.stderr
    return folder / "output"


@pytest.fixture(scope="session")
def served(site):
    """The address of the site over http."""
    handler = functools.partial(Quiet, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(params=["http", "file"])
def address(request, site):
    """The site's address: served, and from the folder."""
    return request.getfixturevalue("served") if request.param == "http" else site.as_uri()


@pytest.fixture
def page(chromium):
    """A page that may say nothing on its console and load nothing from elsewhere."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert not complaints
