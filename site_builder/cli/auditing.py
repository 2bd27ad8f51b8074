"""`kaohe audit`: whether a target shows what was published, who signed it, and whether its commit builds it again."""

import json
import sys
from dataclasses import dataclass
from enum import StrEnum

import click

from site_builder.cli.building import built_aside
from site_builder.cli.differences import state_of
from site_builder.cli.publishing import NAMESPACE
from site_builder.cli.remembering import History, history_of, told
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, Session
from site_builder.cli.targets import chosen, reached
from site_builder.exports import read_manifest
from site_builder.model import MANIFEST, Manifest, Message, message, printable
from site_builder.publish import Findings, Look, changes
from site_builder.trail import GitError, is_ancestor, is_intact, signer_of

_SHOWN = 20


class _Signed(StrEnum):
    """What the signature of a manifest proves."""

    VALID = "valid"
    NONE = "none"
    UNCHECKED = "unchecked"
    UNKNOWN = "unknown"
    INVALID = "invalid"


class _Rebuilt(StrEnum):
    """Whether the commit that a manifest names builds the same files."""

    SAME = "same"
    SKIPPED = "skipped"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    DIFFERENT = "different"


_UNPROVED = (_Rebuilt.UNKNOWN, _Rebuilt.BROKEN, _Rebuilt.DIFFERENT)


@dataclass(frozen=True, slots=True)
class _Proof:
    """The signature of a manifest: what it proves, and the signer where that is known."""

    signed: _Signed
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Rebuild:
    """A build of the commit that a manifest names: how it compares, and the paths that differ."""

    state: _Rebuilt
    different: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Audit:
    """All that an audit found."""

    findings: Findings
    proof: _Proof
    again: _Rebuild
    history: History

    @property
    def is_problem(self) -> bool:
        """Whether something is not as it was published."""
        unsigned = self.proof.signed in (_Signed.UNKNOWN, _Signed.INVALID)
        return bool(self.findings) or unsigned or self.again.state in _UNPROVED or self.history.is_problem


def run_audit(session: Session, name: str | None, rebuild: bool, form: str) -> None:
    """Print what is not as it was published; exit 1 where anything is."""
    target = chosen(session, name)
    with reached(session, target) as place:
        now = place.look()
        if now.manifest is None:
            session.fail(EXIT_OUTSIDE, _unreadable(place.place, now))
        findings = place.audited(now)
        history = history_of(session, target, place, now)
    proof = _proof(session, now, now.manifest)
    again = _rebuilt(session, now.manifest) if rebuild else _Rebuild(_Rebuilt.SKIPPED)
    found = _Audit(findings, proof, again, history)
    if form == "json":
        click.echo(json.dumps(_plain(target.id, now, found), ensure_ascii=False, indent=2, sort_keys=True))
    else:
        _print(session, place.place, now, found)
    if found.is_problem:
        sys.exit(EXIT_PROBLEMS)


def _unreadable(place: str, now: Look) -> Message:
    if now.current is None:
        return message("Nothing is published at {place} yet", place=place)
    return message("At {place}: the manifest of what is published cannot be read. Publish again", place=place)


def _proof(session: Session, now: Look, manifest: Manifest) -> _Proof:
    """Who signed, as the signers of this site know it: they are read here, not on the target."""
    if now.signature is None:
        return _Proof(_Signed.NONE)
    signers = session.signers
    try:
        if not is_intact(now.data, now.signature, NAMESPACE):
            return _Proof(_Signed.INVALID)
        if signers is None:
            return _Proof(_Signed.UNCHECKED)
        signer = signer_of(now.data, now.signature, NAMESPACE, signers, manifest.edition.date)
    except GitError as error:
        session.fail(EXIT_OUTSIDE, error.reason)
    return _Proof(_Signed.UNKNOWN) if signer is None else _Proof(_Signed.VALID, signer.principal)


def _rebuilt(session: Session, manifest: Manifest) -> _Rebuild:
    """Build the commit again, if it belongs to what is checked out: only that is trusted to be run."""
    commit, repository = manifest.edition.commit, session.repository
    if commit is None:
        return _Rebuild(_Rebuilt.IMPOSSIBLE)
    if repository is None or not is_ancestor(repository, commit, "HEAD"):
        return _Rebuild(_Rebuilt.UNKNOWN)
    with built_aside(session.at(commit).as_published(manifest.edition), "rebuilt") as folder:
        again = None if folder is None else read_manifest((folder / MANIFEST).read_bytes())
    if again is None:
        return _Rebuild(_Rebuilt.BROKEN)
    different = tuple(sorted(path for paths in changes(again, manifest) for path in paths))
    versions = sorted({*again.versions.items()} ^ {*manifest.versions.items()})
    names = tuple(dict.fromkeys(name for name, _ in versions))
    return _Rebuild(_Rebuilt.DIFFERENT if different else _Rebuilt.SAME, different, names)


