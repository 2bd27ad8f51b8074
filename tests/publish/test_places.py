"""Every kind of target: publish, publish again, go back; whole or not at all, and nothing of others is touched."""

import gzip
import json
import multiprocessing
import os

import pytest

from site_builder.publish import PublishError
from site_builder.publish.disk import LocalDisk
from tests.publish.parcels import PAGES, again, files_of, parcel
from tests.publish.targets import KINDS, Site, listing
from tests.sites import say


@pytest.fixture(params=KINDS)
def site(request, tmp_path):
    return Site(request.param, tmp_path / "目标 文件夹")


def build(tmp_path, name, **changes):
    return parcel(tmp_path / "built" / name, files_of(name, **changes))


def test_a_first_release_is_shown_whole(site, tmp_path):
    assert site.look().current is None
    site.publish(build(tmp_path, "one"))
    assert site.read() == files_of("one")
    assert site.look().current.id.startswith("000001-")
    assert not site.audited() and site.leftovers() == []


def test_a_second_release_takes_its_place_and_keeps_what_is_the_same(site, tmp_path):
    site.publish(build(tmp_path, "one", more={"data/same.json": "{}"}))
    before = (site.shown / "data/same.json").stat().st_ino
    site.publish(build(tmp_path, "two", more={"data/same.json": "{}"}))
    assert site.read() == files_of("two", more={"data/same.json": "{}"})
    assert (site.shown / "data/same.json").stat().st_ino == before, "unchanged files are linked, not sent"
    assert [one.number for one in site.look().releases] == [2, 1]
    assert not site.audited() and site.leftovers() == []


def test_going_back_and_forth(site, tmp_path):
    for name in ("one", "two", "three"):
        site.publish(build(tmp_path, name))
    site.go_back()
    assert site.read() == files_of("two") and site.look().current.number == 2
    site.go_back()
    assert site.read() == files_of("one") and not site.audited()
    site.go_back(3)
    assert site.read() == files_of("three") and not site.audited()
    site.go_back(1)
    site.publish(build(tmp_path, "four"))
    assert site.look().current.number == 4
    site.go_back()
    assert site.read() == files_of("one"), "the one that four took the place of"
    assert site.leftovers() == []


def test_assets_of_the_release_before_stay_for_pages_that_are_open(site, tmp_path):
    site.publish(build(tmp_path, "one"))
    style = next(path for path in files_of("one") if path.endswith(".css"))
    site.publish(build(tmp_path, "two"))
    assert (site.shown / style).read_text() == files_of("one")[style]
    findings = site.audited()
    assert not findings and style in findings.carried
    site.go_back()
    other = next(path for path in files_of("two") if path.endswith(".css"))
    assert (site.shown / other).is_file() and not site.audited()


def test_assets_go_when_their_release_goes(tmp_path, site):
    site.keep = 2
    for number in range(6):
        site.publish(build(tmp_path, f"r{number}"))
    assert len(list((site.shown / "static").iterdir())) == 2 * 3, "its own, and those of two releases before"
    assert [one.number for one in site.look().releases] == [6, 5]
    assert not site.audited() and site.leftovers() == []


def test_the_release_to_go_back_to_is_kept(site, tmp_path):
    site.keep = 2
    for name in ("one", "two", "three"):
        site.publish(build(tmp_path, name))
    site.go_back()
    site.publish(build(tmp_path, "four"))
    assert [one.number for one in site.look().releases] == [4, 2]


def test_the_same_bytes_again_make_a_release_only_where_something_is_wrong(site, tmp_path):
    built = build(tmp_path, "one")
    site.publish(built)
    with site.opened() as place:
        assert place.is_whole(place.look())
    (site.shown / "index.html").write_text("tampered")
    with site.opened() as place:
        assert not place.is_whole(place.look())
    site.publish(built)
    assert site.read() == files_of("one") and not site.audited()


def test_a_damaged_release_is_not_gone_back_to(site, tmp_path):
    site.publish(build(tmp_path, "one"))
    site.publish(build(tmp_path, "two"))
    releases = (site.control if site.kind == "folder" else site.folder) / "releases"
    old = next(path for path in releases.iterdir() if path.name.startswith("000001"))
    (old / "index.html").unlink()
    (old / "index.html").write_text("tampered")
    with pytest.raises(PublishError) as refused:
        site.go_back()
    assert "index.html" in say(refused.value.reason)
    assert site.read() == files_of("two") and not site.audited()


