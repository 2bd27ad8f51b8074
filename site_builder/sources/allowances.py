"""Personal data in the sources: a warning for each that `criteria/personal-data.yaml` does not allow by name."""

from collections.abc import Iterable, Iterator
from itertools import chain
from posixpath import splitext

from site_builder.model import (
    ALLOWANCES,
    EVERYWHERE,
    POLICY,
    Allowance,
    Finding,
    Personal,
    Place,
    Problem,
    Sources,
    message,
)
from site_builder.sources.documents import read_mapping
from site_builder.sources.fields import Fields, as_fields
from site_builder.sources.mistakes import shown
from site_builder.sources.notation import wordings
from site_builder.sources.personal import covered, findings, masked
from site_builder.sources.report import Report
from site_builder.sources.text import decode, place_of
from site_builder.sources.tree import Tree

Seen = dict[tuple[str, bytes], bool]
"""Whether something was found in a content, by the ending of its name."""

_SCANNED = (".md", ".yaml", ".csv", ".svg")
_MOST_TOLD = 100
"""The most warnings of one file."""

_NEVER = (POLICY, ALLOWANCES)
"""Who may approve is known by address, and what is allowed is written out: neither is published."""


def check_personal_data(report: Report, tree: Tree, seen: Seen) -> None:
    """Warn of what looks like a person, wherever it stands in the sources, and of allowances that nothing needs.

    `seen` is what contents were found to hold; it grows.
    """
    allowances = _read_allowances(report, tree)
    used: set[Allowance] = set()
    for path, data in tree.files.items():
        if not path.endswith(_SCANNED) or path in _NEVER:
            continue
        stem, ending = splitext(path)
        if (ending, data) not in seen:
            seen[ending, data] = any(_found(path, data.decode("utf-8", "replace")))
        if seen[ending, data] or findings(stem):
            used |= set(_check_file(report, path, data, allowances))
    for allowance in allowances:
        if allowance not in used and not tree.problems:
            text = message("Nothing needs this allowance")
            hint = message("Remove it, or correct its words and its place")
            report.warning(allowance.origin.place, "unused-allowance", text, hint)


def personal_data_left(sources: Sources) -> tuple[Problem, ...]:
    """The warnings of personal data that nothing allows; what is published to everybody must have none."""
    return tuple(problem for problem in sources.problems if problem.code.startswith("personal-"))


def _check_file(report: Report, path: str, data: bytes, allowances: Iterable[Allowance]) -> Iterator[Allowance]:
    """Warn of what is not allowed in a name and its file; gives the allowances that something needs."""
    stem, _ = splitext(path)
    text, _ = decode(path, data)
    told = 0
    found = _found(path, text or "")
    for words, finding, at in chain(((stem, one, None) for one in findings(stem)), found):
        needed = [one for one in allowances if _allows(one, path, words, finding)]
        yield from needed
        if not needed and told < _MOST_TOLD:
            told += 1
            place = Place(path) if at is None else place_of(path, text or "", at)
            _warn(report, place, finding, masked(words, finding))


def _found(path: str, text: str) -> Iterator[tuple[str, Finding, int]]:
    """What is found in a file, with the words that it stands in and its offset in the text; nothing twice."""
    known: set[tuple[Personal, int]] = set()
    for wording in wordings(path, text):
        for finding in findings(wording.text):
            at = wording.offset(finding.start)
            if (finding.kind, at) not in known:
                known.add((finding.kind, at))
                yield wording.text, finding, at


def _allows(allowance: Allowance, path: str, text: str, finding: Finding) -> bool:
    here = allowance.where in (EVERYWHERE, path)
    return here and allowance.kind is finding.kind and covered(text, finding, allowance.words)


def _warn(report: Report, place: Place, finding: Finding, value: str) -> None:
    hint = message("Remove it, or make it anonymous (张某); what must stay is allowed in {path}", path=ALLOWANCES)
    match finding.kind:
        case Personal.ID_NUMBER:
            text = message("This looks like an ID number: {value}", value=value)
            report.warning(place, "personal-id-number", text, hint)
        case Personal.BANK_CARD:
            text = message("This looks like the number of a bank card: {value}", value=value)
            report.warning(place, "personal-bank-card", text, hint)
        case Personal.PHONE:
            text = message("This looks like a mobile number: {value}", value=value)
            report.warning(place, "personal-phone", text, hint)
        case Personal.EMAIL:
            text = message("This looks like an e-mail address: {value}", value=value)
            report.warning(place, "personal-email", text, hint)
        case Personal.NAME:
            text = message("This looks like a person's name: {value}", value=value)
            report.warning(place, "personal-name", text, hint)


def _read_allowances(report: Report, tree: Tree) -> tuple[Allowance, ...]:
    fields = read_mapping(report, ALLOWANCES, tree.files[ALLOWANCES]) if ALLOWANCES in tree.files else None
    if fields is None:
        return ()
    entries = (as_fields(report, node) for node in fields.sequence("allowed", required=True))
    found = tuple(allowance for inner in entries if inner and (allowance := _allowance(inner)))
    fields.close()
    return found


def _allowance(fields: Fields) -> Allowance | None:
    kind, words = _kind(fields), fields.text("words", required=True)
    where, reason = fields.text("where", required=True), fields.text("reason", required=True)
    fields.close()
    if kind is None or words is None or where is None or reason is None:
        return None
    return Allowance(kind, words, where, reason, fields.origin)


def _kind(fields: Fields) -> Personal | None:
    word = fields.text("kind", required=True)
    if word is None:
        return None
    if word in tuple(Personal):
        return Personal(word)
    text = message("There is no kind of personal data “{name}”", name=shown(word))
    fields.report.unknown(fields.place_of("kind"), "unknown-personal-data", text, word, tuple(Personal))
    return None