def _plain(target: str, now: Look, found: _Audit) -> dict[str, object]:
    assert now.manifest is not None
    findings, proof, again, history = found.findings, found.proof, found.again, found.history
    return {
        "target": target,
        "release": now.current and now.current.id,
        "commit": now.manifest.edition.commit,
        "date": now.manifest.edition.date,
        "signature": {"state": proof.signed, "by": proof.by},
        "missing": findings.missing,
        "added": [path.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for path in findings.added],
        "changed": findings.changed,
        "unreadable": findings.unreadable,
        "carried": findings.carried,
        "writable": findings.writable,
        "executable": findings.executable,
        "overrides": now.manifest.overrides,
        "chain": {
            "state": history.memory.state,
            "origin": history.memory.origin,
            "by": history.memory.by,
            "date": history.memory.moment,
        },
        "later": history.later,
        "rewritten": history.rewritten,
        "signature-lost": history.lost,
        "off-main": history.off_main,
        "rebuild": {"state": again.state, "different": again.different, "versions": again.versions},
    }


_SIGNATURES = {
    _Signed.NONE: message("The manifest is not signed"),
    _Signed.UNCHECKED: message("The manifest is signed, but this site has no criteria/allowed_signers to say by whom"),
    _Signed.UNKNOWN: message("Signed with a key with which criteria/allowed_signers lets nobody sign releases"),
    _Signed.INVALID: message("The signature does not fit the manifest: one of them was changed"),
}

_REBUILDS = {
    _Rebuilt.SAME: message("Its commit builds the same files again, byte for byte"),
    _Rebuilt.SKIPPED: message("Whether its commit builds the same files was not checked"),
    _Rebuilt.IMPOSSIBLE: message("It is a preview: there is no commit to build again"),
    _Rebuilt.UNKNOWN: message("Its commit is not in the history of what is checked out here, and was not built"),
    _Rebuilt.BROKEN: message("Its commit has errors for this version of Kaohe, and was not built"),
    _Rebuilt.DIFFERENT: message("Its commit builds other files:"),
}


def _print(session: Session, place: str, now: Look, found: _Audit) -> None:
    assert now.manifest is not None
    findings, proof, again = found.findings, found.proof, found.again
    say = session.language.say
    count = len(now.manifest.files)
    state = state_of(now.manifest)
    click.echo(say(message("At {place}: {state}, {count} files", place=place, state=state, count=count)))
    if now.manifest.overrides:
        options = " ".join(f"--{printable(name)}" for name in now.manifest.overrides)
        click.echo(say(message("Published although it was refused at first, with {options}", options=options)))
    signed = message("Signed by {name}", name=printable(proof.by or ""))
    click.echo(say(_SIGNATURES.get(proof.signed, signed)))
    for text in told(found.history):
        click.echo(say(text))
    _print_paths(session, message("Missing:"), findings.missing)
    _print_paths(session, message("Added by somebody else:"), findings.added)
    _print_paths(session, message("Changed:"), findings.changed)
    _print_paths(session, message("Unreadable:"), findings.unreadable)
    _print_paths(session, message("Everybody may write:"), findings.writable)
    _print_paths(session, message("Can be run, which no page needs:"), findings.executable)
    if findings.carried:
        text = message(
            "{count} styles and scripts of earlier releases are kept for open pages", count=len(findings.carried)
        )
        click.echo(say(text))
    if not findings:
        click.echo(say(message("Every file is as the manifest lists it")))
    _print_paths(session, _REBUILDS[again.state], again.different, always=True)
    if again.different and again.versions:
        text = message("It was built with other versions of {names}, which may be the reason", names=again.versions)
        click.echo(say(text))


def _print_paths(session: Session, title: Message, paths: tuple[str, ...], always: bool = False) -> None:
    if paths or always:
        click.echo(session.language.say(title))
    for path in paths[:_SHOWN]:
        click.echo(f"  {printable(path)}")
    if len(paths) > _SHOWN:
        click.echo(f"  … (+{len(paths) - _SHOWN})")