def test_a_page_that_becomes_a_folder(site, tmp_path):
    site.publish(build(tmp_path, "one", more={"a/b": "file"}))
    site.publish(build(tmp_path, "two", more={"a/b/c.html": "page"}))
    assert site.read()["a/b/c.html"] == "page"
    site.go_back()
    assert site.read()["a/b"] == "file"


@pytest.mark.parametrize("kind", ["folder", "releases"])
def test_compressed_files_lie_beside_large_ones(kind, tmp_path):
    site = Site(kind, tmp_path / "target", compress=True)
    site.publish(again(build(tmp_path, "one", size=20_000, more={"data/all.json": "1" * 20_000}), compress=True))
    pages = {f"{page}.gz" for page in PAGES}
    assert {path for path in listing(site.shown) if path.endswith(".gz")} == {*pages, "data/all.json.gz"}
    assert (
        gzip.decompress((site.shown / "index.html.gz").read_bytes()).decode()
        == files_of("one", size=20_000)["index.html"]
    )
    assert not site.audited()
    before = (site.shown / "data/all.json.gz").stat().st_ino
    site.publish(again(build(tmp_path, "two", size=20_000, more={"data/all.json": "1" * 20_000}), compress=True))
    assert (site.shown / "data/all.json.gz").stat().st_ino == before and not site.audited()
    (site.shown / "index.html.gz").write_bytes(gzip.compress(b"tampered"))
    assert site.audited().changed == ("index.html.gz",)
    site.go_back()
    assert not site.audited()
    site.publish(build(tmp_path, "three"))
    assert not [path for path in listing(site.shown) if path.endswith(".gz")]


# What is not Kaohe's


def test_what_is_no_site_of_kaohe_is_left_alone(site, tmp_path):
    site.folder.mkdir()
    (site.folder / "letter.txt").write_text("mine")
    for attempt in (site.look, lambda: site.publish(build(tmp_path, "one"))):
        with pytest.raises(PublishError) as refused:
            attempt()
        assert "no site of Kaohe" in say(refused.value.reason)
    assert listing(site.folder) == {"letter.txt": b"mine"}
    assert not site.control.exists()


def test_an_empty_folder_is_fine(site, tmp_path):
    site.folder.mkdir()
    site.publish(build(tmp_path, "one"))
    assert site.read() == files_of("one")


def test_a_folder_around_the_target_is_not_made(site, tmp_path):
    far = Site(site.kind, tmp_path / "no" / "such" / "folder")
    with pytest.raises(PublishError):
        far.publish(build(tmp_path, "one"))
    assert not (tmp_path / "no").exists()


def test_foreign_files_stay_and_are_told(site, tmp_path):
    site.publish(build(tmp_path, "one"))
    (site.shown / "robots.txt").write_text("mine")
    (site.shown / "own").mkdir()
    (site.shown / "own/letter 信.txt").write_text("mine too")
    first = site.shown
    assert site.audited().added == ("own/letter 信.txt", "robots.txt")
    site.keep = 1
    for name in ("two", "three"):
        site.publish(build(tmp_path, name))
    found = (site.shown if site.kind == "folder" else first) / "own/letter 信.txt"
    assert found.read_text() == "mine too"
    assert site.audited().added == (("own/letter 信.txt", "robots.txt") if site.kind == "folder" else ())
    assert site.read() == files_of("three")


def test_files_of_the_server_that_are_allowed_come_along(site, tmp_path):
    site.allowed, site.keep = ("web.config", ".well-known/本站 security.txt"), 1
    site.publish(build(tmp_path, "one"))
    (site.shown / "web.config").write_text("mine")
    (site.shown / ".well-known").mkdir()
    (site.shown / ".well-known/本站 security.txt").write_text("mine too")
    assert not site.audited()
    for name in ("two", "three"):
        site.publish(build(tmp_path, name))
        assert (site.shown / "web.config").read_text() == "mine" and not site.audited()
    site.keep = 5
    site.publish(build(tmp_path, "four"))
    (site.shown / "web.config").write_text("changed")
    site.go_back()
    assert (site.shown / "web.config").read_text() == "changed" and not site.audited()
    assert (site.shown / ".well-known/本站 security.txt").read_text() == "mine too"
    assert site.read() == files_of("three") and site.leftovers() == []


