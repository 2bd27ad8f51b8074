"""The commands and their options. What a command needs is imported when it runs, so that help comes at once."""

import gc
import sys
from pathlib import Path

import click

from site_builder import __version__
from site_builder.cli.completing import Name
from site_builder.cli.running import run
from site_builder.cli.speech import Group, Option, option
from site_builder.model import LANGUAGES

COLLECT_EVERY = 200_000
"""Objects made between two searches for cycles: the model has none, and a search takes longer the larger it is."""

_YEAR = option("--year", type=click.IntRange(1000, 2999), help="Which year; the latest (that has it) where not given.")
_FORMAT = option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output form."
)

_AT = option("--at", "revision", metavar="REV", help="Read the files and the history of a revision of git.")

_PROPOSED = option(
    "--proposed", is_flag=True, help="Count what stands in the files, whether or not it is approved; marked as such."
)

_STAGE = option(
    "--stage",
    type=click.Choice(["draft", "notice", "final"]),
    help="Stage of the latest year; as the settings have it where not given.",
)
_AUDIENCE = option(
    "--audience",
    type=click.Choice(["internal", "public"]),
    default="internal",
    show_default=True,
    help="For whom: with all that is recorded, or without what is internal.",
)

_OUTPUT = option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder to write to; `output` in the site's folder where not given.",
)


def _language(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    return "zh_CN" if value == "zh" else value


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@option(
    "--site",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    is_eager=True,
    help="Folder of the site; the current one where not given.",
)
@option(
    "--lang",
    type=click.Choice(["zh", *LANGUAGES]),
    callback=_language,
    is_eager=True,
    help="Language of messages and help; the site's where not given.",
)
@click.version_option(__version__, prog_name="kaohe", cls=Option)
@click.pass_context
def cli(context: click.Context, site: Path, lang: str | None) -> None:
    """Kaohe (考核) publishes scorecards from a rule book and a record of incidents, exact and explained."""
    from site_builder.cli.session import Session
    from site_builder.opened import open_site

    context.obj = Session(open_site(site), lang)


@cli.command()
@_OUTPUT
@_AT
@_STAGE
@_AUDIENCE
@_PROPOSED
@option(
    "--unproved",
    is_flag=True,
    help="Build also where history proves nothing; every page says so, and none is published.",
)
@option("--jobs", type=click.IntRange(1, 256), help="Processes that render; as many as there are cores.")
@click.pass_obj
def build(session, output, revision, stage, audience, proposed, unproved, jobs):  # type: ignore[no-untyped-def]
    """Check, score and render the site into a folder, whole or not at all.

    Where approvals are demanded, what is in force counts: what was approved last.

    A build that finds an error leaves the folder as it was. Files that no build wrote are never deleted.
    """
    from site_builder.cli.building import run_build

    asked = session.at(revision).for_readers(stage, audience).with_site(proposed=proposed, unproved=unproved)
    run_build(asked, output, jobs)


@cli.command()
@_OUTPUT
@option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port on 127.0.0.1.")
@option("--open/--no-open", "open_", default=False, help="Open the site in a browser.")
@click.pass_obj
def serve(session, output, port, open_):  # type: ignore[no-untyped-def]
    """Build and serve on 127.0.0.1, and again whenever a file changes; errors appear in the page."""
    from site_builder.cli.serving import run_serve

    run_serve(session, output, port, open_)


@cli.command()
@option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="Output form.",
)
@option("--fix", is_flag=True, help="Write what has one right answer; shows the difference and asks first.")
@option("--yes", is_flag=True, help="With --fix: write without asking.")
@click.pass_obj
def check(session, format_, fix, yes):  # type: ignore[no-untyped-def]
    """Find every problem of the rules, the records and the prose; exit 1 when one is an error."""
    if fix:
        from site_builder.cli.mending import run_fix

        run_fix(session, yes)
        return
    from site_builder.cli.checking import run_check

    run_check(session, format_)


@cli.command()
@_YEAR
@_AT
@_PROPOSED
@_FORMAT
@click.pass_obj
def score(session, year, revision, proposed, format_):  # type: ignore[no-untyped-def]
    """Print the score of every department in every section."""
    from site_builder.cli.figures import run_score

    run_score(session.at(revision).with_site(proposed=proposed), year, format_)


