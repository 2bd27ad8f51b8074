"""Faults made for real: after each the visitors see the old release or the new one, and the next run succeeds."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import time

import pytest

from site_builder.model import message
from site_builder.publish import PublishError
from tests.live.sshd import children
from tests.publish.parcels import files_of, parcel
from tests.publish.targets import KINDS, Site, listing
from tests.sites import say

LARGE = {"search/words.js": "x" * 3_000_000}


def mount(*arguments):
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount")
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")


def unmount(*arguments):
    subprocess.run(["umount", *map(str, arguments)], check=True)


@contextlib.contextmanager
def mounted(*arguments):
    mount(*arguments)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(arguments[-1])], check=False, capture_output=True)


def refused(work):
    """Why something was refused, done in a process of its own, as the command is."""

    def run():
        try:
            work()
        except PublishError as error:
            answer.put(say(error.reason))

    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    process = context.Process(target=run)
    process.start()
    said = answer.get(timeout=120)
    process.join()
    return said


@pytest.fixture
def build(tmp_path):
    def built(name, **changes):
        folder = tmp_path / "built" / f"{name}-{time.monotonic_ns()}"
        return parcel(folder, files_of(name, **changes))

    return built


@pytest.fixture
def place(tmp_path):
    """A folder to mount something on, whose path has spaces and Chinese."""
    folder = tmp_path / "挂载 点"
    folder.mkdir()
    return folder


@pytest.fixture
def disk(place):
    """A disk of 2 MB."""
    with mounted("-t", "tmpfs", "-o", "size=2m,mode=755", "none", place):
        yield place


@pytest.fixture(params=[*KINDS, "ssh"])
def kind(request):
    if request.param == "ssh":
        request.getfixturevalue("server")
    return request.param


def site_in(folder, kind):
    return Site(kind, folder / "site", "web" if kind == "ssh" else "")


def is_as_before(site, name):
    return site.read() == files_of(name) and not site.audited() and site.leftovers() == []


# The target


def test_a_target_that_is_full(kind, disk, build):
    site = site_in(disk, kind)
    site.publish(build("one"))
    assert "is full" in refused(lambda: site.publish(build("two", more=LARGE)))
    assert is_as_before(site, "one")
    subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
    site.publish(build("two", more=LARGE))
    assert site.read() == files_of("two", more=LARGE) and site.leftovers() == []


def test_a_target_that_is_full_to_the_last_byte(kind, disk, build):
    site = site_in(disk, kind)
    site.publish(build("one"))
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    refused(lambda: site.publish(build("two")))
    assert site.read() == files_of("one")
    filler.unlink()
    site.publish(build("two"))
    assert is_as_before(site, "two")


def test_a_target_that_is_read_only(kind, disk, build):
    site = site_in(disk, kind)
    site.publish(build("one"))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert "may not be read or written" in refused(lambda: site.publish(build("two")))
    assert site.read() == files_of("one") and not site.audited()
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    site.publish(build("two"))
    assert is_as_before(site, "two")


def test_a_target_that_vanishes_in_the_middle(kind, place, tmp_path, build):
    backing = tmp_path / "backing"
    backing.mkdir()
    mount("--bind", backing, place)
    site = site_in(place, kind)
    site.publish(build("one"))

    def vanish(done, total):
        if done == 1:
            unmount("-l", place)

    assert "still there" in refused(lambda: site.publish(build("two"), vanish))
    assert list(place.iterdir()) == [], "nothing is written where the disk was"
    with mounted("--bind", backing, place):
        assert site.read() == files_of("one")
        site.publish(build("two"))
        assert is_as_before(site, "two")


def test_a_target_whose_rights_are_removed(tmp_path, build):
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    for kind in KINDS:
        site = site_in(tmp_path, kind)
        site.publish(build("one"))
        said = as_nobody(lambda site=site: refused(lambda: site.publish(build("two"))))
        assert "may not be read or written" in said
        assert is_as_before(site, "one")
        shutil.rmtree(site.folder)
        shutil.rmtree(site.control, ignore_errors=True)


def as_nobody(work):
    """What a function gives in a process without any right."""
    context = multiprocessing.get_context("fork")
    answer = context.Queue()

    def run():
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        answer.put(work())

    built = work.__defaults__[0].folder.parent / "built"
    built.chmod(0o777)
    process = context.Process(target=run)
    process.start()
    process.join(30)
    assert process.exitcode == 0
    return answer.get()


def test_a_file_on_the_target_that_cannot_be_read(kind, tmp_path, build):
    """The disk gives an error for one page: it is told, and a further publication brings it anew."""
    site = site_in(tmp_path, kind)
    site.publish(build("one"))
    page = site.shown / "2021/index.html"
    with mounted("--bind", "/proc/1/mem", page):
        assert site.audited().unreadable == ("2021/index.html",)
        if kind != "folder":  # there, it is the disk that would have to move
            site.publish(build("one", more={"new.html": "new"}))
            assert site.read() == files_of("one", more={"new.html": "new"}) and not site.audited()


def test_a_file_of_the_build_that_cannot_be_read(kind, tmp_path, build):
    site = site_in(tmp_path, kind)
    site.publish(build("one"))
    broken = build("two")
    with mounted("--bind", "/proc/1/mem", broken.folder / "2021/index.html"):
        refused(lambda: site.publish(broken))
    assert is_as_before(site, "one")
    site.publish(broken)
    assert is_as_before(site, "two")


def test_a_folder_that_is_a_disk_of_its_own_is_refused(disk, build):
    site = Site("folder", disk)
    assert "a disk is mounted there" in refused(lambda: site.publish(build("one")))
    assert list(disk.iterdir()) == []


# A share


@pytest.fixture
def share(tmp_path_factory):
    """On a real disk: one in memory cannot lock files."""
    return Site("share", tmp_path_factory.mktemp("share") / "共享 文件夹")


def test_a_pointer_that_cannot_be_renamed_is_written_over(share, build):
    share.publish(build("one"))
    pointer = share.folder / "current.js"
    with mounted("--bind", pointer, pointer):
        share.publish(build("two"))
        assert share.read() == files_of("two") and not share.audited()
    assert is_as_before(share, "two")


def test_a_pointer_that_is_locked_leaves_the_old_release(share, build):
    share.publish(build("one"))
    pointer = share.folder / "current.js"
    done = subprocess.run(["chattr", "+i", str(pointer)], capture_output=True)
    if done.returncode:
        pytest.skip("this file system cannot lock files")
    try:
        said = refused(lambda: share.publish(build("two")))
        assert "current.js" in said and share.read() == files_of("one")
        assert share.leftovers() == []
    finally:
        subprocess.run(["chattr", "-i", str(pointer)], check=True)
    share.publish(build("two"))
    assert is_as_before(share, "two")


def test_a_locked_file_of_an_old_release_waits_for_the_next_time(share, build):
    share.keep = 1
    share.publish(build("one"))
    page = share.shown / "index.html"
    if subprocess.run(["chattr", "+i", str(page)], capture_output=True).returncode:
        pytest.skip("this file system cannot lock files")
    try:
        share.publish(build("two"))
        assert share.read() == files_of("two") and page.exists()
    finally:
        subprocess.run(["chattr", "-i", str(page)], check=True)
    share.publish(build("three"))
    assert not page.parent.exists() and is_as_before(share, "three")


# Two publishers


def test_two_publishers_at_once(kind, tmp_path, build):
    """However they meet, one after the other publishes, or is told who does."""
    site = site_in(tmp_path, kind)
    site.publish(build("zero"))
    context = multiprocessing.get_context("fork")
    for round_ in range(5):
        parcels = {name: build(name) for name in ("one", "two", "three")}
        start, answers = context.Barrier(3), context.Queue()

        def work(name, start=start, answers=answers, parcels=parcels):
            start.wait()
            try:
                site.publish(parcels[name])
                answers.put((name, ""))
            except PublishError as error:
                answers.put((name, say(error.reason)))

        processes = [context.Process(target=work, args=(name,)) for name in parcels]
        for process in processes:
            process.start()
        results = dict(answers.get(timeout=60) for _ in processes)
        for process in processes:
            process.join()
        done = [name for name, said in results.items() if not said]
        assert site.read() in [files_of(name) for name in (done or ["zero"])], (round_, results)
        assert all("works on it since" in said for said in results.values() if said), results
        assert not site.audited() and site.leftovers() == []
        site.publish(build("zero"))


def test_a_publisher_at_work_is_named(kind, tmp_path, build):
    site = site_in(tmp_path, kind)
    site.publish(build("one"))
    with site.opened() as place, place.holding("publish"):
        said = refused(lambda: site.publish(build("two")))
    assert f"(process {os.getpid()}) works on it since 20" in said and "publishing" in said
    assert is_as_before(site, "one")


# The way to a server


@pytest.fixture
def far(server, tmp_path):
    return Site("ssh", tmp_path / "site", "web")


def test_a_host_key_that_changed(far, server, build):
    far.publish(build("one"))
    server.new_key()
    assert "another key than before" in refused(lambda: far.publish(build("two")))
    assert far.read() == files_of("one")


def test_a_host_key_that_is_not_known(far, server, build):
    (server.folder / "known").unlink()
    assert "is not known here" in refused(lambda: far.publish(build("one")))
    assert not far.folder.exists()


def test_a_server_that_asks_for_a_password(far, server, build):
    (server.folder / "user.pub").unlink()
    assert "asks for a password that nobody can type" in refused(lambda: far.publish(build("one")))


def test_a_server_that_is_not_there(far, server, build):
    server.stop()
    assert "The connection to web failed" in refused(lambda: far.publish(build("one")))
    server.start()
    far.publish(build("one"))
    assert is_as_before(far, "one")


def test_a_server_whose_name_is_wrong(tmp_path, server, build):
    far = Site("ssh", tmp_path / "site", "no-such-server.invalid")
    assert "no server of this name" in refused(lambda: far.publish(build("one")))


@pytest.mark.parametrize("moment", range(6))
def test_a_connection_that_is_dropped_in_the_middle(moment, far, server, build):
    """At the first file, or a little later: before, while and after the release takes the place of the old one."""
    far.publish(build("one"))

    def drop(done, total):
        if done == 1:
            context = multiprocessing.get_context("fork")
            context.Process(target=lambda: (time.sleep(moment * 0.04), server.drop()), daemon=True).start()

    def work():
        far.publish(build("two"), drop)
        raise PublishError(message("published over another connection"))

    assert "connection" in refused(work)
    assert far.read() in (files_of("one"), files_of("two"))
    far.publish(build("three"))
    assert is_as_before(far, "three")


def test_a_server_that_is_switched_off_in_the_middle(far, server, build):
    far.publish(build("one"))

    def switch_off(done, total):
        if done == 1:
            for process in (*children(server.process.pid), server.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    assert "connection" in refused(lambda: far.publish(build("two"), switch_off))
    assert far.read() == files_of("one")
    server.process.wait()
    server.start()
    far.publish(build("two"))
    assert is_as_before(far, "two")


def test_a_shell_that_talks_before_it_works(far, server, build, monkeypatch):
    """A login that greets everybody is no reason to misunderstand the server."""
    script = server.bin / "ssh"
    script.write_text(script.read_text().replace("exec ", 'echo "Welcome to 127.0.0.1"; exec '))
    if shutil.which("rsync"):
        monkeypatch.setattr("site_builder.publish.server.which", lambda name: None)
    far.publish(build("one"))
    assert far.read() == files_of("one")


def test_nothing_is_left_here(far, build, monkeypatch, tmp_path):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    far.publish(build("one"))
    assert listing(tmp_path / "temporary") == {} and list((tmp_path / "temporary").iterdir()) == []
