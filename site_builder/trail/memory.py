"""What a trail follows from: the same files, commits and branches, and the same program, have the same trail."""

import shutil
from collections.abc import Mapping

from site_builder.store import FOLDER, key_of, program
from site_builder.trail.git import GitError, Repository
from site_builder.trail.keeping import seen_in
from site_builder.trail.releases import BRANCH
from site_builder.trail.tips import LOG


def fingerprint(repository: Repository, head: str, files: Mapping[str, bytes]) -> str | None:
    """What a trail follows from, as a key of the store; None where nothing may be remembered."""
    try:
        if repository.bare or _is_tracked(repository):
            return None
        listed = repository.run(
            "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/remotes", seen_in(LOG)
        )
        branches = b"\n".join(line for line in listed.splitlines() if BRANCH.encode() not in line)
    except GitError:
        return None
    tools = b"with" if shutil.which("ssh-keygen") else b"without"
    cut = (repository.database / "shallow").exists()
    state = (program(), head.encode(), branches, repository.prefix.encode("utf-8", "replace"), tools, b"%d" % cut)
    content = (part for path, data in files.items() for part in (path.encode("utf-8", "surrogateescape"), data))
    return key_of(*state, *content)


def _is_tracked(repository: Repository) -> bool:
    """Whether the checked-out revision brings a cache along, in whatever case its name is written."""
    listed = repository.attempt("ls-tree", "-z", "--name-only", "--full-tree", "HEAD", repository.prefix or ".")
    names = listed.stdout.decode("utf-8", "replace").split("\0")
    return any(name.removeprefix(repository.prefix).casefold() == FOLDER for name in names)