@cli.command()
@click.argument("base", metavar="BASE")
@click.argument("head", metavar="[HEAD]", default="HEAD")
@option(
    "--format",
    "format_",
    type=click.Choice(["markdown", "json", "html"]),
    default="markdown",
    show_default=True,
    help="Output form.",
)
@option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
@click.pass_obj
def review(session, base, head, format_, output):  # type: ignore[no-untyped-def]
    """Show what a change does: to incidents, rules and every score, and which approvals it needs.

    The change is what leads to HEAD from where it left BASE, as a pull request shows it. Exit 1 where it has errors.
    """
    from site_builder.cli.reviewing import run_review

    run_review(session, base, head, format_, output)


@cli.command()
@click.argument("name", metavar="INCIDENT|DEPARTMENT", type=Name("incident", "department"))
@_YEAR
@_AT
@_PROPOSED
@_FORMAT
@click.pass_obj
def explain(session, name, year, revision, proposed, format_):  # type: ignore[no-untyped-def]
    """Explain what an incident deducts, or where a department's points went, step by step, as a tree."""
    from site_builder.cli.figures import run_explain

    run_explain(session.at(revision).with_site(proposed=proposed), name, year, format_)


@cli.command()
@click.argument("name", metavar="PATH|ID", type=Name("incident", "path"))
@_YEAR
@_AT
@_FORMAT
@click.pass_obj
def trail(session, name, year, revision, format_):  # type: ignore[no-untyped-def]
    """Tell the life of a file or an incident: who recorded, amended, moved and approved it, and when."""
    from site_builder.cli.proving import run_trail

    run_trail(session.at(revision), name, year, format_)


@cli.command()
@_AT
@option(
    "--as",
    "level",
    type=click.Choice(["recorded", "reviewed", "signed"]),
    help="Judge as if this level were demanded, and list what that would change.",
)
@_FORMAT
@click.pass_obj
def verify(session, revision, level, format_):  # type: ignore[no-untyped-def]
    """Say of every rule and record whether its approvals are there, and what counts until they are.

    Exit 1 where the policy demands approvals that are missing.
    """
    from site_builder.cli.proving import run_verify

    run_verify(session.at(revision), format_, level)


@cli.command()
@click.argument("names", metavar="[ID|PATH...]", nargs=-1, type=Name("incident", "path"))
@option("--all", "every", is_flag=True, help="Everything that waits for approval.")
@option(
    "--for", "office", metavar="DEPARTMENT", type=Name("department"), help="With --all: what waits for this department."
)
@option("--sign/--no-sign", default=None, help="Sign the approval with your SSH key; done where signatures count.")
@option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def approve(session, names, every, office, sign, yes):  # type: ignore[no-untyped-def]
    """Approve records or rules as they are committed, or their removal: shows them, then records it in a commit."""
    from site_builder.cli.approving import run_approve

    run_approve(session, names, every, office, sign, yes)


@cli.command()
@option("--record", is_flag=True, help="Append to the log that the main line stands where it stands.")
@option("--sign/--no-sign", default=None, help="Sign the entry with your SSH key; done where signatures count.")
@click.pass_obj
def line(session, record, sign):  # type: ignore[no-untyped-def]
    """Say whether the main line is the one on which things were decided; exit 1 where that cannot be proved."""
    from site_builder.cli.lining import run_line

    run_line(session, record, sign)


@cli.command()
@option("--check", is_flag=True, help="Write nothing; exit 1 where the file is missing or stale.")
@click.pass_obj
def codeowners(session, check):  # type: ignore[no-untyped-def]
    """Write CODEOWNERS from the policy of approvals, so that a forge asks the approvers for reviews."""
    from site_builder.cli.owning import run_codeowners

    run_codeowners(session, check)


