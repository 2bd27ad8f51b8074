"""A public build holds nothing that is internal: on random sites, every byte is searched for every internal value.

Each value of a site is a word that stands nowhere else, so that finding it means having published it.
"""

import tempfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.assessment import assess
from site_builder.audience import public
from site_builder.model import (
    FIELDS,
    Decision,
    Event,
    Happening,
    Internal,
    Level,
    Policy,
    Rule,
    SectionScore,
    Trail,
    Verdict,
    message,
    subject_of,
)
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.render import write_site
from site_builder.sources import read_site
from tests.publication.conftest import kaohe
from tests.sites import SCHEME, incident, placed, site, tree

SECTIONS = ("alpha.one", "alpha.two", "beta")
STATUSES = ("withdrawn", "pending", "open", "decided", "limited", "once", "highest")
DAY = "2021-12-31T08:00:00+08:00"
CLAUSES = {
    "absence": "deduct: 0.5, per: [person, day], limit: 2",
    "once": "deduct: 0.3, per: [item]",
    "case": "deduct: 1, per: [case], cumulation: highest-per-case",
    "fitting": "deduct: discretionary",
}


@dataclass
class World:
    """A site's files, and the words that each part of it brings along."""

    files: dict[str, str] = field(default_factory=dict)
    words: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    incidents: dict[str, dict[str, str]] = field(default_factory=dict)
    count: int = 0

    def word(self, *owners: tuple[str, str]) -> str:
        """A new word, internal as soon as one of its owners is."""
        self.count += 1
        made = f"密{self.count:05}语"
        for owner in owners:
            self.words.setdefault(owner, []).append(made)
        return made

    def name(self, stem: str, owner: tuple[str, str]) -> str:
        """A new id, and one of its owner's words."""
        self.count += 1
        made = f"{stem}{self.count}x"
        self.words.setdefault(owner, []).append(made)
        return made


def section_file(world, section):
    own = ("section", section)
    items = []
    for number in range(2):
        clauses = ", ".join(
            f"{name}: {{text: {world.word(own)}, {rule}, note: {world.word(own, ('field', 'notes'))}}}"
            for name, rule in CLAUSES.items()
        )
        note = world.word(own, ("field", "notes"))
        items.append(f"  item{number}:\n    text: {world.word(own)}\n    note: {note}\n    clauses: {{{clauses}}}\n")
    title, note = world.word(own), world.word(own, ("field", "notes"))
    example = world.word(own, ("field", "examples"), ("field", "notes"))
    return (
        f"title: {title}\npoints: 3\nassessor: {world.assessor}\nnote: {note}\nitems:\n{''.join(items)}examples:\n"
        f"  - given: [{{item: item0, clause: once}}, {{item: item0, clause: once}}]\n    deducts: 0.3\n"
        f"    note: {example}\n"
    )


def incident_file(world, draw, number, departments):
    department, section = draw(st.sampled_from(departments)), draw(st.sampled_from(SECTIONS))
    item, clause = f"{section}.item{draw(st.integers(0, 1))}", draw(st.sampled_from(sorted(CLAUSES)))
    name = f"rec{number}y"
    owners = (("incident", name), ("department", department), ("section", section))
    keys = {
        "department": department,
        "criterion": item,
        "clause": clause,
        "date": f"2021-0{draw(st.integers(1, 9))}-10",
        "evidence": f"[{world.word(*owners, ('field', 'evidence'))}]",
    }
    if clause == "case":
        keys["case"] = world.word(*owners, ("field", "case")) if draw(st.booleans()) else world.case
    if clause == "fitting":
        keys["deduction"] = "0.2"
    fate = draw(st.sampled_from(("", "", "open", "decided", "withdrawn")))
    if fate == "open":
        keys["appeal"] = f"{{filed: 2021-12-01, note: {world.word(*owners, ('field', 'appeal'))}}}"
    if fate == "decided":
        outcome = world.word(*owners, ("field", "appeal"))
        keys["appeal"] = f"{{filed: 2021-12-01, outcome: {outcome}, decided: 2021-12-05}}"
    if fate == "withdrawn":
        keys["withdrawn"] = f"{{date: 2021-12-02, reason: {world.word(*owners, ('field', 'withdrawn'))}}}"
    body = "。".join(world.word(*owners, ("field", "text")) for _ in range(3)) + links(world, draw, departments)
    world.words.setdefault(("incident", name), []).append(name)
    world.words.setdefault(("department", department), []).append(name)
    world.words.setdefault(("section", section), []).append(name)
    world.incidents[name] = {"department": department, "section": section, "item": item, "clause": f"{item}#{clause}"}
    lines = "\n".join(f"{key}: {value}" for key, value in keys.items())
    world.files[f"incidents/2021/{name}.md"] = f"---\n{lines}\n---\n{body}\n"


