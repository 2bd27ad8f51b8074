"""A share, as its readers open it: permanent addresses lead to the same place in the published release."""

import functools
import http.server
import threading

import pytest

from site_builder.exports import read_manifest
from site_builder.publish import Parcel
from tests.browser.conftest import Quiet
from tests.publish.targets import Site

PAGE = "2021/departments/law.html"


@pytest.fixture(scope="module")
def shared(site, tmp_path_factory):
    """This repository's site on a share whose path has spaces and Chinese, published twice."""
    share = Site("share", tmp_path_factory.mktemp("share") / "共享 文件夹 #1")
    data = (site / "manifest.json").read_bytes()
    manifest = read_manifest(data)
    share.publish(Parcel(site, manifest, data.replace(b'"draft"', b'"before"')))
    share.publish(Parcel(site, manifest, data))
    return share


@pytest.fixture(scope="module")
def served_share(shared):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=shared.folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(params=["http", "file"])
def place(request, shared):
    """The share's address: served, and from the folder."""
    return request.getfixturevalue("served_share") if request.param == "http" else shared.folder.as_uri()


@pytest.mark.parametrize("path", ["index.html", PAGE, "pages/about.html"])
def test_a_permanent_address_leads_to_the_same_page_of_the_release(page, place, shared, path):
    page.goto(f"{place}/{path}")
    page.wait_for_url(f"**/releases/{shared.shown.name}/{path}")
    assert page.locator("main").count() == 1


def test_what_was_asked_for_comes_along(page, place, shared):
    page.goto(f"{place}/{PAGE}?from=mail#main")
    page.wait_for_url(lambda url: url.endswith(f"/releases/{shared.shown.name}/{PAGE}?from=mail#main"))


def test_going_back_leaves_the_site(page, place):
    page.goto(f"{place}/pages/about.html")
    page.wait_for_url("**/releases/**")
    page.goto(f"{place}/{PAGE}")
    page.wait_for_url(f"**/releases/**/{PAGE}")
    page.go_back()
    page.wait_for_url("**/releases/**/pages/about.html")


def test_links_stay_in_the_release(page, place, shared):
    page.goto(f"{place}/{PAGE}")
    page.wait_for_url("**/releases/**")
    page.locator("header a").first.click()
    page.wait_for_url(f"**/releases/{shared.shown.name}/**")


def test_without_scripts_there_is_a_way(chromium, place, shared):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place}/{PAGE}")
    page.locator("a").click()
    page.wait_for_url(f"**/releases/{shared.shown.name}/index.html")
    assert page.locator("main").count() == 1
    context.close()


def test_going_back_to_a_release_changes_where_addresses_lead(page, place, shared):
    shared.go_back()
    page.goto(f"{place}/{PAGE}")
    page.wait_for_url(f"**/releases/000001-*/{PAGE}")
    shared.go_back(2)
