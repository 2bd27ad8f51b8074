"""A ZIP: the same bytes from the same build, whole or not at all."""

import os
import zipfile

import pytest

from site_builder.model import Target, TargetKind
from site_builder.publish import PublishError, opened
from tests.publish.parcels import again, files_of, parcel
from tests.publish.targets import listing
from tests.sites import say


def silent(done, total):
    pass


def place(file):
    return opened(Target("z", TargetKind.ZIP, str(file)), file.parent, False, "en", "")


def write(file, built):
    with place(file) as archive, archive.holding("publish") as hold:
        archive.publish(hold, built, archive.look(), 5, silent)


def build(tmp_path, name, where="built"):
    return parcel(tmp_path / where / name, files_of(name))


def test_two_builds_in_two_places_give_the_same_bytes(tmp_path):
    first, second = build(tmp_path, "one", "here"), build(tmp_path, "one", "那里")
    for path in second.folder.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    os.umask(os.umask(0o077))
    write(tmp_path / "a.zip", first)
    write(tmp_path / "b.zip", second)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == sorted(names) and {*names} == {*first.manifest.files, "manifest.json"}
        assert {(one.date_time, one.external_attr, one.compress_type) for one in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, zipfile.ZIP_STORED)
        }
        archive.extractall(tmp_path / "unpacked")
    assert listing(tmp_path / "unpacked") == listing(first.folder)


def test_it_can_be_compressed(tmp_path):
    built = parcel(tmp_path / "large", files_of("one", size=20_000))
    write(tmp_path / "a.zip", built)
    write(tmp_path / "b.zip", again(built, compress=True))
    assert (tmp_path / "b.zip").stat().st_size < (tmp_path / "a.zip").stat().st_size / 5
    with place(tmp_path / "b.zip") as archive:
        assert not archive.audited(archive.look())


def test_a_second_one_replaces_the_first_and_says_what_it_held(tmp_path):
    write(tmp_path / "a.zip", build(tmp_path, "one"))
    with place(tmp_path / "a.zip") as archive:
        now = archive.look()
        assert now.manifest == build(tmp_path, "one", "x").manifest and archive.is_whole(now)
        assert archive.read(now, ["index.html", "nothing"]) == {"index.html": files_of("one")["index.html"].encode()}
    write(tmp_path / "a.zip", again(build(tmp_path, "two"), signature=b"signed"))
    with place(tmp_path / "a.zip") as archive:
        assert archive.look().signature == b"signed" and not archive.audited(archive.look())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "built", "x"]


@pytest.mark.parametrize("kind", ["text", "folder", "link", "other"])
def test_what_is_no_zip_of_kaohe_is_left_alone(tmp_path, kind):
    file = tmp_path / "a.zip"
    if kind == "text":
        file.write_text("mine")
    elif kind == "folder":
        file.mkdir()
    elif kind == "link":
        write(tmp_path / "b.zip", build(tmp_path, "one"))
        file.symlink_to("b.zip")
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("index.html", "mine")
    before = listing(tmp_path)
    with pytest.raises(PublishError) as refused:
        write(file, parcel(tmp_path.parent / f"{tmp_path.name}-{kind}", files_of("two")))
    assert "no site of Kaohe" in say(refused.value.reason) and listing(tmp_path) == before


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "cut", "twice"])
def test_what_was_done_to_it_is_told(tmp_path, damage):
    built = build(tmp_path, "one")
    write(tmp_path / "a.zip", built)
    data = listing(built.folder)
    if damage == "changed":
        data["index.html"] = b"tampered"
    if damage == "missing":
        del data["index.html"]
    if damage == "added":
        data["more.html"] = b"foreign"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path, content in data.items():
            archive.writestr(path, content)
        if damage == "twice":
            with pytest.warns(UserWarning):
                archive.writestr("index.html", b"tampered")
    if damage == "cut":
        content = (tmp_path / "a.zip").read_bytes()
        at = content.index(files_of("one")["index.html"].encode())
        (tmp_path / "a.zip").write_bytes(content[:at] + b"X" + content[at + 1 :])
    with place(tmp_path / "a.zip") as archive:
        found = archive.audited(archive.look())
    told = {
        "changed": found.changed,
        "missing": found.missing,
        "added": found.added,
        "cut": found.unreadable,
        "twice": found.unreadable,
    }
    assert found and ("index.html" if damage != "added" else "more.html") in told[damage]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(PublishError) as refused:
        write(tmp_path / "no" / "a.zip", build(tmp_path, "one"))
    assert str(tmp_path / "no") in say(refused.value.reason)