def links(world, draw, departments):
    """Links to another record, as a path and by reference, and to what may be internal, by address."""
    other = draw(st.sampled_from([*world.incidents, "none"]))
    section, department = draw(st.sampled_from(SECTIONS)), draw(st.sampled_from(departments))
    return (
        f"\n\n[one](../2021/{other}.md), [two][it], [three](/2021/departments/{department}.html), "
        f"[four](/2021/incidents/{other}.html), [five](/2021/handbook/{section}.html)\n\n[it]: {other}.md\n"
    )


@st.composite
def worlds(draw):
    """A site of three departments and three sections, two of them in a third, with up to eight incidents."""
    world = World()
    departments = [world.name("dep", ("department", f"d{number}")) for number in range(3)]
    for number, name in enumerate(departments):
        world.words[("department", name)] = world.words.pop(("department", f"d{number}"))
    world.assessor = departments[0]
    world.case = world.word(("field", "case"))
    names = "".join(f"{name}: {{name: {world.word(('department', name))}}}\n" for name in departments)
    world.files["content/departments.yaml"] = names
    page = world.name("page", ("page", "p"))
    world.words[("page", page)] = world.words.pop(("page", "p"))
    text = f"---\ntitle: {world.word(('page', page))}\n---\n{world.word(('page', page))}\n"
    world.files[f"content/pages/{page}.md"] = text
    world.files["criteria/2021/scheme.yaml"] = (
        "title: 细则\nunits: {person: 人, day: 天}\norder: [alpha, beta]\ninterpretations:\n"
        f"  - {{where: alpha.one, words: （3分）, reading: "
        f"{world.word(('field', 'interpretations'), ('section', 'alpha.one'))}, decided: 2021-01-01}}\n"
    )
    world.files["criteria/2021/alpha/section.yaml"] = "title: 甲类\npoints: 6\n"
    for section in SECTIONS:
        world.files[f"criteria/2021/{section.replace('.', '/')}.yaml"] = section_file(world, section)
    for number in range(draw(st.integers(0, 8))):
        incident_file(world, draw, number, departments)
    internal = Internal(
        fields=tuple(draw(st.sets(st.sampled_from(FIELDS)))),
        sections=tuple(draw(st.sets(st.sampled_from(SECTIONS), max_size=2))),
        departments=tuple(draw(st.sets(st.sampled_from(departments), max_size=2))),
        criteria=tuple(draw(st.sets(st.sampled_from([f"{SECTIONS[0]}.item0", f"{SECTIONS[2]}.item1#absence"])))),
        statuses=tuple(draw(st.sets(st.sampled_from(STATUSES)))),
        pages=tuple(draw(st.sets(st.just(page)))),
    )
    return world, internal


def with_history(world, assessed):
    """The assessment with a history that names people, and the words of earlier versions."""
    lives, verdicts = {}, {}
    for path in world.files:
        subject = subject_of(path)
        if subject is None:
            continue
        name = Path(path).stem
        owners = [("always", "")]
        if name in world.incidents:
            owners += [("incident", name)]
        events = (
            Event(Happening.RECORDED, "a1" * 20, DAY, path, world.word(*owners), "a@example.org"),
            Event(Happening.AMENDED, "b2" * 20, DAY, path, before="one", after="two"),
        )
        lives[subject] = events
        reason = message("by {who}", who=world.word(*owners))
        verdicts[subject] = Verdict(Decision.APPROVED, reason)
    texts = {"one": world.word(("always", "")), "two": world.word(("always", ""))}
    trail = Trail(Level.RECORDED, Policy(), True, None, "c3" * 20, DAY, verdicts, lives, texts)
    titles = {name: section.title for name, section in assessed.site.years[2021].scheme.all_sections.items()}
    score = SectionScore("", None, Decimal(1), Decimal(-1))
    episodes = tuple(
        Episode(
            "d4" * 20,
            DAY,
            world.word(("always", "")),
            "b@example.org",
            None,
            (
                Touch(
                    Happening.RECORDED, f"incidents/2021/{name}.md", 2021, name, next(iter(assessed.site.departments))
                ),
                Touch(Happening.AMENDED, f"incidents/2021/{name}.md", 2021, name, one["department"]),
            ),
            (ScoreChange(2021, one["department"], "", one["section"], titles[one["section"]], None, score, ()),),
        )
        for name, one in world.incidents.items()
    )
    return replace(assessed, trail=trail, episodes=episodes)


