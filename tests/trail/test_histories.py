"""What must hold of every history, whoever made it.

`KAOHE_HISTORIES` says of how many (`make long`); it is few in `make test`. `KAOHE_SHRINK` looks for the smallest
history that fails, which takes minutes.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from site_builder.cli.main import cli
from tests.trail import naive
from tests.trail.histories import History, Log, histories, mischief, orderly, waiting
from tests.trail.naive_rules import LEVELS, contents
from tests.trail.repositories import QUIET, verify

NUMBER = int(os.environ.get("KAOHE_HISTORIES", "200"))
BATCH = 10
SHARES = {"recorded": 0.1, "reviewed": 0.7, "signed": 0.2}

levels = pytest.mark.parametrize("level", LEVELS)


def check(level, strategy, function, share=1.0):
    """Run a function over so many histories of a level, a few from each seed: many from one are much alike."""
    for number in range(max(1, round(NUMBER * SHARES[level] * share / BATCH))):

        def example(drawn):
            function(drawn)

        phases = tuple(Phase) if "KAOHE_SHRINK" in os.environ else (Phase.generate,)
        few = settings(max_examples=BATCH, phases=phases, database=None, suppress_health_check=list(HealthCheck))
        seed(number)(few(given(strategy)(example)))()


def built(history, keys, function):
    """What a function says of the repository of a history."""
    with tempfile.TemporaryDirectory() as folder:
        history.build(Path(folder) / "site", keys)
        return function(Path(folder) / "site")


# The builder says what the second implementation says


@levels
def test_the_builder_and_the_second_implementation_say_the_same(level, keys):
    check(level, histories(level), lambda history: built(history, keys, compare))


@pytest.mark.parametrize("level", LEVELS[1:])
def test_they_say_the_same_of_what_waits_for_long(level, keys):
    """A record with many contents of which none is in force, while the rules of its year and the demand change."""
    check(level, waiting(level), lambda history: built(history, keys, compare), share=0.5)


def compare(folder):
    expected, shown = naive.verify(folder), verify(folder)
    assert "Traceback" not in shown.complaint
    if shown.output.startswith("{"):
        if shown.result["unproved"]:
            assert "approved" not in {
                one["verdict"] for kind in ("incidents", "criteria") for one in shown.result[kind].values()
            }
            return
        if expected.level == "recorded":
            assert shown.result["level"] == "recorded", "nothing is demanded, and nothing depends on a verdict"
            return
        removed = removed_once(folder)
        told, other = (without(one, removed) for one in (by_builder(shown), expected))
        assert told == other._replace(tables=by_row(other.tables, shown))
    else:
        assert "error[" in shown.complaint, "nothing but a problem of the sources leaves files without a verdict"


def removed_once(folder):
    """The ids of records that some commit removed.

    Whose words stand in the place of removed ones may be read in two ways: by the words that were there last in
    history, or by those on the way of first parents. Either keeps the law.
    """
    command = ["git", "log", "--all", "-m", "--no-renames", "--diff-filter=D", "--name-only", "--format="]
    names = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()
    return {name.rpartition("/")[2].partition(".")[0] for name in names if name.startswith("incidents/")}


def without(verdicts, removed):
    """The verdicts but for these records, and for tables where one was removed."""
    incidents = {name: one for name, one in verdicts.incidents.items() if name not in removed}
    tables = {} if "spending" in removed else verdicts.tables
    return verdicts._replace(incidents=incidents, tables=tables)


def by_builder(shown):
    """What the builder says, in the words of the second implementation; rows of tables have the verdict of theirs."""
    told = {
        kind: {name: one["verdict"] for name, one in shown.result[kind].items()} for kind in ("incidents", "criteria")
    }
    rows = {name: one for name, one in told["incidents"].items() if name.startswith("spending-")}
    told["incidents"] = {name: one for name, one in told["incidents"].items() if not name.endswith(".csv")}
    incidents = {name: one for name, one in told["incidents"].items() if name not in rows}
    told["criteria"] = {name: one for name, one in told["criteria"].items() if name.startswith("criteria/")}
    return naive.Verdicts(shown.result["level"], incidents, told["criteria"], rows)


def by_row(tables, shown):
    verdicts = set(tables.values())
    return {name: one for name in shown.result["incidents"] if name.startswith("spending-") for one in verdicts}


# The law: who has no right changes nothing


@pytest.mark.parametrize("level", LEVELS[1:])
def test_who_has_no_right_changes_nothing(level, keys):
    """At level recorded whoever may push decides; there is nothing to keep."""
    check(level, lawful(level), lambda pair: law(*pair, keys), share=0.5)


def lawful(level, exchanging=True):
    """A history in which everybody speaks in order, and what Mallory does after it."""
    return st.tuples(orderly(level), mischief(level, exchanging))


def law(history, more, keys):
    if history.level == "signed":
        history = History(history.level, (*history.actions, Log("pia")))
    force, before = built(history, keys, lambda folder: (in_force(folder), figures(folder)))
    assume(force is not None and before is not None and force["level"] != "recorded")
    after = built(History(history.level, (*history.actions, *more)), keys, told)
    if after is None:
        return
    level, approved, scores = after
    assert level is None or LEVELS.index(level) >= LEVELS.index(force["level"])
    assert approved.items() <= force["contents"].items(), "nothing is approved that was not"
    assert scores == before


def in_force(folder):
    """What is in force by the second implementation; None where something waits only for its place on main.

    Then approvals are there already, and whoever puts it there lets it enter.
    """
    line = naive.main_line(naive.Past(folder))
    replays = (line.rules, line.records)
    if any(replay.awaited() for replay in replays):
        return None
    force = {name: one.content for replay in replays for name, one in replay.force.items()}
    return {"level": line.policy(line.last)["level"], "contents": force}


def told(folder):
    """The level, the contents that the builder calls approved, and the scores; None where the line is not proved.

    Files with errors have no verdict and no level, and change no score.
    """
    shown = verify(folder)
    if not shown.output.startswith("{"):
        assert "error[" in shown.complaint
        return None, {}, figures(folder)
    said = by_builder(shown)
    verdicts = {**said.incidents, **said.criteria}
    if shown.result["unproved"] or "unknown" in verdicts.values():
        assert shown.exit != 0 and figures(folder) is None and "approved" not in verdicts.values()
        return None
    past = naive.Past(folder)
    files = contents(past.files(past.head))
    short = {name: name.split("/")[-1].removesuffix(".md") if name.endswith(".md") else name for name in files}
    return said.level, {name: files[name] for name in files if verdicts.get(short[name]) == "approved"}, figures(folder)


def figures(folder):
    """The departments' scores as the builder counts them, and what it counts; None where it does not count."""
    arguments = ["--lang", "en", "--site", str(folder), "score", "--year", "2021", "--format", "json"]
    ran = CliRunner().invoke(cli, arguments, env=QUIET, catch_exceptions=False)
    if ran.exit_code:
        return None
    scores = json.loads(ran.stdout)
    counted = {name: one["counted"] for name, one in scores["incidents"].items() if one["approval"] == "approved"}
    return scores["departments"], counted


