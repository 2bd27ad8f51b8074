"""`kaohe freeze`: fix the results of a year, or account for what differs from them."""

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

from site_builder import __version__
from site_builder.assessment import Assessment, assess, difference_of
from site_builder.authoring.results import results_yaml
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.cli.writing import write_whole
from site_builder.freezing import Difference, problems, proved, scores_of
from site_builder.model import (
    DEPARTMENTS,
    POLICY,
    SIGNERS,
    Frozen,
    Inputs,
    Level,
    Place,
    Restatement,
    message,
    results_path,
)
from site_builder.sources import LARGEST
from site_builder.sources.text import hidden
from site_builder.trail import granted

_SHOWN = 5


def run_freeze(session: Session, year: int, reason: str | None, decision: str | None, day: date | None) -> None:
    """Fix the results, or restate them; says what was written and what to do next."""
    for option, words in (("--reason", reason), ("--decision", decision)):
        if words is not None and not _is_plain(words):
            session.fail(EXIT_USAGE, message("{option} takes a line of words", option=option))
    assessment = _assessed(session.with_site(restating=True))
    if year not in assessment.site.years:
        known = tuple(str(one) for one in sorted(assessment.site.years))
        session.fail(EXIT_USAGE, message("There is no year {year}; there are: {years}", year=year, years=known))
    frozen = assessment.site.years[year].frozen
    if frozen is None and session.opened.proposed:
        session.fail(
            EXIT_USAGE, message("The results of {year} are not fixed yet: leave out --proposed", year=str(year))
        )
    if frozen is None:
        if reason or decision or day:
            session.fail(
                EXIT_USAGE, message("The results of {year} are not fixed yet: leave out the reason", year=year)
            )
        _check_proved(session, assessment, year)
        _write(session, _fixed(session, assessment, year))
        session.say(message("The results of {year} are fixed in {file}", year=str(year), file=results_path(year)))
    else:
        _check_proved(session, assessment, year)
        written = session.written.site
        stated = written.years[year].frozen if written is not None and year in written.years else None
        _restate(session, assessment, stated or frozen, (reason, decision, day))
    session.say(message("Commit the file, and have it approved like a rule"))


def _assessed(session: Session) -> Assessment:
    """The scored site, whatever results are fixed; proposals count as if they were approved."""
    proposed = session.opened.proposed
    trail = granted(session.trail) if proposed else session.trail
    assessment, found = assess(session.sources, trail, held=False, proposed=proposed)
    if assessment is None:
        session.tell(found)
        sys.exit(EXIT_PROBLEMS)
    return assessment


def _is_plain(words: str) -> bool:
    """Whether words can be written into the file: there are some, and nothing invisible among them."""
    return bool(words.strip()) and words.splitlines() == [words] and hidden(Place(""), words, "") is None


def _check_proved(session: Session, assessment: Assessment, year: int) -> None:
    """What is fixed must be what history holds, and proves: others compare with that."""
    if session.repository is None:
        text = message("The site does not lie in a git repository: there is no commit that the results could rest on")
        session.fail(EXIT_PROBLEMS, text)
    trail = assessment.trail
    if trail.level is not Level.RECORDED and not trail.known:
        text = message("Nothing can be proved here, so nothing is fixed: {reason}", reason=trail.why or "?")
        session.fail(EXIT_PROBLEMS, text)
    folders, files = (f"criteria/{year}/", f"incidents/{year}/"), (DEPARTMENTS, POLICY, SIGNERS)
    rests_on = (path for path in session.uncommitted if path.startswith(folders) or path in files)
    if loose := [path for path in rests_on if path != results_path(year)]:
        shown = (*loose[:_SHOWN], *(["…"] if len(loose) > _SHOWN else []))
        session.fail(EXIT_PROBLEMS, message("Commit first what the results rest on: {files}", files=shown))


def _fixed(session: Session, assessment: Assessment, year: int) -> Frozen:
    trail = assessment.trail
    return Frozen(
        year=year,
        version=__version__,
        commit=trail.commit or None,
        date=date.fromisoformat(trail.moment[:10]) if trail.commit and trail.moment else None,
        inputs=proved(_inputs(assessment, year), trail),
        scores=scores_of(assessment.ledgers[year]),
    )


def _inputs(assessment: Assessment, year: int) -> Inputs:
    """What the results rest on: the files in force, as they were read."""
    found = assessment.site.years[year].inputs
    assert found is not None
    return found


def _restate(
    session: Session, assessment: Assessment, frozen: Frozen, said: tuple[str | None, str | None, date | None]
) -> None:
    found = difference_of(assessment, frozen)
    begun = frozen.restatements[-1] if frozen.restatements and not frozen.restatements[-1].accounts else None
    reason, decision, day = said
    if not found.matters:
        session.fail(EXIT_USAGE, message("Nothing differs from the fixed results of {year}", year=str(frozen.year)))
    if begun is not None and any(said):
        text = message("A restatement is begun in {file}: leave the options away", file=results_path(frozen.year))
        session.fail(EXIT_USAGE, text)
    if begun is None and not (reason and decision and day):
        session.tell(problems(assessment.site, frozen.year, found))
        session.fail(EXIT_PROBLEMS, message("To account for this: --reason, --decision and --date of the decision"))
    _check_day(session, frozen, day)
    restated = begun or Restatement(day, reason, decision)  # type: ignore[arg-type]
    earlier = frozen.restatements[:-1] if begun else frozen.restatements
    _write(session, replace(frozen, restatements=(*earlier, _accounting(restated, found))))
    session.say(
        message("The restatement of {year} is in {file}", year=str(frozen.year), file=results_path(frozen.year))
    )


def _check_day(session: Session, frozen: Frozen, day: date | None) -> None:
    """A restatement comes after what it restates, and after those before it."""
    latest = max((one.date for one in frozen.restatements), default=date(frozen.year, 1, 1))
    if day is not None and frozen.date is not None and day < frozen.date:
        text = message("--date is before {date}, when the results were fixed", date=frozen.date)
        session.fail(EXIT_USAGE, text)
    if day is not None and day < latest:
        text = message("--date is before {date}: restatements stand in the order of their dates", date=latest)
        session.fail(EXIT_USAGE, text)


def _accounting(restatement: Restatement, found: Difference) -> Restatement:
    scores: dict[str, dict[str, Decimal | None]] = {}
    for one in found.effects:
        scores.setdefault(one.department, {})[one.section] = one.after
    return replace(
        restatement,
        level=found.level,
        files=found.files,
        verdicts=found.verdicts,
        scores=scores,
        departments=found.renamed,
    )


def _write(session: Session, frozen: Frozen) -> None:
    """Write the file whole or not at all."""
    data = results_yaml(frozen).encode()
    if len(data) > LARGEST:
        session.fail(EXIT_OUTSIDE, message("The file would have more than {limit} bytes", limit=LARGEST))
    path = session.site / results_path(frozen.year)
    try:
        write_whole(path, data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        session.fail(EXIT_OUTSIDE, message("{file} was not written: {reason}", file=str(path), reason=reason))
