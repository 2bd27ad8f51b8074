"""Files that carry power: a change of them decides over more than itself, and is named first."""

import re
from collections.abc import Iterable, Iterator

from site_builder.model.messages import Message, message
from site_builder.model.review import FileChange, Power

_FORGE = message("Runs by itself on the forge, with the rights of the repository")
_GIT = message("Decides how git shows, merges and attributes files: a change may be hidden from those who look")
_PROGRAM = message("Computes the figures and writes the pages: what it does holds for every score")
_TOOLS = message("Decides which programs run when the site is checked and built")

_POWERS: tuple[tuple[re.Pattern[str], Message], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), why)
    for pattern, why in (
        (r"criteria/approvals\.yaml", message("Decides who may approve, and how many approvals are needed")),
        (r"criteria/allowed_signers", message("Decides whose signatures are believed")),
        (r"\.(?:github|gitea|forgejo)/.+|\.gitlab-ci\.yml", _FORGE),
        (r"(?:.+/)?CODEOWNERS", message("Decides whose review the forge demands")),
        (r"\.ci/.+", message("Runs whenever the repository is checked")),
        (r"(?:.+/)?\.(?:gitattributes|gitmodules|mailmap)", _GIT),
        (r"site_builder/.+", _PROGRAM),
        (r"Makefile|pyproject\.toml|requirements[^/]*\.txt", _TOOLS),
        (r"themes/.+", message("Decides what every page shows, and in which words")),
        (r"content/site\.yaml", message("Decides the title, the language, the theme and the address of the site")),
        (
            r"content/departments\.yaml",
            message("Decides which departments exist: they are assessed, assess and approve"),
        ),
    )
)
"""Without regard to case: some file systems have none. A file may have several reasons: `.github/CODEOWNERS` has two."""


def powers(files: Iterable[FileChange]) -> tuple[Power, ...]:
    """The files that carry power, for each reason, in the order of the reasons above; a moved one at both its paths."""
    found = [(order, Power(file, why)) for file in files for order, why in _reasons(file)]
    return tuple(power for _, power in sorted(found, key=lambda one: (one[0], one[1].file.path)))


def _reasons(file: FileChange) -> Iterator[tuple[int, Message]]:
    paths = [path for path in (file.before_path, file.path) if path is not None]
    for order, (pattern, why) in enumerate(_POWERS):
        if any(pattern.fullmatch(path) for path in paths):
            yield order, why
