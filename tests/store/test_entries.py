"""The store remembers what it was given, and whatever else lies in its place is as if it were not there."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from site_builder.store import LARGEST, Store, cache_folder, entries, key_of, keys, program


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    number: int = 0


KEY, OTHER = key_of(b"one"), key_of(b"other")
NOTE = Note("remembered", 1)


@pytest.fixture(autouse=True)
def account(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "account"))
    return tmp_path / "account/kaohe"


@pytest.fixture
def store(tmp_path):
    """A store with one entry."""
    (tmp_path / "site").mkdir()
    found = Store(tmp_path / "site")
    found.save("trail", KEY, NOTE)
    assert found.load("trail", KEY, Note) == NOTE
    return found


def place(store, key=KEY, kind="trail"):
    return store.site / ".kaohe-cache" / kind / key[:2] / key[2:]


def files(store):
    return sorted(path.name for path in (store.site / ".kaohe-cache").rglob("*") if path.is_file())


def test_a_value_is_known_under_its_kind_and_key_only(store):
    assert store.load("trail", OTHER, Note) is None
    assert store.load("chronicle", KEY, Note) is None
    store.save("trail", KEY, Note("anew"))
    assert store.load("trail", KEY, Note) == Note("anew")
    assert files(store) == sorted([".gitignore", KEY[2:]])


def test_what_older_versions_left_is_removed(store, tmp_path):
    """Of a link the link alone, and nothing that only bears the name."""
    folder, outside = store.site / ".kaohe-cache", tmp_path / "outside"
    outside.write_text("theirs")
    (folder / "trail.json").symlink_to(outside)
    (folder / "chronicle.json").mkdir()
    (folder / "own.json").write_text("{}")
    store.save("trail", OTHER, NOTE)
    assert not (folder / "trail.json").is_symlink()
    (folder / "chronicle.json").rmdir()
    (folder / "chronicle.json").write_text("{}")
    store.save("trail", OTHER, NOTE)
    assert files(store) == sorted([".gitignore", "own.json", KEY[2:], OTHER[2:]])
    assert outside.read_text() == "theirs"


def test_a_key_is_a_digest_and_leads_nowhere_else(store):
    for key in ("", "../../../outside", KEY + "0", KEY.upper()):
        with pytest.raises(ValueError, match="no key"):
            store.load("trail", key, Note)


def test_a_key_says_all_parts_and_their_order():
    parts = [(), (b"",), (b"", b""), (b"a", b"b"), (b"b", b"a"), (b"ab",), (b"ab", b"")]
    assert len({key_of(*one) for one in parts}) == len(parts)
    asked = "from site_builder.store import key_of, program; print(key_of(b'a', program()))"
    said = {
        subprocess.run(
            [sys.executable, "-c", asked], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "12"
    }
    assert said == {f"{key_of(b'a', program())}\n".encode()}, "in every process"


@pytest.mark.parametrize("at", range(0, 100, 7))
def test_one_changed_byte_is_noticed(store, at):
    data = bytearray(place(store).read_bytes())
    data[at % len(data)] ^= 1
    place(store).write_bytes(data)
    assert store.load("trail", KEY, Note) is None
    store.save("trail", KEY, NOTE)
    assert store.load("trail", KEY, Note) == NOTE


@pytest.mark.parametrize("length", [0, 1, 64, 65, 66, -1])
def test_a_truncated_entry_is_ignored(store, length):
    place(store).write_bytes(place(store).read_bytes()[:length])
    assert store.load("trail", KEY, Note) is None


def test_an_entry_under_another_name_or_kind_is_ignored(store):
    for other in (place(store, OTHER), place(store, KEY, "chronicle")):
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_bytes(place(store).read_bytes())
    assert store.load("trail", OTHER, Note) is None and store.load("chronicle", KEY, Note) is None


def test_what_another_account_wrote_is_ignored(store, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "stranger"))
    assert store.load("trail", KEY, Note) is None
    store.save("trail", KEY, Note("mine"))
    assert store.load("trail", KEY, Note) == Note("mine")


@pytest.mark.parametrize("left", [b"", b"short"])
def test_a_key_of_the_account_that_is_not_whole_is_made_anew(store, account, left):
    (account / "key").write_bytes(left)
    assert store.load("trail", KEY, Note) is None
    store.save("trail", KEY, NOTE)
    assert store.load("trail", KEY, Note) == NOTE
    assert (account / "key").stat().st_size == 32 and (account / "key").stat().st_mode & 0o077 == 0


def test_without_a_place_for_the_account_s_key_nothing_is_remembered(store, account, monkeypatch):
    account.parent.rename(account.parent.with_name("away"))
    account.parent.write_text("a file\n", encoding="utf-8")
    store.save("trail", OTHER, NOTE)
    assert store.load("trail", KEY, Note) is None and store.load("trail", OTHER, Note) is None
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert store.load("trail", KEY, Note) is None


def test_a_value_of_another_type_is_ignored(store):
    @dataclass(frozen=True, slots=True)
    class Otherwise:
        text: int

    assert store.load("trail", KEY, Otherwise) is None


def test_a_value_that_cannot_be_written_is_not_remembered(store):
    store.save("trail", KEY, Note("too large", 2**70))
    assert store.load("trail", KEY, Note) == NOTE


def test_a_huge_entry_is_neither_read_nor_written(store, monkeypatch):
    with place(store).open("r+b") as file:
        file.truncate(LARGEST + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it is read"))
    assert store.load("trail", KEY, Note) is None
    monkeypatch.undo()
    monkeypatch.setattr(entries, "LARGEST", 1000)
    store.save("trail", OTHER, Note("x" * 1000))
    assert not place(store, OTHER).exists()


def in_place_of(path, what):
    """Something that is no file of ours in the place of one."""
    aside = path.with_name("aside")
    path.rename(aside)
    if what == "link":
        path.symlink_to(aside.resolve())
    elif what == "dangling link":
        path.symlink_to("nowhere")
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
        (path / "inside").touch()
    else:
        path.write_text("a file\n", encoding="utf-8")
    return aside


@pytest.mark.parametrize("what", ["link", "dangling link", "pipe", "folder"])
def test_what_is_no_file_is_not_read(store, what):
    aside = in_place_of(place(store), what)
    before = aside.read_bytes()
    assert store.load("trail", KEY, Note) is None
    store.save("trail", KEY, Note("anew"))
    assert store.load("trail", KEY, Note) == (None if what == "folder" else Note("anew"))
    assert aside.read_bytes() == before, "nothing is written through a link"
    assert not [name for name in files(store) if "." in name[1:]], "nothing is left beside"


@pytest.mark.parametrize("what", ["link", "dangling link", "pipe", "file"])
@pytest.mark.parametrize("above", [0, 1, 2], ids=["folder of the digest", "folder of the kind", "cache"])
def test_what_is_no_folder_is_not_entered(store, what, above):
    aside = in_place_of(place(store).parents[above], what)
    before = sorted(aside.rglob("*"))
    store.save("trail", KEY, Note("anew"))
    store.save("trail", OTHER, Note("anew"))
    assert store.load("trail", KEY, Note) is None
    assert sorted(aside.rglob("*")) == before


def test_the_cache_is_no_change_of_the_site_and_nothing_is_written_through_a_link(store, tmp_path):
    ignored = store.site / ".kaohe-cache/.gitignore"
    assert ignored.read_text(encoding="ascii") == "*\n"
    (tmp_path / "precious").write_text("precious\n", encoding="ascii")
    ignored.unlink()
    ignored.symlink_to(tmp_path / "precious")
    cache_folder(store.site)
    assert (tmp_path / "precious").read_text(encoding="ascii") == "precious\n"


@contextmanager
def somebody():
    """Files belong to somebody who is not root, as far as this process can."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_written_is_still_read(monkeypatch):
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        monkeypatch.setenv("XDG_CACHE_HOME", f"{name}/account")
        with somebody():
            site = Path(name) / "site"
            site.mkdir()
            store = Store(site)
            store.save("trail", KEY, NOTE)
            folders = [site, *(path for path in site.rglob("*") if path.is_dir())]
            for folder in folders:
                folder.chmod(0o555)
            try:
                before = files(store)
                store.save("trail", KEY, Note("anew"))
                store.save("trail", OTHER, Note("anew"))
                store.save("chronicle", KEY, Note("anew"))
                assert files(store) == before and store.load("trail", KEY, Note) == NOTE
                place(store).parent.chmod(0o000)
                assert store.load("trail", KEY, Note) is None
            finally:
                for folder in folders:
                    folder.chmod(0o755)


