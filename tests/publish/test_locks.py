"""A lock on a target: who holds it is told, and what is abandoned is taken over, finished or undone."""

import json
import os
import time
from dataclasses import asdict, replace

import pytest

from site_builder.publish import PublishError
from site_builder.publish.lock import LIMIT, holder
from tests.publish.parcels import files_of, parcel
from tests.publish.targets import KINDS, Site
from tests.sites import say

OTHER = replace(holder(), user="anna", host="office-3", machine="x", boot="y", since="2021-04-01T09:00:00+08:00")


@pytest.fixture(params=KINDS)
def site(request, tmp_path):
    found = Site(request.param, tmp_path / "target")
    found.publish(parcel(tmp_path / "one", files_of("one")))
    return found


def lay(site, who, age=0, name="0123abcd-77-0123abcd"):
    """A lock that somebody else left."""
    path = site.control / "locks" / name
    path.write_text(who if isinstance(who, str) else json.dumps(asdict(who)))
    moment = time.time() - age * 60
    os.utime(path, (moment, moment))
    return path


def publish(site, tmp_path):
    site.publish(parcel(tmp_path / f"two-{time.monotonic_ns()}", files_of("two")))


def is_refused(site, tmp_path):
    with pytest.raises(PublishError) as refused:
        publish(site, tmp_path)
    assert site.read() == files_of("one")
    return say(refused.value.reason)


def test_a_lock_of_another_computer_is_respected_and_told(site, tmp_path):
    path = lay(site, replace(OTHER, doing="rollback"))
    said = is_refused(site, tmp_path)
    assert f"anna@office-3 (process {os.getpid()}) works on it since 2021-04-01T09:00:00+08:00" in said
    assert "going back to an earlier release" in said and str(path) in said
    assert path.exists()
    path.unlink()
    publish(site, tmp_path)
    assert site.read() == files_of("two") and site.leftovers() == []


def test_a_lock_of_another_computer_is_abandoned_after_some_hours(site, tmp_path):
    lay(site, OTHER, age=LIMIT - 5)
    is_refused(site, tmp_path)
    lay(site, OTHER, age=LIMIT + 5)
    publish(site, tmp_path)
    assert site.read() == files_of("two") and site.leftovers() == []


@pytest.mark.parametrize("age", [-10 * 365 * 24 * 60, 0])
def test_a_wrong_clock_takes_no_lock_away(site, tmp_path, age):
    lay(site, replace(OTHER, since="1970-01-01T00:00:00+00:00"), age=age)
    is_refused(site, tmp_path)


def test_times_of_files_order_nothing(site, tmp_path):
    for path in (*site.folder.rglob("*"), *site.control.rglob("*")):
        if not path.is_symlink():
            os.utime(path, (4e9, 4e9))
    publish(site, tmp_path)
    assert site.look().current.number == 2
    site.go_back()
    assert site.read() == files_of("one")


def test_a_lock_whose_work_is_finished_is_taken_over(site, tmp_path):
    lay(site, replace(OTHER, doing="publish", release=site.look().current.id))
    publish(site, tmp_path)
    assert site.read() == files_of("two") and site.leftovers() == []


@pytest.mark.parametrize("gone", [{"process": 2**22 - 1}, {"started": "1"}, {"boot": "before"}])
def test_a_lock_of_a_process_that_is_gone_is_taken_over(site, tmp_path, gone):
    lay(site, replace(holder(), doing="publish", **gone))
    publish(site, tmp_path)
    assert site.read() == files_of("two") and site.leftovers() == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"user": 3}', "\0"])
def test_a_lock_that_cannot_be_read_is_respected_for_some_hours(site, tmp_path, text):
    lay(site, text)
    assert "somebody else works on it" in is_refused(site, tmp_path)
    lay(site, text, age=LIMIT + 5)
    publish(site, tmp_path)


def test_what_an_abandoned_publisher_prepared_is_removed(site, tmp_path):
    """Its release is complete and was never shown."""
    releases = (site.control if site.kind == "folder" else site.folder) / "releases"
    publish(site, tmp_path)
    site.go_back()
    prepared = next(path for path in releases.iterdir() if path.name.startswith("000002"))
    lay(site, replace(holder(), process=2**22 - 1, doing="publish", release=prepared.name))
    site.publish(parcel(tmp_path / "three", files_of("three")))
    assert not prepared.exists() and site.read() == files_of("three")


def test_an_abandoned_rollback_removes_nothing(site, tmp_path):
    publish(site, tmp_path)
    first = site.look().releases[-1]
    lay(site, replace(holder(), process=2**22 - 1, doing="rollback", release=first.id))
    site.publish(parcel(tmp_path / "three", files_of("three")))
    assert first in site.look().releases


def test_a_lock_that_was_taken_for_abandoned_changes_nothing_any_more(site, tmp_path):
    built = parcel(tmp_path / "two", files_of("two"))

    def robbed(done, total):
        for lock in (site.control / "locks").iterdir():
            lock.unlink()

    with pytest.raises(PublishError) as refused:
        site.publish(built, robbed)
    assert "took over" in say(refused.value.reason)
    assert site.read() == files_of("one") and site.leftovers() == []


def test_locks_that_lead_elsewhere_are_refused(site, tmp_path):
    (tmp_path / "outside").mkdir()
    (site.control / "locks").rmdir()
    (site.control / "locks").symlink_to(tmp_path / "outside")
    assert "no folder" in is_refused(site, tmp_path)
    assert list((tmp_path / "outside").iterdir()) == []
