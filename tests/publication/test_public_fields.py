"""Every field of the model has a word for who may see it, and the public edition keeps to that word.

A site is filled so that it holds a value of each kind; every field that is internal is then given a value that stands
nowhere else, which must be in no value and in no byte of the public edition.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import pytest

from site_builder.assessment import Assessment, assess
from site_builder.audience import figures, public
from site_builder.audience.fields import ALWAYS, COMPLETE, NEVER, PARTLY, PUBLICITY, WORDS
from site_builder.model import (
    FIELDS,
    Asset,
    Decision,
    Event,
    Frozen,
    Happening,
    Inputs,
    Internal,
    Level,
    Policy,
    Prose,
    Restatement,
    SectionScore,
    Trail,
    Verdict,
    message,
    subject_of,
)
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.render import write_site
from site_builder.scoring import score
from site_builder.sources import read_site
from tests.sites import MEASURED, SCHEME, incident, site

MARK = "密语"
NUMBER = 7171717171
DAY = date(1717, 7, 17)
MOMENT = "2021-12-31T08:00:00+08:00"
TODAY = date(2021, 12, 31)
MARKS = (MARK.encode(), str(NUMBER).encode(), DAY.isoformat().encode())


def parts_of(hint):
    """The dataclasses that a type hint names, however deep."""
    if is_dataclass(hint):
        yield hint
    for one in get_args(hint):
        yield from parts_of(one)


def reachable(kind, found=None):
    """The dataclass and every other that its fields can hold."""
    found = {} if found is None else found
    if kind not in found:
        found[kind] = get_type_hints(kind)
        for hint in found[kind].values():
            for part in parts_of(hint):
                reachable(part, found)
    return found


KINDS = reachable(Assessment)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_every_field_is_classified(kind):
    said, there = PUBLICITY.get(kind, {}), {one.name for one in fields(kind)}
    unclassified = sorted(there - set(said))
    assert not unclassified, f"say in site_builder/audience/fields.py who may see these of {kind.__name__}"
    assert sorted(set(said) - there) == [], f"{kind.__name__} has no such fields"
    assert set(said.values()) <= set(WORDS)


def test_nothing_else_is_classified():
    assert set(PUBLICITY) == set(KINDS)


def test_every_field_that_settings_can_withhold_withholds_something():
    assert {word for said in PUBLICITY.values() for word in said.values()} >= set(FIELDS)


def test_every_value_in_the_sentence_of_a_step_is_known():
    """A value that is not is told as a dash: somebody must say that it may be told."""
    source = Path(score.__globals__["__file__"]).read_text(encoding="utf-8")
    written = {name for text in re.findall(r'message\(\s*"([^"]*)"', source) for name in re.findall(r"{(\w+)}", text)}
    assert written == figures._VALUES


# A site that holds a value of each kind

BOOK = f"""{SCHEME}source: A paper
interpretations:
  - {{where: study.plan, words: A plan, reading: Any plan, decided: 2021-01-01}}
"""
STUDY = """\
title: Study
assessor: office
note: To all
clauses:
  not-done: {text: Not done, deduct: 1, per: [item], note: Of a year}
items:
  plan: {text: A plan, clauses: [not-done], note: Written}
  other: {text: Other, clauses: {fitting: {text: As is fitting, deduct: discretionary}}}
examples:
  - {given: [{item: plan, clause: not-done}], deducts: 1, note: As decided}
