"""A review in sentences: the parts and lines that Markdown and HTML show alike."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from site_builder.model import Decision, Level, Message, Problem, SectionScore, message, plain
from site_builder.model.review import (
    Cause,
    Change,
    Fate,
    FieldChange,
    FileChange,
    IncidentChange,
    Need,
    Power,
    Reason,
    Review,
    RuleChange,
    Run,
    ScoreChange,
    Subject,
    Value,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; the marked words that it is about, and the lines that explain it."""

    text: Message
    words: tuple[Run, ...] = ()
    lines: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its lines, the most important first. `kind` is a word for the style sheet."""

    kind: str
    title: Message
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """A review as it is read: a title, what holds for all of it, and its parts."""

    title: Message
    leads: tuple[Message, ...]
    parts: tuple[Part, ...]


_LEVELS = {
    Level.RECORDED: message("The level is “recorded”: approvals are shown, and not demanded."),
    Level.REVIEWED: message("The level is “reviewed”: what is not approved by somebody else does not count."),
    Level.SIGNED: message("The level is “signed”: what is not approved with a valid signature does not count."),
}


def telling(review: Review) -> Telling:
    """The review in sentences."""
    return Telling(message("What this change does"), tuple(_leads(review)), tuple(_parts(review)))


def _leads(review: Review) -> Iterator[Message]:
    scope = review.scope
    if scope is not None:
        yield message("Compared: {base} with {head}.", base=scope.base[:12], head=scope.head[:12])
        if not scope.related:
            yield message("The two have no history in common.")
        yield _LEVELS[scope.level]
        if scope.proposed and scope.level is not Level.RECORDED:
            yield message("The scores are those that follow once this change is approved.")
    if review.incomparable is not None:
        yield message("{why}.", why=review.incomparable)
    elif review.is_empty:
        yield message("Nothing changes.")
    elif not review.scores:
        yield message("No score changes.")


def _parts(review: Review) -> Iterator[Part]:
    found = (
        Part(
            "powers",
            message("Look at this first: it changes who decides, or what runs"),
            tuple(map(_power, review.powers)),
        ),
        Part("problems", message("Problems that it brings"), tuple(map(_problem, review.problems_added))),
        Part("needs", message("Approvals"), tuple(_needs(review.needs, review.names))),
        Part("scores", message("Scores"), tuple(_scores(review.scores))),
        Part("incidents", message("Incidents"), tuple(_incident(one, review.names) for one in review.incidents)),
        Part("rules", message("Rules"), tuple(_rule(one, review.names) for one in review.rules)),
        Part("departments", message("Departments"), tuple(_rule(one, review.names) for one in review.departments)),
        Part("mended", message("Problems that it mends"), tuple(map(_problem, review.problems_removed))),
        Part("files", message("Files"), tuple(_without_words(one, review.powers) for one in review.files)),
    )
    return (part for part in found if part.lines)


def _power(power: Power) -> Line:
    return Line(message("{file}: {why}", file=_file(power.file).text, why=power.why), power.file.words)


_FILES = {
    Change.ADDED: message("new"),
    Change.REMOVED: message("removed"),
    Change.CHANGED: message("changed"),
    Change.MOVED: message("moved"),
}


def _file(file: FileChange) -> Line:
    if file.before_path is not None:
        return Line(message("{path} (was {before})", path=file.path, before=file.before_path), file.words)
    return Line(message("{path} ({change})", path=file.path, change=_FILES[file.kind]), file.words)


def _without_words(file: FileChange, powers: Iterable[Power]) -> Line:
    """A changed file; its words are not shown twice."""
    line = _file(file)
    return Line(line.text) if any(power.file.path == file.path for power in powers) else line


def _problem(problem: Problem) -> Line:
    at = f"{problem.place.path}:{problem.place.line}:{problem.place.column}"
    text = message(
        "{place}: {severity}: {text}", place=at, severity=_SEVERITY[problem.severity.value], text=problem.text
    )
    return Line(text, lines=(Line(problem.hint),))


_SEVERITY = {"error": message("error"), "warning": message("warning")}


def _needs(needs: Iterable[Need], names: Mapping[str, str]) -> Iterator[Line]:
    """What each changed file has and lacks; files that lack the same stand together, what lacks most first."""
    groups: dict[tuple[Decision, Message], list[Need]] = {}
    for need in needs:
        groups.setdefault((need.decision, need.reason), []).append(need)
    for (_, reason), group in sorted(groups.items(), key=lambda one: one[0][0] is Decision.APPROVED):
        text = message("{reason}: {count}", reason=reason, count=len(group))
        yield Line(text, lines=tuple(_need(need, names) for need in group))


def _need(need: Need, names: Mapping[str, str]) -> Line:
    has = tuple(
        Line(
            message(
                "approved for {office} in commit {commit}",
                office=names.get(one.role, one.role),
                commit=one.commit[:12],
            )
        )
        for one in need.approvals
    )
    return Line(message("{path}", path=need.subject), lines=has)


def _scores(changes: Iterable[ScoreChange]) -> Iterator[Line]:
    """The departments, the one with the largest difference first; in each, its sections from outside to inside."""
    groups: dict[tuple[int, str], list[ScoreChange]] = {}
    for change in changes:
        groups.setdefault((change.year, change.department), []).append(change)
    for (year, _), group in groups.items():
        text = message("{department}, {year}", department=group[0].department_name, year=str(year))
        yield Line(text, lines=tuple(_inside("", group)))


def _inside(section: str, group: list[ScoreChange]) -> Iterator[Line]:
    """The changed sections directly inside one (at the top: those inside no other changed one)."""
    ids = {one.section for one in group}
    for change in group:
        if _around(change.section, ids) == section:
            inner = [one for one in group if _around(one.section, ids) == change.section]
            explained = bool(inner) and sum((one.difference for one in inner), Decimal(0)) == change.difference
            reasons = () if explained else tuple(map(_reason, change.reasons))
            yield Line(_score(change), lines=(*reasons, *_inside(change.section, group)))


def _around(section: str, ids: set[str]) -> str:
    """The nearest of these sections that lies around one."""
    parts = section.split(".")
    outer = (".".join(parts[:depth]) for depth in range(len(parts) - 1, 0, -1))
    return next((one for one in outer if one in ids), "")


def _score(change: ScoreChange) -> Message:
    return message(
        "{section}: {before} → {after} ({difference})",
        section=change.title,
        before=_standing(change.before),
        after=_standing(change.after),
        difference=signed(change.difference),
    )


def _standing(score: SectionScore | None) -> object:
    return message("nothing") if score is None else signed(score.score, "")


def signed(points: Decimal, plus: str = "+") -> str:
    """A difference with its sign: `+0.5`, `−0.5`; 0 has none."""
    return ("−" if points < 0 else plus if points else "") + plain(points.copy_abs())


def _reason(reason: Reason) -> Line:
    return Line(
        message(
            "{difference}: {why}",
            difference=signed(reason.difference),
            why=message("{why} ({others})", why=_why(reason), others=_others(reason))
            if reason.others
            else _why(reason),
        )
    )


def _others(reason: Reason) -> Message:
    words = message("because of {incidents}", incidents=reason.others)
    return message("{words} and others", words=words) if reason.more else words


def _why(reason: Reason) -> Message:
    values = {
        "incident": reason.incident or "",
        "before": reason.before,
        "after": reason.after,
        "rules": reason.rules,
    }
    return Message(_CAUSES[reason.cause].template, tuple(values.items()))


_CAUSES = {
    Cause.RECORDED: message("{incident} was recorded and counts {after}"),
    Cause.AMENDED: message("{incident} was amended and counts {after} instead of {before}"),
    Cause.WITHDRAWN: message("{incident} was withdrawn and no longer counts {before}"),
    Cause.RESTORED: message("{incident} is no longer withdrawn and counts {after}"),
    Cause.REMOVED: message("{incident} was removed and no longer counts {before}"),
    Cause.APPROVED: message("{incident} was approved and counts {after}"),
    Cause.PENDING: message("{incident} is not approved any more and no longer counts {before}"),
    Cause.RULE: message("{incident} counts {after} instead of {before} by the changed rule {rules}"),
    Cause.OTHERS: message("{incident}, itself unchanged, counts {after} instead of {before}"),
    Cause.POINTS: message("the section has {after} points instead of {before}"),
}


def _incident(change: IncidentChange, names: Mapping[str, str]) -> Line:
    charge = change.charge
    what = message(
        "{department}: {item}, {clause}",
        department=charge.department_name,
        item=charge.item_text,
        clause=charge.clause_text,
    )
    text = message(
        "{incident} {fate}; {counted}. {what}",
        incident=change.id,
        fate=_FATES[change.fate],
        counted=_counted(change),
        what=what,
    )
    if change.fate is Fate.REMOVED:
        return Line(text)
    moved = change.before and change.after and change.before.path != change.after.path
    path = (Line(message("File: {path}", path=charge.path)),) if moved or change.fate is Fate.MOVED else ()
    return Line(text, lines=(*path, *(_field(one, names) for one in change.fields)))


_FATES = {
    Fate.RECORDED: message("was recorded"),
    Fate.AMENDED: message("was amended"),
    Fate.WITHDRAWN: message("was withdrawn"),
    Fate.RESTORED: message("is no longer withdrawn"),
    Fate.MOVED: message("moved to another folder"),
    Fate.REMOVED: message("was removed"),
}


def _counted(change: IncidentChange) -> Message:
    before, after = (None if one is None else one.counted for one in (change.before, change.after))
    if after is None:
        return message("counted {before}", before=before)
    if before is None:
        text = message("counts {after}", after=after)
    elif before == after:
        text = message("counts {after} as before", after=after)
    else:
        text = message("counts {after} instead of {before}", before=before, after=after)
    if change.charge.gross == after:
        return text
    return message("{text} ({gross} before repetition and limits)", text=text, gross=change.charge.gross)


SUBJECTS = {
    Subject.SCHEME: message("Rule book"),
    Subject.UNIT: message("Unit"),
    Subject.SECTION: message("Section"),
    Subject.ITEM: message("Item"),
    Subject.CLAUSE: message("Clause"),
    Subject.INTERPRETATION: message("Interpretation of"),
    Subject.EXAMPLE: message("Example of"),
    Subject.DEPARTMENT: message("Department"),
}


def _rule(change: RuleChange, names: Mapping[str, str]) -> Line:
    text = message(
        "{subject} {id} ({change}): {title}",
        subject=SUBJECTS[change.subject],
        id=change.id,
        change=_FILES[change.change],
        title=change.title,
    )
    return Line(text, lines=tuple(_field(one, names) for one in change.fields))


_FIELDS = {
    "department": message("department"),
    "criterion": message("item"),
    "clause": message("clause"),
    "date": message("date"),
    "count": message("count"),
    "case": message("case"),
    "deduction": message("deduction"),
    "evidence": message("evidence"),
    "appeal": message("objection"),
    "withdrawn": message("withdrawal"),
    "text": message("text"),
    "title": message("title"),
    "points": message("points"),
    "assessor": message("assessor"),
    "section": message("section"),
    "note": message("note"),
    "method": message("wording of the rule"),
    "clauses": message("clauses"),
    "deduct": message("amount"),
    "per": message("per"),
    "limit": message("limit"),
    "cumulation": message("cumulation"),
    "measure": message("measurement"),
    "measured": message("measured"),
    "at-least": message("threshold"),
    "order": message("order"),
    "source": message("source"),
    "period": message("period"),
    "unit": message("measure word"),
    "where": message("place"),
    "words": message("words"),
    "reading": message("reading"),
    "decided": message("decided"),
    "given": message("given"),
    "deducts": message("deducts"),
    "name": message("name"),
    "group": message("group"),
    "from": message("from"),
    "to": message("to"),
    "successor": message("successor"),
    "project": message("project"),
    "kind": message("kind"),
}
"""Keys of the files in words, by what stands before the first dot."""


def _field(field: FieldChange, names: Mapping[str, str]) -> Line:
    label = field_label(field.name)
    if field.words:
        return Line(message("{field}:", field=label), field.words)
    before, after = (_value(field.name, value, names) for value in (field.before, field.after))
    if field.before is None:
        return Line(message("{field}: {after}", field=label, after=after))
    return Line(message("{field}: {before} → {after}", field=label, before=before, after=after))


def field_label(name: str) -> Message:
    """What a key of a file is called; what stands behind a dot in it comes in brackets."""
    key, _, inner = name.partition(".")
    label = _FIELDS.get(key, message("{key}", key=key))
    return message("{field} ({inner})", field=label, inner=inner) if inner else label


def _value(name: str, value: Value, names: Mapping[str, str]) -> object:
    """The value; a department by its name and id."""
    if value is None:
        return message("nothing")
    if name in ("department", "assessor") and value in names:
        return message("{name} ({id})", name=names[str(value)], id=value)
    return value
