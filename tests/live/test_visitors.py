"""Publishers are killed at random moments while visitors read: each visit is whole, and each next run succeeds."""

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from statistics import median

import pytest

from tests.commands.test_publish import Repository
from tests.live.conftest import ROOT, nginx, visiting
from tests.publish.parcels import files_of, parcel
from tests.publish.targets import Site
from tests.trail.repositories import QUIET

PAGES = ("index.html", *(f"2021/departments/d-{number}.html" for number in range(9)), "pages/关于 我们.html")
LOCAL, REMOTE = 200, 20
"""How many publishers are killed."""


@pytest.fixture
def parcels(tmp_path):
    """Releases that differ in every page."""
    names = ("甲", "乙", "丙", "丁")
    return {name: parcel(tmp_path / "built" / name, files_of(name, PAGES, size=3000)) for name in names}


def killed(work, seconds):
    """Do something in a process that is killed after so many seconds; whether it was not done by then."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(seconds)
    over = process.exitcode is not None
    if not over:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    return not over


def timed(work):
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def disturb(site, parcels, times, check=lambda: None):
    """Publish again and again, killed and then done, until publishers were killed at work so many times."""
    names, chance, count, round_ = list(parcels), random.Random(1), 0, 0
    typical = median(timed(lambda name=name: site.publish(parcels[name])) for name in names)
    while count < times:
        doomed, next_ = parcels[names[round_ % 4]], names[(round_ + 1) % 4]
        work = (lambda: site.go_back()) if round_ % 5 == 4 else (lambda doomed=doomed: site.publish(doomed))
        count += killed(work, chance.uniform(0, typical))
        check()
        site.publish(parcels[next_])
        assert site.read() == files_of(next_, PAGES, size=3000)
        round_ += 1


@pytest.mark.parametrize("kind", ["releases", "folder"])
def test_visitors_see_whole_releases_while_publishers_are_killed(kind, tmp_path, parcels):
    site = Site(kind, tmp_path / "网站 根")
    site.publish(parcels["甲"])
    root = site.folder / "current" if kind == "releases" else site.folder
    with nginx(tmp_path / "nginx", root) as port, visiting(port, PAGES) as seen:
        disturb(site, parcels, LOCAL)
    assert seen["wrong"] == []
    assert seen["read"] > LOCAL and seen["releases"] == 4
    assert not site.audited() and site.leftovers() == []


def test_visitors_of_a_server_see_whole_releases(server, tmp_path, parcels):
    site = Site("ssh", tmp_path / "网站 根", "web")
    site.publish(parcels["甲"])
    with nginx(tmp_path / "nginx", site.folder / "current") as port, visiting(port, PAGES) as seen:
        disturb(site, parcels, REMOTE)
    assert seen["wrong"] == []
    assert seen["read"] > REMOTE and seen["releases"] == 4
    assert not site.audited() and site.leftovers() == []


def test_readers_of_a_share_see_whole_releases(tmp_path, parcels):
    site = Site("share", tmp_path / "共享 文件夹")
    site.publish(parcels["甲"])
    known = [files_of(name, PAGES, size=3000) for name in parcels]

    def check():
        assert site.read() in known
        assert all((site.folder / page).is_file() for page in PAGES)

    disturb(site, parcels, LOCAL // 2, check)
    assert not site.audited() and site.leftovers() == []


def test_the_command_itself_can_be_killed(tmp_path):
    """Real processes, killed while they read, build, send or show: the next one succeeds."""
    repository = Repository(tmp_path / "site")
    command = [sys.executable, "-m", "site_builder", "--site", str(repository.folder), "publish", "web", "--yes"]
    environment = {**os.environ, **QUIET, "PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    seconds = timed(lambda: subprocess.run(command, check=True, **quiet))
    site, chance = repository.target("web"), random.Random(2)
    for number in range(10):
        repository.record(f"2021-{number + 10:04}")
        head = repository.commit(f"Record {number}")
        before = site.read()
        process = subprocess.Popen(command, **quiet)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, seconds))
        process.kill()
        process.wait()
        assert site.read() == before or repository.manifest("web")["commit"] == head
        subprocess.run(command, check=True, **quiet)
        assert repository.manifest("web")["commit"] == head and not site.audited()
    assert site.leftovers() == []
    assert {path.name for path in (repository.folder / ".kaohe-cache").iterdir()} >= {"release", "release.lock"}