"""
CONTENT = """\
title: A site
organization: A school
colours: {accent: "#005a8c"}
stages: {2021: {stage: notice, from: 2021-12-01, to: 2021-12-08}}
targets: {web: {kind: folder, path: /srv/www}}
"""
ROWS = "department,project,name,kind,spent,done\nlibrary,books,Books,routine,79,\n"


def assessed():
    keys = {"criterion": "study.plan", "clause": "not-done", "count": None}
    incidents = {
        "2021-0001": incident(**keys, evidence="[A letter]", appeal="{filed: 2021-04-01, note: Why}", case="that"),
        "2021-0002": incident(**keys, withdrawn="{date: 2021-05-01, reason: A mistake}"),
        "2021-0003": incident(**{**keys, "criterion": "study.other", "clause": "fitting"}, deduction="0.2"),
    }
    tree = site(
        incidents,
        criteria={"scheme": BOOK, "conduct": MEASURED, "study": STUDY},
        measurements={"spending": ROWS},
        files={"content/site.yaml": CONTENT, "content/pages/about.md": "---\ntitle: About\n---\nAbout us.\n"},
    )
    read = read_site(tree)
    assert read.site is not None, [one.text for one in read.problems]
    found, problems = assess(read)
    assert found is not None, [one.text for one in problems]
    return with_all_that_history_and_time_bring(found)


def with_all_that_history_and_time_bring(found):
    """The assessment with fixed results, a life of each file, a verdict on it, and a commit."""
    year = found.site.years[2021]
    own = {"library": {"study": Decimal(-1)}}
    restatement = Restatement(TODAY, "A correction", "No. 1", "reviewed", scores={"library": {"study": Decimal(-2)}})
    frozen = Frozen(2021, "1.0", "c3" * 20, TODAY, Inputs("reviewed", {}, {}), own, (restatement,))
    files = [year.scheme.origin.place.path, *(one.origin.place.path for one in year.incidents.values())]
    files += [one.origin.place.path for one in year.scheme.all_sections.values()]
    files = list(filter(None, map(subject_of, files)))
    life = (Event(Happening.RECORDED, "a1" * 20, MOMENT, ""), Event(Happening.AMENDED, "b2" * 20, MOMENT, ""))
    verdict = Verdict(Decision.PENDING, message("An approval is still missing"))
    trail = Trail(
        level=Level.REVIEWED,
        policy=Policy(),
        known=True,
        commit="c3" * 20,
        moment=MOMENT,
        verdicts=dict.fromkeys(files, verdict),
        lives=dict.fromkeys(files, life),
    )
    name, side = "2021-0001", SectionScore("study", None, Decimal(1), Decimal(-1))
    touches = (Touch(Happening.RECORDED, f"incidents/2021/{name}.md", 2021, name, "library", True),)
    scores = (ScoreChange(2021, "library", "The library", "study", "Study", side, side, ()),)
    episode = Episode("d4" * 20, MOMENT, "", "", None, touches, scores)
    settings = replace(found.site.settings, logo=Asset("static/logo.svg", b"<svg/>"), committer_names=True)
    whole = replace(found.site, settings=settings, years={2021: replace(year, frozen=frozen)})
    return replace(found, site=whole, trail=trail, episodes=(episode,))


# Its fields that are internal, each with a value that stands nowhere else

SIMPLE = {str: MARK, bytes: MARK.encode(), int: NUMBER, Decimal: Decimal(NUMBER), date: DAY, bool: True, object: MARK}


def made(hint):
    """A value of the type, all of whose texts, numbers and days are marks."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if is_dataclass(hint):
        return hint(**made_fields(hint))
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, UnionType):
        return made(next(one for one in inner if one is not type(None)))
    if kind is tuple:
        return (made(inner[0]),) if inner[-1] is Ellipsis else tuple(map(made, inner))
    if kind is frozenset:
        return frozenset([made(inner[0])])
    if kind is Mapping:
        return {made(inner[0]): made(inner[1])}
    assert issubclass(hint, Enum), f"teach this test to make a {hint}"
    return next(iter(hint))


def made_fields(kind, kept=()):
    """A value of marks for each field; a moment is one of the day that is a mark."""
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name not in kept}
    return {name: f"{DAY}T08:00:00+08:00" if name == "moment" else made(hint) for name, hint in hints.items()}


def stained(value, hint):
    """The same number of values under the same keys and at the same places of the rule book, all else made of marks."""
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return tuple(stained(one, hint) for one in value)
    if isinstance(value, Mapping) and holds_values(value):
        return {name: stained(one, hint) for name, one in value.items()}
    if not is_dataclass(value):
        return made(hint)
    return replace(value, **made_fields(type(value), ("where", "given")))


def marked(value, words):
    """The value, with marks in every field with one of these words."""
    if isinstance(value, Mapping):
        return {name: marked(one, words) for name, one in value.items()}
    if isinstance(value, tuple):
        return tuple(marked(one, words) for one in value)
    if not is_dataclass(value):
        return value
    said, hints = PUBLICITY[type(value)], get_type_hints(type(value))
    own = {one.name: getattr(value, one.name) for one in fields(value)}
    return type(value)(
        **{name: stained(one, hints[name]) if said[name] in words else marked(one, words) for name, one in own.items()}
    )