def test_there_is_no_folder_of_the_site(tmp_path):
    store = Store(tmp_path / "nowhere")
    store.save("trail", KEY, NOTE)
    assert store.load("trail", KEY, Note) is None and not store.site.exists()


def ages(store):
    """The entries that are there, newest first: each was saved a second after the one before."""
    for number in range(12):
        key = key_of(b"%d" % number)
        store.save("trail", key, Note("old", number))
        os.utime(place(store, key), (number, number))
    return [number for number in range(12) if store.load("trail", key_of(b"%d" % number), Note)]


def test_the_newest_of_a_kind_stay(store):
    place(store).unlink()
    store.save("chronicle", KEY, NOTE)
    assert ages(store) == [*range(4, 12)]
    assert store.load("chronicle", KEY, Note) == NOTE, "each kind has its own"


def test_the_entries_of_a_kind_have_a_size_and_the_newest_stays(store, monkeypatch):
    store.save("trail", KEY, Note("old", 1))
    monkeypatch.setattr(entries, "_MOST_BYTES", 3 * place(store).stat().st_size)
    place(store).unlink()
    assert ages(store) == [9, 10, 11]
    monkeypatch.setattr(entries, "_MOST_BYTES", 1)
    assert ages(store) == [11]


def test_what_a_killed_process_left_goes_with_time_and_other_files_stay(store):
    folder = place(store).parent
    left, foreign = folder / f"{KEY[2:]}.{'0' * 16}", folder / "notes.txt"
    for path in (left, foreign):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    ages(store)
    assert not left.exists() and foreign.exists()