def internal_words(world, internal, statuses):
    """Every word that a public build may not hold."""
    owners = {("always", "")}
    owners |= {("field", name) for name in internal.fields}
    owners |= {("section", name) for name in internal.sections}
    owners |= {("department", name) for name in internal.departments}
    owners |= {("page", name) for name in internal.pages}
    for name, one in world.incidents.items():
        if {one["item"], one["clause"]} & set(internal.criteria) or statuses[name] & set(internal.statuses):
            owners.add(("incident", name))
    return {word for owner in owners for word in world.words.get(owner, ())}


def everything(folder):
    """All bytes of a build, by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_no_byte_of_a_public_build_holds_an_internal_value(given_world):
    world, internal = given_world
    read = read_site(tree(world.files))
    assert read.site is not None, read.problems
    assessed, _ = assess(read)
    assessed = with_history(world, assessed)
    statuses = {
        name: set(assessed.statuses(one, assessed.ledgers[2021].entries[name]))
        for name, one in assessed.site.years[2021].incidents.items()
    }
    assessed = replace(
        assessed, site=replace(assessed.site, settings=replace(assessed.site.settings, internal=internal))
    )
    shown = public(assessed)
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "output"
        write_site(shown, Path(parent), folder, jobs=1)
        built = everything(folder)
    words = internal_words(world, internal, statuses)
    for path, data in built.items():
        found = [word for word in words if word.encode() in data or word in path]
        assert not found, f"{path}: {found[:3]}"
    adds_up(shown)


def adds_up(shown):
    """What is shown still adds up: a section's points less its score is what was deducted, outer ones are the sum."""
    scheme = shown.site.years[2021].scheme
    for scores in shown.ledgers[2021].scores.values():
        assert set(scores) == set(scheme.all_sections)
        for section in scheme.all_sections.values():
            score = scores[section.id]
            assert score.score == (score.points or 0) - score.deducted and score.points == section.points
            if section.sections:
                assert score.deducted == sum(scores[inner.id].deducted for inner in section.sections)


def test_where_nothing_is_internal_the_public_sees_the_same_pages(tmp_path):
    draw = {"2021-0001": incident(appeal="{filed: 2021-04-01}", evidence="[a letter]"), "2021-0002": incident()}
    assessed, _ = assess(read_site(site(draw, files={"content/site.yaml": "title: A site\ncommitter-names: true\n"})))
    life = (
        Event(Happening.RECORDED, "a1" * 20, DAY, "", "Somebody"),
        Event(Happening.AMENDED, "b2" * 20, DAY, "", "Somebody", before="one", after="two"),
    )
    names = [f"incidents/2021/{name}.md" for name in draw]
    verdicts = {name: Verdict(Decision.PENDING, message("An approval is still missing")) for name in names}
    lives, texts = dict.fromkeys(names, life), {"one": "Words of then", "two": "Words of now"}
    trail = Trail(Level.REVIEWED, Policy(), True, None, "c3" * 20, DAY, verdicts, lives, texts)
    touches = (Touch(Happening.REMOVED, "incidents/2021/gone.md", 2021, "gone", "library", approved=True),)
    assessed = replace(assessed, trail=trail, episodes=(Episode("d4" * 20, DAY, "Somebody", "", None, touches, ()),))
    for name, shown in (("whole", assessed), ("public", public(assessed))):
        write_site(shown, tmp_path, tmp_path / name, jobs=1)
    whole = everything(tmp_path / "whole")
    assert b"Somebody" in whole["2021/incidents/2021-0001.html"] and b"gone" in whole["2021/changes.html"]
    assert everything(tmp_path / "public") == whole


def test_git_s_own_words_are_not_published():
    """They may hold paths of the computer on which a site is built."""
    assessed, _ = assess(read_site(site({"2021-0001": incident()})))
    why = message("git says: {words}", words="not in /home/somebody")
    unknown = {"incidents/2021/2021-0001.md": Verdict(Decision.UNKNOWN, why)}
    shown = public(replace(assessed, trail=Trail(Level.REVIEWED, Policy(), False, why, verdicts=unknown))).trail
    assert "somebody" not in f"{shown.why} {shown.verdicts}"