def test_rights_that_no_page_needs_are_told(site, tmp_path):
    site.publish(build(tmp_path, "one"))
    assert not site.audited()
    (site.shown / "index.html").chmod(0o646)
    (site.shown / "pages/关于 我们.html").chmod(0o654)
    found = site.audited()
    expected = ((), ()) if site.kind == "share" else (("index.html",), ("pages/关于 我们.html",))
    assert (found.writable, found.executable) == expected and bool(found) == (site.kind != "share")


def test_foreign_files_of_a_folder_come_along_when_going_back(tmp_path):
    site = Site("folder", tmp_path / "target")
    site.publish(build(tmp_path, "one"))
    site.publish(build(tmp_path, "two"))
    (site.folder / "web.config").write_text("mine")
    site.go_back()
    assert (site.folder / "web.config").read_text() == "mine" and site.read() == files_of("one")
    assert list(site.control.rglob("web.config")) == [], "it lies in one place"


def test_a_foreign_file_in_the_way_stops_a_folder(tmp_path):
    site = Site("folder", tmp_path / "target")
    site.publish(build(tmp_path, "one"))
    (site.folder / "news.html").write_text("mine")
    for more in ({"news.html": "ours"}, {"news.html/inner.html": "ours"}):
        with pytest.raises(PublishError) as refused:
            site.publish(parcel(tmp_path / f"b{len(listing(tmp_path))}", files_of("two", more=more)))
        assert "news.html" in say(refused.value.reason)
        assert site.read() == files_of("one") and (site.folder / "news.html").read_text() == "mine"
        assert site.leftovers() == []


def test_a_foreign_page_in_the_way_stops_a_share(tmp_path):
    site = Site("share", tmp_path / "target")
    site.publish(build(tmp_path, "one"))
    (site.folder / "news.html").write_text("mine")
    assert site.audited().added == ("news.html",)
    with pytest.raises(PublishError) as refused:
        site.publish(build(tmp_path, "two", more={"news.html": "ours"}))
    assert "news.html" in say(refused.value.reason)
    assert site.read() == files_of("one") and (site.folder / "news.html").read_text() == "mine"


def test_a_folder_that_was_only_built_is_taken_over(tmp_path):
    site = Site("folder", tmp_path / "target")
    parcel(site.folder, files_of("built"))
    assert site.look().current.number == 0 and not site.audited()
    site.publish(build(tmp_path, "one"))
    assert site.read() == files_of("one") and site.look().current.number == 1
    site.go_back()
    assert site.read() == files_of("built") and not site.audited()


# Where folders cannot be exchanged


@pytest.mark.parametrize("step", range(5))
def test_a_publisher_killed_while_folders_are_renamed_is_finished_or_undone(step, tmp_path, monkeypatch):
    """The folder is renamed in three steps; the process ends at one of them, or before, or afterwards."""
    site = Site("folder", tmp_path / "target")
    monkeypatch.setattr("site_builder.publish.disk.exchanged", lambda one, other: False)
    site.publish(build(tmp_path, "one"))
    second, left = build(tmp_path, "two"), [step]
    rename = LocalDisk.rename

    def counted(self, old, new):
        if left[0] == 0:
            os._exit(1)
        left[0] -= 1
        rename(self, old, new)

    child = multiprocessing.get_context("fork").Process(
        target=lambda: (monkeypatch.setattr(LocalDisk, "rename", counted), site.publish(second))
    )
    child.start()
    child.join()
    assert child.exitcode == (1 if step < 4 else 0)
    assert site.read() in ({}, files_of("one"), files_of("two"))
    site.publish(build(tmp_path, "three"))
    assert site.read() == files_of("three") and not site.audited() and site.leftovers() == []
    site.go_back()
    assert site.read() == (files_of("one") if step < 2 else files_of("two")) and site.leftovers() == []


# Links


@pytest.fixture
def outside(tmp_path):
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "index.html").write_text("not ours")
    return folder