# Every copy says the same


@levels
def test_every_copy_says_the_same(level, keys):
    check(level, histories(level), lambda history: built(history, keys, copies), share=0.1)


def copies(folder):
    shown = verify(folder)
    for copy in (_bare, _cloned, _work_tree, _configured, _more_branches):
        seen = verify(copy(folder))
        assert (seen.exit, seen.output) == (shown.exit, shown.output), copy.__name__


def _git(folder, *arguments):
    environment = {**os.environ, **QUIET}
    subprocess.run(["git", "-C", str(folder), *map(str, arguments)], check=True, env=environment, capture_output=True)


def _bare(folder):
    _git(folder, "clone", "-q", "--bare", folder, folder.parent / "bare.git")
    return folder.parent / "bare.git"


def _cloned(folder):
    _git(folder, "clone", "-q", "--no-local", folder, folder.parent / "clone")
    return folder.parent / "clone"


def _work_tree(folder):
    _git(folder, "worktree", "add", "-q", "--detach", folder.parent / "tree", "main")
    return folder.parent / "tree"


def _configured(folder):
    settings = ("log.showSignature=true", "core.abbrev=4", "diff.renames=copies", "core.quotePath=true")
    for one in settings:
        _git(folder, "config", *one.split("="))
    return folder


def _more_branches(folder):
    for name in ("a", "zz", "origin"):
        _git(folder, "branch", "-q", name, "main~1")
    _git(folder, "pack-refs", "--all")
    _git(folder, "gc", "-q")
    return folder


# The second implementation keeps the law itself, as far as lines are not exchanged


@pytest.mark.parametrize("level", LEVELS[1:])
def test_the_second_implementation_keeps_the_law_on_one_line(level, keys):
    """The rules as they are written let nobody without rights bring anything into force, or out of it."""
    check(level, lawful(level, exchanging=False), lambda pair: law_by_hand(*pair, keys), share=0.5)


def law_by_hand(history, more, keys):
    force = built(history, keys, in_force)
    assume(force is not None and force["level"] != "recorded")
    assert built(History(history.level, (*history.actions, *more)), keys, in_force) == force