def _write(site, number):
    store = Store(site)
    for turn in range(60):
        store.save("trail", KEY, Note(str(number) * 20_000, number))
        store.save("trail", key_of(b"%d %d" % (number, turn)), NOTE)
        found = store.load("trail", KEY, Note)
        if found is not None and found.text != str(found.number) * 20_000:
            raise AssertionError("two values in one")


def test_two_that_write_at_once_do_not_harm_each_other(store):
    context = get_context("spawn")
    writers = [context.Process(target=_write, args=(store.site, number)) for number in range(2)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    assert [one.exitcode for one in writers] == [0, 0]
    store.save("trail", KEY, NOTE)
    assert store.load("trail", KEY, Note) == NOTE
    assert not [name for name in files(store) if "." in name[1:]], "nothing is left beside"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A program of a few files in the place of ours."""
    for name in ("package/room/module.py", "package/front.py", "themes/campus/static/site.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="ascii")
    monkeypatch.setattr(keys, "_PACKAGE", tmp_path / "package")
    monkeypatch.setattr(keys, "BUNDLED", tmp_path / "themes")
    return tmp_path


def test_every_file_of_the_program_and_its_themes_makes_another_program(package):
    digest = program.__wrapped__
    seen = [digest()]
    assert digest() == seen[0]
    for path in [path for path in package.rglob("*") if path.suffix in (".py", ".css")]:
        path.write_text("changed", encoding="ascii")
        seen.append(digest())
    (package / "package/front.py").rename(package / "package/room/front.py")
    seen.append(digest())
    (package / "package/new.py").symlink_to("nowhere")
    seen.append(digest())
    assert len(set(seen)) == len(seen)
    (package / "package/__pycache__").mkdir()
    (package / "package/__pycache__/front.cpython.pyc").write_bytes(b"compiled")
    assert digest() == seen[-1]


def test_another_library_or_python_makes_another_program(package, monkeypatch):
    digest = program.__wrapped__
    seen = [digest()]
    monkeypatch.setattr(keys, "libraries", lambda _: ("jinja2-99.dist-info",))
    seen.append(digest())
    monkeypatch.setattr(sys, "version_info", (3, 99))
    seen.append(digest())
    assert len(set(seen)) == 3


def test_the_libraries_are_known_with_their_versions(tmp_path):
    names = {name.lower().partition("-")[0] for name in keys.libraries(tuple(sys.path))}
    assert names == {"jinja2", "markdown", "markupsafe", "msgspec", "nh3", "polib", "pyyaml"}
    for name in ("PyYAML-6.0.egg-info", "markdown_it_py-4.0.dist-info", "Jinja2-3.1.dist-info", "jinja2"):
        (tmp_path / name).mkdir()
    assert keys.libraries((str(tmp_path), str(tmp_path / "nowhere"))) == ("Jinja2-3.1.dist-info", "PyYAML-6.0.egg-info")
