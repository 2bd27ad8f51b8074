"""Built sites in a few lines: pages that name their release, and a style and a script named by their content."""

import hashlib
from dataclasses import replace

from site_builder.exports import manifest_json
from site_builder.model import MANIFEST, Edition, Manifest
from site_builder.publish import Parcel

PAGES = ("index.html", "2021/index.html", "2021/departments/library.html", "pages/关于 我们.html")


def files_of(name, pages=PAGES, size=0, more=None):
    """The files of a release: every page names the release, its style and its script, which name it too."""
    style, script = f"/* {name} */ p {{ margin: 0 }}", f"/* {name} */ var release = '{name}';"
    assets = {named("static/site", "css", style): style, named("static/keys", "js", script): script}
    found = dict(assets)
    for path in pages:
        root = "../" * path.count("/")
        links = "".join(f'<a href="{root}{page}">{page}</a>\n' for page in pages)
        head = "".join(f'<link href="{root}{asset}">\n' for asset in assets)
        found[path] = f"<html release='{name}'>\n{head}{links}{'x' * size}\n</html release='{name}'>\n"
    return {**found, **(more or {})}


def named(path, suffix, text):
    return f"{path}.{hashlib.sha256(text.encode()).hexdigest()[:12]}.{suffix}"


def parcel(folder, files, commit="1" * 40, date="2021-04-01T09:00:00+08:00", compress=False, signature=None):
    """A build of these files, written into a new folder."""
    folder.mkdir(parents=True)
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    for path, content in data.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(data.items())}
    manifest = Manifest(digests, Edition(commit, date), {"kaohe": "0"})
    (folder / MANIFEST).write_bytes(manifest_json(manifest))
    return Parcel(folder, manifest, manifest_json(manifest), signature, compress)


def again(built, **changes):
    """The same parcel with something changed."""
    return replace(built, **changes)