def values(value, path=""):
    """Everything that a value holds, by where it holds it; of the keys of a mapping, too."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield f"{path} (key)", name
            yield from values(one, f"{path}[{name}]")
    elif isinstance(value, tuple | frozenset):
        for one in value:
            yield from values(one, f"{path}[]")
    elif is_dataclass(value):
        yield path, value
        for one in fields(value):
            yield from values(getattr(value, one.name), f"{path}.{one.name}")
    else:
        yield path, value


def marks_in(value):
    """Where marks are."""
    return [path for path, one in values(value) if not is_dataclass(one) and any(m.decode() in f"{one}" for m in MARKS)]


def with_marks(whole, withheld, *words):
    """The assessment with marks in what is never public, and in fields with these words; `withheld` is internal."""
    found = marked(whole, {NEVER, *withheld, *words})
    settings = replace(found.site.settings, internal=Internal(fields=tuple(withheld)))
    return replace(found, site=replace(found.site, settings=settings))


@pytest.fixture(scope="module")
def whole():
    return assessed()


def test_the_sample_holds_a_value_of_each_kind(whole):
    everything = marked(whole, {NEVER})
    assert {type(one) for _, one in values(everything) if is_dataclass(one)} == set(KINDS)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_withheld_is_nowhere_in_the_public_model(whole, field):
    given = with_marks(whole, [field], COMPLETE)
    assert marks_in(given)
    assert marks_in(public(given)) == []


def test_what_is_never_public_is_not_where_nothing_is_internal(whole):
    given = with_marks(whole, [])
    assert marks_in(given) and marks_in(public(given)) == []


def test_no_byte_of_a_public_build_holds_a_field_that_is_internal(whole, tmp_path):
    given = with_marks(whole, FIELDS, COMPLETE)
    for name, shown in (("whole", given), ("public", public(given))):
        write_site(shown, tmp_path, tmp_path / name, jobs=1)
    assert marked_files(tmp_path / "whole"), "the marks are words that pages would show"
    assert marked_files(tmp_path / "public") == []


def marked_files(folder):
    files = [one for one in folder.rglob("*") if one.is_file()]
    return [one.name for one in files if any(mark in one.name.encode() + one.read_bytes() for mark in MARKS)]


def test_what_is_always_public_is_taken_over(whole):
    """Else a field that somebody forgets to name in its constructor would silently be empty."""
    for given in (whole, with_marks(whole, FIELDS, COMPLETE)):
        assert list(differing(given, public(given))) == []


def differing(before, after, path=""):
    """Where a field that is always public says something else."""
    if isinstance(before, Mapping):
        for name in after:
            yield from differing(before[name], after[name], f"{path}[{name}]")
    elif isinstance(before, tuple) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from differing(one, other, f"{path}[]")
    elif is_dataclass(before) and type(before) is type(after):
        for name, word in PUBLICITY[type(before)].items():
            old, new = getattr(before, name), getattr(after, name)
            if word == ALWAYS or (word == PARTLY and holds_values(old)):
                yield from differing(old, new, f"{path}.{name}")
    elif before != after:
        yield path


def holds_values(value):
    return is_dataclass(value) or any(is_dataclass(one) for _, one in values(value))


def test_links_of_a_public_build_lead_to_its_own_files(tmp_path):
    """Of pages (that of what is not there, too), feeds and search: nothing leads to what is internal."""
    found = assessed()
    prose = Prose("how", "How", 1, "[About](about.md) and [the library](/2021/departments/library.html)")
    settings = replace(found.site.settings, internal=Internal(departments=("library",), pages=("about",)))
    shown = public(replace(found, site=replace(found.site, settings=settings, prose=(*found.site.prose, prose))))
    folder = tmp_path / "public"
    write_site(shown, tmp_path, folder, jobs=1)
    broken = []
    for file in (one for one in folder.rglob("*") if one.suffix in (".html", ".xml")):
        for target in re.findall(r'(?:href|src)="([^"#?]+)', file.read_text(encoding="utf-8")):
            if not (folder / target[1:] if target.startswith("/") else file.parent / target).is_file():
                broken.append(f"{file.name}: {target}")
    assert broken == []
    assert b"library" not in (folder / "404.html").read_bytes()
    search = "".join(one.read_text(encoding="utf-8") for one in (folder / "search").iterdir())
    pages = set(re.findall(r'"((?:[0-9]{4}|pages)/[^"#]+\.html)', search))
    assert pages and all((folder / one).is_file() for one in pages)