def test_a_link_out_of_the_target_is_neither_followed_nor_deleted_through(site, tmp_path, outside):
    site.publish(build(tmp_path, "one"))
    (site.shown / "elsewhere").symlink_to(outside)
    assert site.audited().added == ("elsewhere",)
    site.keep = 1
    for name in ("two", "three"):
        site.publish(build(tmp_path, name))
    assert listing(outside) == {"index.html": b"not ours"}
    assert site.read() == files_of("three")
    if site.kind == "folder":
        assert (site.folder / "elsewhere").readlink() == outside


def test_a_link_in_the_place_of_a_page(site, tmp_path, outside):
    site.publish(build(tmp_path, "one"))
    (site.shown / "index.html").unlink()
    (site.shown / "index.html").symlink_to(outside / "index.html")
    assert site.audited().unreadable == ("index.html",)
    site.keep = 1
    for name in ("two", "three"):
        site.publish(build(tmp_path, name))
    assert site.read() == files_of("three") and not site.audited()
    assert listing(outside) == {"index.html": b"not ours"}


def test_a_link_in_the_place_of_a_folder(site, tmp_path, outside):
    site.publish(build(tmp_path, "one"))
    inner = site.shown / "2021"
    inner.rename(tmp_path / "moved")
    inner.symlink_to(outside)
    findings = site.audited()
    assert findings.added == ("2021",) and "2021/index.html" in findings.missing
    if site.kind == "folder":
        with pytest.raises(PublishError):
            site.publish(build(tmp_path, "two"))
    else:
        site.publish(build(tmp_path, "two"))
        assert site.read() == files_of("two") and not site.audited()
    assert listing(outside) == {"index.html": b"not ours"}


@pytest.mark.parametrize("name", ["releases", ".kaohe", "current"])
def test_a_link_in_the_place_of_what_publishers_need(name, tmp_path, outside):
    site = Site("releases", tmp_path / "target")
    site.publish(build(tmp_path, "one"))
    (site.folder / name).rename(tmp_path / "moved")
    (site.folder / name).symlink_to(outside)
    with pytest.raises(PublishError) as refused:
        site.publish(build(tmp_path, "two"))
    assert "leads elsewhere" in say(refused.value.reason)
    assert listing(outside) == {"index.html": b"not ours"}


# What others wrote into the target


def test_a_manifest_that_leads_out_of_the_target_is_not_believed(site, tmp_path, outside):
    site.publish(build(tmp_path, "one"))
    path = site.shown / "manifest.json"
    value = json.loads(path.read_text())
    value["files"]["../../outside/index.html"] = next(iter(value["files"].values()))
    path.unlink()
    path.write_text(json.dumps(value))
    now = site.look()
    assert now.current is not None and now.manifest is None
    site.keep = 1
    for name in ("two", "three"):
        site.publish(build(tmp_path, name))
    assert listing(outside) == {"index.html": b"not ours"}
    assert site.read() == files_of("three")


@pytest.mark.parametrize("wrong", [b"", b"[]", b'{"id": "../../x"}', b"\xff", b"[" * 100_000])
def test_a_marker_that_cannot_be_read(site, tmp_path, wrong):
    site.publish(build(tmp_path, "one"))
    (site.shown / ".kaohe-release").unlink()
    (site.shown / ".kaohe-release").write_bytes(wrong)
    assert site.read() == files_of("one")
    site.publish(build(tmp_path, "two"))
    assert site.read() == files_of("two") and not site.audited()


def test_an_asset_that_is_not_what_its_name_says(site, tmp_path):
    site.publish(build(tmp_path, "one"))
    style = next(path for path in files_of("one") if path.endswith(".css"))
    site.publish(build(tmp_path, "two"))
    (site.shown / style).unlink()
    (site.shown / style).write_text("tampered")
    assert site.audited().changed == (style,)
    site.publish(build(tmp_path, "three"))
    assert not site.audited()


def test_paths_in_all_shapes(site, tmp_path):
    odd = {
        "a b/c'd.html": "1",
        'q"uote.html': "2",
        "中文/页 面.html": "3",
        "-n": "4",
        "$(id)`id`.html": "5",
        "#?%41.html": "6",
    }
    site.publish(build(tmp_path, "one", more=odd))
    assert site.read() == files_of("one", more=odd) and not site.audited()
    site.publish(build(tmp_path, "two", more={**odd, "-n": "changed"}))
    assert site.read()["-n"] == "changed" and not site.audited()