def test_the_limit_around_an_internal_section_tells_no_figure_of_it():
    """Were it told how much earlier records used, an internal section's deductions could be computed."""
    outer = (
        "title: Outer\npoints: 1\nassessor: office\nsections:\n"
        "  open: {title: Open, items: {a: {text: A, clauses: {c: {text: C, deduct: 0.7, per: [occurrence]}}}}}\n"
        "  shut: {title: Shut, items: {b: {text: B, clauses: {c: {text: C, deduct: 0.6, per: [occurrence]}}}}}\n"
    )
    record = "---\ndepartment: library\ncriterion: outer.{item}\nclause: c\ndate: 2021-0{month}-01\n---\nIt happened.\n"
    incidents = {
        "2021-0001": record.format(item="shut.b", month=1),
        "2021-0002": record.format(item="open.a", month=2),
    }
    read = read_site(site(incidents, criteria={"outer": outer, "conduct": None, "study": None}))
    assessed, _ = assess(read)
    hidden = replace(assessed.site.settings, internal=Internal(sections=("outer.shut",)))
    shown = public(replace(assessed, site=replace(assessed.site, settings=hidden)))
    entry = shown.ledgers[2021].entries["2021-0002"]
    assert list(shown.ledgers[2021].entries) == ["2021-0002"]
    limit = next(step for step in entry.steps if step.rule is Rule.LIMIT)
    assert dict(limit.text.values) == {"left": Decimal("0.4")}


def test_what_speaks_of_a_whole_section_goes_with_its_internal_part():
    outer = (
        "title: Outer\nassessor: office\nnote: Two parts\nsections:\n"
        "  open: {title: Open, items: {a: {text: A, clauses: {c: {text: C, deduct: 0.7, per: [occurrence]}}}}}\n"
        "  shut: {title: Shut, items: {b: {text: B, clauses: {c: {text: C, deduct: 0.6, per: [occurrence]}}}}}\n"
    )
    scheme = SCHEME + "interpretations: [{where: outer, words: Outer, reading: Two parts, decided: 2021-01-01}]\n"
    read = read_site(site({}, criteria={"scheme": scheme, "outer": outer, "conduct": None, "study": None}))
    assessed, _ = assess(read)
    hidden = replace(assessed.site.settings, internal=Internal(sections=("outer.shut",)))
    shown = public(replace(assessed, site=replace(assessed.site, settings=hidden))).site.years[2021].scheme
    assert assessed.site.years[2021].scheme.interpretations and not shown.interpretations
    assert shown.sections[0].note is None


def test_the_name_of_a_case_stands_in_no_sentence():
    keys = {"criterion": "conduct.sanctions", "clause": "warned", "case": "secret", "count": None}
    incidents = {f"2021-000{number}": incident(date=f"2021-0{number}-01", **keys) for number in (1, 2)}
    assessed, _ = assess(read_site(site(incidents)))
    hidden = replace(assessed.site.settings, internal=Internal(fields=("case",)))
    shown = public(replace(assessed, site=replace(assessed.site, settings=hidden)))
    sentences = [step.text for entry in shown.ledgers[2021].entries.values() for step in entry.steps]
    assert any("case" in dict(one.values) for one in sentences)
    assert not any("secret" in str(one) for one in sentences)
    assert all(one.case is None for one in shown.site.years[2021].incidents.values())


@pytest.mark.parametrize(
    ("internal", "expected"),
    [
        ("{fields: [txt]}", "unknown-field"),
        ("{sections: [conduc]}", "unknown-section"),
        ("{departments: [libary]}", "unknown-department"),
        ("{criteria: [conduct.absence]}", "unknown-criterion"),
        ("{statuses: [gone]}", "unknown-status"),
        ("{pages: [about]}", "unknown-page"),
        ("{sections: [conduct, study]}", "nothing-public"),
        ("{departments: [office, library]}", "nothing-public"),
        ("{field: [text]}", "unknown-key"),
    ],
)
def test_what_is_misspelt_would_be_published_and_so_is_an_error(internal, expected):
    found = placed(site(files={"content/publication.yaml": f"internal: {internal}\n"}))
    assert [one.split()[1] for one in found] == [expected]


def test_the_command_builds_for_the_public(tmp_path):
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    (tmp_path / "content/publication.yaml").open("a", encoding="utf-8").write("internal: {departments: [teaching]}\n")
    whole = kaohe("build", "-o", tmp_path / "whole", folder=tmp_path)
    part = kaohe("build", "--audience", "public", "-o", tmp_path / "part", folder=tmp_path)
    assert whole.returncode == part.returncode == 0, part.stderr
    assert any("教务处".encode() in data for data in everything(tmp_path / "whole").values())
    assert not any("教务处".encode() in data for data in everything(tmp_path / "part").values())
    assert "公开版" in (tmp_path / "part/index.html").read_text(encoding="utf-8")
