"""Where a site is published: the targets that `content/publication.yaml` names."""

from dataclasses import dataclass
from enum import StrEnum

from site_builder.model.publication import Audience

KEPT = 5
"""How many releases a target keeps where it does not say."""


class TargetKind(StrEnum):
    """How a target is written, which decides how a new release takes the place of the old one."""

    FOLDER = "folder"
    SHARE = "share"
    RELEASES = "releases"
    SSH = "ssh"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class Target:
    """A place to publish to.

    `path` is a folder (for `zip` a file), on the server `host` for `ssh`, else relative to the site. `address` is the
    URL to send on. `keep` counts the releases that stay, the published one among them. `compress` asks for compressed
    files: beside large ones, or in the ZIP. `audience` is for whom the site is built that goes there. `allowed` are
    files of the server's own that lie beside the pages: nobody takes them for strangers, or removes them.
    """

    id: str
    kind: TargetKind
    path: str
    host: str = ""
    address: str = ""
    keep: int = KEPT
    compress: bool = False
    audience: Audience = Audience.INTERNAL
    allowed: tuple[str, ...] = ()
