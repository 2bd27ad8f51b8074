"""`targets:` of `content/publication.yaml`: where the site is published. Secrets never stand there."""

import re
from collections.abc import Mapping

from site_builder.model import KEPT, MANIFEST, Audience, Target, TargetKind, is_identifier, is_path, message
from site_builder.sources.fields import Fields
from site_builder.sources.values import as_address, report_identifier

_SECRET = re.compile(
    r"pass(?!ive)|secret|token|credential|private|(?:^|[-_])(?:key|pwd|pin)(?:$|[-_])|密码|口令|密钥", re.I
)
_HOST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9._-]*")
_KEPT = (TargetKind.FOLDER, TargetKind.SHARE, TargetKind.RELEASES, TargetKind.SSH)
_COMPRESSED = (TargetKind.FOLDER, TargetKind.RELEASES, TargetKind.SSH, TargetKind.ZIP)


def read_targets(fields: Fields) -> Mapping[str, Target]:
    """The targets by id, in the file's order; those that are wrong are left out."""
    found = {}
    for name in fields.names:
        inner = fields.fields(name)
        if not is_identifier(name):
            report_identifier(fields.report, fields.key_place(name), name)
        elif inner is not None and (target := _target(name, inner)) is not None:
            found[name] = target
    return found


def _target(name: str, fields: Fields) -> Target | None:
    _refuse_secrets(fields)
    kind = _kind(fields)
    path = fields.text("path", required=True)
    needs_host = kind in (TargetKind.SSH, None)
    host = _host(fields, required=kind is TargetKind.SSH) if needs_host else ""
    address = fields.text("address")
    if address is not None:
        address = as_address(fields.report, fields.place_of("address"), address)
    keep = _keep(fields) if kind in (*_KEPT, None) else KEPT
    compress = fields.flag("compress") if kind in (*_COMPRESSED, None) else False
    audience = _audience(fields)
    allowed = _allowed(fields) if kind in (*_KEPT, None) else ()
    fields.close()
    if kind is None or path is None or host is None:
        return None
    return Target(name, kind, path, host, address or "", keep, compress, audience, allowed)


def _refuse_secrets(fields: Fields) -> None:
    """The file is committed and published to everybody who reads the repository."""
    for key in fields.names:
        if _SECRET.search(key):
            fields.node(key)
            fields.report.error(
                fields.key_place(key),
                "secret-in-settings",
                message("“{key}” looks like a secret, and everybody who has the site can read this file", key=key),
                message("Remove it from the file and from history, change it, and let ssh or the system keep it"),
            )


def _kind(fields: Fields) -> TargetKind | None:
    kind = fields.text("kind", required=True)
    if kind is None or kind in list(TargetKind):
        return None if kind is None else TargetKind(kind)
    text = message("There is no kind of target “{name}”", name=kind)
    fields.report.unknown(fields.place_of("kind"), "unknown-target-kind", text, kind, list(TargetKind))
    return None


def _audience(fields: Fields) -> Audience:
    name = fields.text("audience")
    if name is None or name in set(Audience):
        return Audience(name or Audience.INTERNAL)
    text = message("There is no audience “{name}”", name=name)
    fields.report.unknown(fields.place_of("audience"), "unknown-audience", text, name, list(Audience))
    return Audience.INTERNAL


def _allowed(fields: Fields) -> tuple[str, ...]:
    """Paths of files beside the pages; what Kaohe itself writes there cannot be somebody else's."""
    paths = fields.texts("allowed")
    for path in paths:
        if not is_path(path) or path == MANIFEST:
            fields.report.error(
                fields.place_of("allowed"),
                "invalid-file-name",
                message("“{path}” is not the path of a file that a server could have there", path=path),
                message("Write it from the site's root with “/”: web.config, .well-known/security.txt"),
            )
    return tuple(dict.fromkeys(path for path in paths if is_path(path) and path != MANIFEST))


def _host(fields: Fields, required: bool) -> str | None:
    host = fields.text("host", required=required)
    if host is None or _HOST.fullmatch(host):
        return host
    fields.report.error(
        fields.place_of("host"),
        "invalid-host",
        message("This is not the name of a server"),
        message("Write a name or user@name; port, key and the rest belong into your ssh configuration"),
    )
    return None


def _keep(fields: Fields) -> int:
    keep = fields.integer("keep")
    if keep == 0:
        fields.report.error(
            fields.place_of("keep"),
            "number-too-small",
            message("At least the published release is kept"),
            message("Write how many releases stay, such as {number}", number=KEPT),
        )
    return keep or KEPT
