"""Releases, locks and changes as values: what stays, who is gone, what differs."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from site_builder.model import Manifest
from site_builder.publish.changes import Changes, ScoreChange, changes, score_changes, score_files
from site_builder.publish.lock import holder, is_dead
from site_builder.publish.releases import Release, before, in_order, kept, marker_json, read_marker, release_of

DIGESTS = ("0" * 64, "1" * 64, "f" * 64)
PATHS = some.sampled_from(["index.html", "2021/index.html", "a b/中.css", "data/2021/scores.json", "x"])
FILES = some.dictionaries(PATHS, some.sampled_from(DIGESTS))


def release(number, after=None):
    return Release(f"{number:06}-{number:012x}", after and f"{after:06}-{after:012x}")


# Releases


def test_an_id_is_a_number_and_the_digest_of_the_manifest():
    found = release_of(7, Manifest({}), b"{}", None, {})
    assert found.id == "000007-44136fa355b3" and found.number == 7


@given(some.lists(some.integers(1, 30), min_size=1, unique=True), some.integers(1, 9), some.randoms())
def test_the_current_release_and_the_one_to_go_back_to_stay(numbers, keep, chance):
    releases = [release(number, chance.choice([None, *numbers])) for number in numbers]
    current = chance.choice(releases)
    found, back = kept(releases, current, keep), before(releases, current)
    assert current.id in found and len(found) == min(keep, len(releases))
    assert back is None or keep < 2 or back.id in found
    assert back is None or back.number < current.number


@given(some.permutations([release(number) for number in range(1, 6)]))
def test_numbers_order_releases_and_nothing_else(releases):
    dated = [replace(one, date=f"20{99 - one.number}-01-01") for one in releases]
    assert [one.number for one in in_order(dated)] == [5, 4, 3, 2, 1]
    assert before(dated, in_order(dated)[0]).number == 4


@given(FILES, FILES, some.one_of(some.none(), some.text(max_size=5)))
def test_what_a_marker_says_is_read_again(assets, extra, commit):
    made = replace(release(3, 2), commit=commit, stage="draft", assets=assets, extra=extra)
    assert read_marker(marker_json(made)) == made


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../../etc"},
        {"id": 3},
        {"after": 3},
        {"assets": {"../x": "0" * 64}},
        {"assets": {"x": "0"}},
        {"extra": {"/x": "0" * 64}},
        {"extra": []},
        {"more": 1},
    ],
)
def test_a_marker_that_was_tampered_with_is_none(change):
    value = json.loads(marker_json(release(3)))
    assert read_marker(json.dumps({**value, **change}).encode()) is None


# Who holds a lock


HERE = holder()


def test_this_process_is_alive():
    assert not is_dead(HERE, HERE)


@pytest.mark.parametrize(
    ("change", "dead"),
    [
        ({"process": 2**22 - 1}, True),
        ({"started": "1"}, True),
        ({"boot": "another"}, True),
        ({"boot": "another", "host": "elsewhere"}, False),
        ({"boot": "another", "machine": "another"}, False),
        ({"boot": "another", "machine": ""}, False),
        ({"space": "another", "process": 2**22 - 1}, False),
        ({"since": "1970-01-01T00:00:00+00:00"}, False),
        ({"since": "2999-01-01T00:00:00+00:00"}, False),
    ],
)
def test_a_holder_is_gone_when_its_process_or_its_start_of_the_computer_is(change, dead):
    assert HERE.boot and HERE.machine, "this computer tells"
    assert is_dead(replace(HERE, **change), HERE) is dead


def test_where_the_system_tells_nothing_nobody_is_certainly_gone():
    nothing = replace(HERE, boot="", machine="", space="", started="")
    assert not is_dead(nothing, nothing) and not is_dead(replace(HERE, process=1), nothing)


# What changes


@given(FILES, FILES)
def test_every_path_is_in_one_place_of_the_changes(old, new):
    found = changes(Manifest(old), Manifest(new))
    assert {*found.added} == {*new} - {*old} and {*found.removed} == {*old} - {*new}
    assert {*found.changed} == {path for path in {*old} & {*new} if old[path] != new[path]}
    assert bool(found) == (old != new)
    assert all(path.endswith(".html") for paths in found.pages for path in paths)


def test_without_a_release_before_all_is_new():
    assert changes(None, Manifest({"a": DIGESTS[0]})) == Changes(added=("a",))


def scores(**departments):
    return json.dumps(
        {
            "departments": {
                name: {"sections": {section: {"score": score} for section, score in one.items()}}
                for name, one in departments.items()
            }
        }
    ).encode()


def test_scores_that_differ():
    old = scores(law={"base": "18.5", "party": "-1"}, office={"base": "20"})
    new = scores(law={"base": "17.5", "party": "-1"}, library={"base": "20"})
    assert score_changes("data/2021/scores.json", old, new) == [
        ScoreChange("2021", "law", "base", "18.5", "17.5"),
        ScoreChange("2021", "library", "base", None, "20"),
        ScoreChange("2021", "office", "base", "20", None),
    ]


@pytest.mark.parametrize(
    "wrong", [None, b"", b"[]", b"{", b'{"departments": {"law": 3}}', b'{"departments": 1}', b"\xff"]
)
def test_what_is_no_file_of_scores_has_none(wrong):
    assert score_changes("data/2021/scores.json", wrong, scores(law={"base": "1"})) == [
        ScoreChange("2021", "law", "base", None, "1")
    ]


def test_files_of_scores_that_differ():
    old = Manifest(
        {"data/2021/scores.json": DIGESTS[0], "data/2020/scores.json": DIGESTS[0], "scores.json": DIGESTS[0]}
    )
    new = Manifest({"data/2021/scores.json": DIGESTS[1], "data/2020/scores.json": DIGESTS[0]})
    assert score_files(old, new) == ("data/2021/scores.json",)
    assert score_files(None, old) == ("data/2020/scores.json", "data/2021/scores.json")
