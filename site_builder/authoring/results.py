"""The file that fixes a year's results, written: the fixed results first, every restatement below them."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from site_builder.model import Frozen, Restatement, plain
from site_builder.sources.results import GONE

_HEAD = """\
# The results of {year}, fixed by “kaohe freeze {year}”. From now on a difference is an error, until a restatement below
# accounts for it: kaohe freeze {year} --reason … --decision … --date …
"""


def results_yaml(frozen: Frozen) -> str:
    """The text of the file: the same results give the same bytes."""
    return _HEAD.format(year=frozen.year) + "".join(f"{line}\n" for line in _lines(frozen))


def _lines(frozen: Frozen) -> Iterator[str]:
    if frozen.date is not None and frozen.commit is not None:
        yield f"frozen: {frozen.date.isoformat()}"
        yield f"commit: {_quoted(frozen.commit)}"
    yield f"version: {_quoted(frozen.version)}"
    yield f"level: {frozen.inputs.level}"
    yield "scores:"
    yield from (f"  {name}: {_flow(own)}" for name, own in frozen.scores.items())
    prefix = f"incidents/{frozen.year}/"
    files = frozen.inputs.files
    yield from _texts("rules", {name: one for name, one in files.items() if name.startswith("criteria/")})
    yield from _texts("incidents", {n: d for n, d in files.items() if _is_incident(n)}, prefix)
    yield from _texts("measurements", {n: d for n, d in files.items() if n.startswith(prefix) and not _is_incident(n)})
    yield from _texts("departments", frozen.inputs.departments)
    yield from _texts("policy", frozen.inputs.policy)
    yield from _texts("verdicts", frozen.inputs.verdicts, prefix)
    if frozen.restatements:
        yield "restatements:"
        for one in frozen.restatements:
            yield from _restatement(one, prefix)


def _restatement(one: Restatement, prefix: str) -> Iterator[str]:
    yield f"  - date: {one.date.isoformat()}"
    yield f"    reason: {_quoted(one.reason)}"
    yield f"    decision: {_quoted(one.decision)}"
    if one.level is not None:
        yield f"    level: {one.level}"
    every: tuple[tuple[str, Mapping[str, str | None]], ...] = (
        ("files", one.files),
        ("departments", one.departments),
        ("verdicts", one.verdicts),
    )
    for name, changed in every:
        written = {key: GONE if text is None else text for key, text in changed.items()}
        yield from (f"    {line}" for line in _texts(name, written, prefix))
    if one.scores:
        yield "    scores:"
        yield from (f"      {name}: {_flow(own)}" for name, own in one.scores.items())


def _texts(name: str, texts: Mapping[str, str], prefix: str = "") -> Iterator[str]:
    """A mapping; incidents are named by their ids alone."""
    if texts:
        yield f"{name}:"
    for key, text in sorted(texts.items()):
        short = key.removeprefix(prefix).removesuffix(".md") if prefix and _is_incident(key) else key
        yield f"  {_quoted(short)}: {_quoted(text)}"


def _is_incident(subject: str) -> bool:
    return subject.startswith("incidents/") and subject.endswith(".md")


def _flow(scores: Mapping[str, Decimal | None]) -> str:
    return "{" + ", ".join(f"{name}: {GONE if one is None else plain(one)}" for name, one in scores.items()) + "}"


def _quoted(text: str) -> str:
    """A text in double quotes, which JSON and YAML write alike."""
    return json.dumps(text, ensure_ascii=False)
