"""`manifest.json`: every file of a build with its SHA-256, and what the build was made from."""

import json

from site_builder.model import Edition, Manifest, is_digest, is_listable


def manifest_json(manifest: Manifest) -> bytes:
    """The manifest as it is written; the same build gives the same bytes."""
    edition = manifest.edition
    value = {
        "assets": sorted(manifest.assets),
        "audience": edition.audience,
        "commit": edition.commit,
        "date": edition.date,
        "files": dict(manifest.files),
        "level": edition.level,
        "marks": list(edition.marks),
        "overrides": list(manifest.overrides),
        "previous": manifest.previous,
        "stage": edition.stage,
        "versions": dict(manifest.versions),
    }
    return (json.dumps(value, indent=0, sort_keys=True) + "\n").encode("ascii")


def read_manifest(data: bytes) -> Manifest | None:
    """The manifest in these bytes, whoever wrote them; None where they are none, or list what may not be listed."""
    try:
        value = json.loads(data)
        files, versions = value["files"], value.get("versions", {})
        sound = all(isinstance(digest, str) and is_listable(path, digest) for path, digest in files.items())
        if not sound or not all(isinstance(version, str) for version in versions.values()):
            return None
        texts = {key: value[key] for key in ("stage", "audience", "level") if isinstance(value.get(key), str)}
        dated = {key: value[key] for key in ("commit", "date") if isinstance(value.get(key), str)}
        marks, overrides = _words(value.get("marks", [])), _words(value.get("overrides", []))
        previous = value.get("previous")
        if previous is not None and not is_digest(previous):
            return None
        return Manifest(files, Edition(**dated, **texts, marks=marks), versions, overrides, previous)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _words(value: list[str]) -> tuple[str, ...]:
    """A list of words; raises `TypeError` for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError
    return tuple(value)
