"""The engine in the browser counts as the program does: 100,000 random rule books with records, to the sentence."""

import json
import random
from datetime import date
from decimal import Decimal

import pytest

from site_builder.exports.rules import rules_script
from site_builder.language import language
from site_builder.model import (
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    FixedDeduction,
    Incident,
    Item,
    Scheme,
    Section,
    Withdrawal,
    plain,
)
from site_builder.pages.simulator import SENTENCES
from site_builder.scoring import score
from tests.publication.conftest import ROOT

CASES, BATCH = 100_000, 2_000
UNITS = {"person": "人", "day": "days", "point": "分", "occurrence": "次"}
PER = (
    (),
    ("occurrence",),
    ("person", "day"),
    ("item",),
    ("item", "occurrence"),
    ("point",),
    ("point", "day"),
    ("case",),
)
SPEAKING = language("zh_CN")


def amount(chance, most=40):
    """A positive amount with up to six decimals, most often with one."""
    places = chance.choice((0, 1, 1, 1, 2, 6))
    return Decimal(chance.randint(1, most * 10**places)).scaleb(-places)


def clause(chance, name, section, item=None):
    per = chance.choice(PER)
    cumulation = Cumulation.ONCE_PER_ITEM if per == ("item",) else Cumulation.EACH
    if per == ("case",) or chance.random() < 0.1:
        cumulation = Cumulation.HIGHEST_PER_CASE
    discretionary = chance.random() < 0.15
    return Clause(
        name=name,
        section=section,
        item=item,
        text=f"Clause {name}",
        effect=DiscretionaryDeduction() if discretionary else FixedDeduction(amount(chance, 4)),
        per=tuple(unit for unit in per if unit in ("item", "case")) if discretionary else per,
        limit=amount(chance, 5) if chance.random() < 0.25 else None,
        cumulation=cumulation,
    )


def section(chance, name, depth, inherited):
    own = [clause(chance, f"s{number}", name) for number in range(chance.randint(0, 2))]
    shared = tuple({one.name: one for one in (*inherited, *own)}.values())
    points = amount(chance, 4) if chance.random() < 0.7 else None
    if depth < 3 and chance.random() < 0.4:
        passed_on = tuple(one for one in shared if one.limit is None)
        inner = tuple(section(chance, f"{name}.{one}", depth + 1, passed_on) for one in "ab"[: chance.randint(1, 2)])
        return Section(name, f"章节{name}", points, None, shared, sections=inner)
    items = []
    for number in range(chance.randint(1, 3)):
        own = tuple(clause(chance, f"c{one}", name, f"i{number}") for one in range(chance.randint(1, 2)))
        used = shared if shared and chance.random() < 0.5 else own
        items.append(Item(f"{name}.i{number}", f"i{number}", "words", "words", name, None, used))
    return Section(name, f"章节{name}", points, None, shared, items=tuple(items))


def incident(chance, scheme, number):
    item = chance.choice(list(scheme.items.values()))
    rule = chance.choice(item.clauses)
    counts = {
        unit: amount(chance, 9) if unit == "point" else Decimal(chance.randint(1, 12))
        for unit in rule.counted_units
        if chance.random() < 0.8
    }
    return Incident(
        id=f"2021-{number:04}",
        department="law",
        criterion=item.id,
        clause=rule.name,
        date=date(2021, 1, chance.randint(1, 5)),
        counts=counts,
        case=chance.choice(("甲", "乙")) if rule.cumulation is Cumulation.HIGHEST_PER_CASE else None,
        deduction=amount(chance, 3) if isinstance(rule.effect, DiscretionaryDeduction) else None,
        withdrawn=Withdrawal(date(2021, 2, 1), "In error") if chance.random() < 0.1 else None,
    )


def world(chance):
    sections = tuple(section(chance, name, 1, ()) for name in "pq"[: chance.randint(1, 2)])
    scheme = Scheme(2021, "Rules", "", date(2021, 1, 1), date(2021, 12, 31), UNITS, sections)
    incidents = [incident(chance, scheme, number) for number in range(chance.randint(0, 8))]
    pending = {one.id for one in incidents if chance.random() < 0.1}
    return scheme, incidents, pending


def given(scheme, incidents, pending):
    """A case as the page has it: the published script's value, and the events."""
    text = rules_script(scheme).decode()
    events = [
        {
            "id": one.id,
            "date": one.date.isoformat(),
            "criterion": one.criterion,
            "clause": one.clause,
            "counts": {unit: plain(count) for unit, count in one.counts.items()},
            "deduction": None if one.deduction is None else plain(one.deduction),
            "case": one.case,
            "state": "withdrawn" if one.withdrawn else "pending" if one.id in pending else "",
        }
        for one in incidents
    ]
    return {"rules": json.loads(text[text.index("(") + 1 : text.rindex(")")]), "events": events}


def expected(scheme, incidents, pending):
    """What the program says, in the form in which the engine answers."""
    ledger = score(scheme, ["law"], incidents, pending)
    entries = {
        name: [
            plain(entry.gross),
            plain(entry.counted),
            [[step.rule.value, plain(step.value), SPEAKING.say(step.text), list(step.others)] for step in entry.steps],
        ]
        for name, entry in ledger.entries.items()
    }
    scores = {
        name: [None if one.points is None else plain(one.points), plain(one.deducted), plain(one.score)]
        for name, one in ledger.scores["law"].items()
    }
    return [entries, scores]


ANSWER = """text => {
  const [cases, sentences] = JSON.parse(text);
  const said = message => sentences[message.template].replace(/\\{([a-z]+)\\}/g, (whole, name) => {
    const value = message.values[name];
    return typeof value === "object" ? said(value) : value;
  });
  return JSON.stringify(cases.map(one => {
    const found = kaohe.scoring.score(kaohe.scoring.rules(one.rules), one.events);
    const entries = {}, scores = {};
    for (const [name, entry] of Object.entries(found.entries)) {
      entries[name] = [entry.gross, entry.counted,
        entry.steps.map(step => [step.rule, step.value, said(step.text), step.others])];
    }
    for (const [name, own] of Object.entries(found.scores)) scores[name] = [own.points, own.deducted, own.score];
    return [entries, scores];
  }));
}"""


@pytest.fixture(scope="module")
def engine(chromium):
    page = chromium.new_page()
    page.add_script_tag(path=ROOT / "themes/campus/static/scoring.js")
    yield page
    page.close()


@pytest.mark.parametrize("batch", range(CASES // BATCH))
def test_every_figure_and_every_sentence_is_the_programs(engine, batch):
    chance = random.Random(batch)
    worlds = [world(chance) for _ in range(BATCH)]
    sentences = {one.template: SPEAKING.translations.gettext(one.template) for one in SENTENCES}
    answers = json.loads(engine.evaluate(ANSWER, json.dumps([[given(*one) for one in worlds], sentences])))
    for one, answer in zip(worlds, answers, strict=True):
        assert answer == expected(*one), one


def test_the_random_cases_meet_every_rule():
    chance = random.Random(0)
    rules = set()
    for _ in range(400):
        scheme, incidents, pending = world(chance)
        for entry in score(scheme, ["law"], incidents, pending).entries.values():
            rules |= {step.rule.value for step in entry.steps}
    assert rules == {"amount", "withdrawn", "pending", "once-per-item", "highest-per-case", "limit"}