@cli.command()
@click.argument("year", type=click.IntRange(1000, 2999))
@option("--reason", help="Why the fixed results are corrected.")
@option("--decision", help="The document that decided it.")
@option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the decision.")
@option("--proposed", is_flag=True, help="Account for what is proposed too, so that it is approved together.")
@click.pass_obj
def freeze(session, year, reason, decision, day, proposed):  # type: ignore[no-untyped-def]
    """Fix the results of a year; or account for what differs from them, with a reason, a decision and its date.

    From then on a build compares: a difference is an error that names what changed and what it did to which score.
    """
    from site_builder.cli.freezing import run_freeze

    run_freeze(session.with_site(proposed=proposed), year, reason, decision, day and day.date())


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def demo(session, folder):  # type: ignore[no-untyped-def]
    """Make a demonstration site with a git history of its own in FOLDER, which must be new or empty."""
    from site_builder.cli.demonstrating import run_demo

    run_demo(session, folder)


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@option("--title", help="Title of the site.")
@option("--year", type=click.IntRange(1000, 2999), help="First year; the current one where not given.")
@option(
    "--git/--no-git", default=None, help="Put the folder under git, whose history is the proof; asked where not given."
)
@click.pass_obj
def init(session, folder, title, year, git):  # type: ignore[no-untyped-def]
    """Start a site in FOLDER (the current one where not given) with a small rule book and one incident."""
    from site_builder.cli.starting import run_init

    run_init(session, folder, title, year, git)


@cli.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell):  # type: ignore[no-untyped-def]
    """Print what teaches a shell to complete commands, options, ids and the names of departments."""
    from site_builder.cli.completing import run_completion

    run_completion(cli, shell)


_TARGET = click.argument("target", metavar="[TARGET]", required=False, type=Name("target"))
_YES = option("--yes", is_flag=True, help="Do not ask.")
_DRY_RUN = option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")


@cli.command()
@_TARGET
@option("--at", "revision", metavar="REV", help="Publish a revision of git; the last commit where not given.")
@option("--preview", is_flag=True, help="Publish the folder's own files, committed or not.")
@option("--sign", "key", metavar="KEY", help="Sign the manifest with this SSH key; with git's where not given.")
@option("--no-sign", "unsigned", is_flag=True, help="Do not sign the manifest.")
@_STAGE
@option("--off-main", is_flag=True, help="Although the commit is not on the main line.")
@option("--older", is_flag=True, help="Although the commit does not follow the published one.")
@option("--shallow", is_flag=True, help="Although the history is not whole; at level recorded alone.")
@option("--unfinished", is_flag=True, help="Although a final year waits for approvals, objections or a freeze.")
@option("--nothing-internal", is_flag=True, help="To the public, although nothing is internal.")
@_YES
@_DRY_RUN
@click.pass_obj
def publish(session, /, target, revision, preview, key, unsigned, stage, yes, dry_run, **overrides):  # type: ignore[no-untyped-def]
    """Publish the last commit to a target: shows what changes, asks, and does it whole or not at all."""
    from site_builder.cli.publishing import Wishes, run_publish

    given = frozenset(name.replace("_", "-") for name, is_given in overrides.items() if is_given)
    run_publish(session, Wishes(target, revision, preview, key, unsigned, stage, yes, dry_run, given))


@cli.command()
@click.argument("release", metavar="[RELEASE]", required=False)
@option("--target", type=Name("target"), help="Id of the target; the only one, or asked for, where not given.")
@_YES
@_DRY_RUN
@click.pass_obj
def rollback(session, release, target, yes, dry_run):  # type: ignore[no-untyped-def]
    """Let a target show an earlier release again: the one before, or the one named."""
    from site_builder.cli.releasing import run_rollback

    run_rollback(session, release, target, yes, dry_run)


@cli.command()
@_TARGET
@_FORMAT
@click.pass_obj
def releases(session, target, format_):  # type: ignore[no-untyped-def]
    """List the releases that a target keeps, latest first; the published one is marked."""
    from site_builder.cli.releasing import run_releases

    run_releases(session, target, format_)


@cli.command()
@_TARGET
@option("--rebuild/--no-rebuild", default=True, help="Whether to build the commit again and compare.")
@_FORMAT
@click.pass_obj
def audit(session, target, rebuild, format_):  # type: ignore[no-untyped-def]
    """Compare what is published with its manifest, signature and commit; exit 1 where anything differs."""
    from site_builder.cli.auditing import run_audit

    run_audit(session, target, rebuild, format_)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(COLLECT_EVERY)
    sys.exit(run(cli))
