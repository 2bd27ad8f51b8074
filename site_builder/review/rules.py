"""What changed in the rule books and among the departments."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from site_builder.model import Department, Origin, Scheme, Section, Site
from site_builder.model.review import Change, FieldChange, RuleChange, Subject
from site_builder.review import facts
from site_builder.review.facts import Facts, changed_fields


@dataclass(frozen=True, slots=True)
class Rule:
    """A part of the rule book on one side: what it says, and the order of what stands in it."""

    subject: Subject
    id: str
    title: str
    origin: Origin
    facts: Facts
    order: tuple[str, ...] = ()


def rule_changes(base: Site, head: Site) -> tuple[RuleChange, ...]:
    """The changes of all rule books, in the order of years and of the books; what is gone comes last."""
    return tuple(
        change
        for year in sorted({*base.years, *head.years})
        for change in changes_between(year, _of_year(base, year), _of_year(head, year))
    )


def department_changes(base: Site, head: Site) -> tuple[RuleChange, ...]:
    """The changes of departments, in the site's order; those that are gone come last."""
    before, after = (tuple(_departments(site.departments)) for site in (base, head))
    return tuple(changes_between(None, before, after))


def _departments(departments: Mapping[str, Department]) -> Iterator[Rule]:
    for name, one in departments.items():
        yield Rule(Subject.DEPARTMENT, name, one.name, one.origin, facts.of_department(one))


def _of_year(site: Site, year: int) -> tuple[Rule, ...]:
    return rules_of(site.years[year].scheme) if year in site.years else ()


def rules_of(scheme: Scheme) -> tuple[Rule, ...]:
    """Everything that a rule book says, part by part, in its order."""
    return (*_named(scheme), *_unnamed(scheme))


def _named(scheme: Scheme) -> Iterator[Rule]:
    """What has an id: the head, units, sections, items and clauses."""
    order = tuple(section.id for section in scheme.sections)
    yield Rule(Subject.SCHEME, str(scheme.year), scheme.title, scheme.origin, facts.of_scheme(scheme), order)
    for unit, word in scheme.units.items():
        yield Rule(Subject.UNIT, unit, word, scheme.origin, {"unit": word})
    for section in scheme.all_sections.values():
        yield Rule(
            Subject.SECTION, section.id, section.title, section.origin, facts.of_section(section), _inside(section)
        )
    for item in scheme.items.values():
        yield Rule(Subject.ITEM, item.id, item.text, item.origin, facts.of_item(item))
    for clause in scheme.clauses.values():
        yield Rule(Subject.CLAUSE, clause.id, clause.text, clause.origin, facts.of_clause(clause))


def _inside(section: Section) -> tuple[str, ...]:
    return (*(inner.id for inner in section.sections), *(item.id for item in section.items))


def _unnamed(scheme: Scheme) -> Iterator[Rule]:
    """What has no id of its own: interpretations and examples, by the place where they hold."""
    for one in scheme.interpretations:
        yield Rule(Subject.INTERPRETATION, one.where, one.words, one.origin, facts.of_interpretation(one))
    for example in scheme.examples:
        yield Rule(Subject.EXAMPLE, example.where, example.where, example.origin, facts.of_example(example))


def changes_between(year: int | None, before: Iterable[Rule], after: Iterable[Rule]) -> Iterator[RuleChange]:
    """What differs, in the order of the head; what the head no longer has comes last."""
    old, new = _numbered(_without(before, after)), _numbered(_without(after, before))
    for key in dict.fromkeys((*new, *old)):
        change = _change(year, old.get(key), new.get(key))
        if change is not None:
            yield change


def _without(rules: Iterable[Rule], others: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that do not stand among the others word for word, each as often as it is missing there."""
    left = Counter(map(_content, others))
    for rule in rules:
        content = _content(rule)
        if not left[content]:
            yield rule
        left[content] -= bool(left[content])


def _content(rule: Rule) -> Hashable:
    return rule.subject, rule.id, tuple(rule.facts.items()), rule.order


def _numbered(rules: Iterable[Rule]) -> Mapping[Hashable, Rule]:
    """The rules by subject and id; of several with the same, the first belongs to the other side's first."""
    seen: Counter[Hashable] = Counter()
    found: dict[Hashable, Rule] = {}
    for rule in rules:
        key = rule.subject, rule.id
        found[*key, seen[key]] = rule
        seen[key] += 1
    return found


def _change(year: int | None, old: Rule | None, new: Rule | None) -> RuleChange | None:
    rule = new or old
    assert rule is not None
    fields = changed_fields(old.facts if old else {}, new.facts if new else {})
    if old and new:
        fields = (*fields, *_reordered(old.order, new.order))
    kind = Change.CHANGED if old and new else Change.ADDED if new else Change.REMOVED
    if kind is Change.CHANGED and not fields:
        return None
    return RuleChange(rule.subject, year, rule.id, rule.title, kind, rule.origin.place.path, fields)


def _reordered(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[FieldChange]:
    """The order of what stands on both sides, where it is another one."""
    common = {*before} & {*after}
    old, new = (tuple(name for name in order if name in common) for order in (before, after))
    if old != new:
        yield FieldChange("order", ", ".join(old), ", ".join(new))
