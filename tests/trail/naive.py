"""The chapter Trail of the design once more: slow, obvious, and without a line of the builder's.

`verify(folder)` gives the verdict on every file and the level. A `Line` is a row of first parents; a `Replay` goes
along it commit by commit: collects what is said, and lets enter what has its approvals. The rules are replayed first,
each commit under the rules before it; then the records, as if today's demand had been that of all time.
"""

import re
from typing import NamedTuple

from tests.trail import naive_git as git
from tests.trail.naive_line import line_to
from tests.trail.naive_past import Past
from tests.trail.naive_rules import NOTHING, POLICY, contents, read_policy


class Verdicts(NamedTuple):
    """The level, and the verdict on each incident (by id), rule file and table (by path)."""

    level: str
    incidents: dict
    criteria: dict
    tables: dict


def verify(folder):
    """The verdict on every file of the commit that is checked out."""
    history = None
    try:
        history = Past(folder)
        line = main_line(history)
    except git.MissingError:
        return _unknown(history, folder)
    standing = contents(history.files(history.head))
    force = {**line.rules.force, **line.records.force}
    level = line.policy(line.last)["level"]
    verdicts = {name: _verdict(force.get(name), blob) for name, blob in standing.items()}
    gone = {name for name, one in force.items() if one.content and name not in standing and level != "recorded"}
    return _sorted(level, verdicts | dict.fromkeys(gone, "pending"))


def _verdict(one, blob):
    return "approved" if one and one.content == blob and one.approved else "pending"


def _unknown(history, folder):
    files = {
        str(path.relative_to(folder)): path for top in ("criteria", "incidents") for path in folder.glob(f"{top}/**/*")
    }
    policy = read_policy(files[POLICY].read_bytes()) if POLICY in files else NOTHING
    names = contents({path: path for path, file in files.items() if file.is_file()})
    return _sorted((policy or NOTHING)["level"], dict.fromkeys(names, "unknown"))


def _sorted(level, verdicts):
    incidents = {name.split("/")[-1][:-3]: one for name, one in verdicts.items() if re.match(r"incidents/.*\.md", name)}
    criteria = {name: one for name, one in verdicts.items() if name.startswith("criteria/")}
    tables = {name: one for name, one in verdicts.items() if name.endswith(".csv")}
    return Verdicts(level, incidents, criteria, tables)


def main_line(history):
    """The line of the branch that the policy in force at the commit that is looked at calls main."""
    own = line_to(history, history.head)
    tip = history.branch(own.policy(own.last)["main"])
    seen = history.ancestors(history.head)
    at = tip
    while at not in seen:
        parents = history.commit(at).parents
        if not parents:
            raise git.MissingError("Nothing of main is here")
        at = parents[0]
    return line_to(history, at)
