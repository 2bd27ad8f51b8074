"""Files that carry power: a change of them decides over more than itself, and is named first."""

import re
from collections.abc import Iterable, Iterator

from site_builder.model import ALLOWANCES, POLICY, SIGNERS, Message, message
from site_builder.model.review import FileChange, Power

_POWERS: tuple[tuple[str, Message], ...] = (
    (re.escape(POLICY), message("Decides who may approve, and how many approvals are needed")),
    (re.escape(SIGNERS), message("Decides whose signatures are believed")),
    (re.escape(ALLOWANCES), message("Decides which personal data may be published")),
    (
        r"criteria/[^/]+/results\.ya?ml",
        message("Fixes the results of a year: no score of it may differ without a restatement that stands here"),
    ),
    (
        r"\.(?:github|gitea|forgejo|gitlab)/.+|\.gitlab-ci\.ya?ml|(?:.+/)?jenkinsfile|\.ci/.+",
        message("Runs by itself on the forge, with the rights of the repository"),
    ),
    (r"(?:.+/)?codeowners", message("Decides whose review the forge demands")),
    (
        r"(?:.+/)?\.(?:gitattributes|gitmodules|mailmap|gitignore)",
        message("Decides how git shows, merges and attributes files: a change may be hidden from those who look"),
    ),
    (
        r"site_builder/.+|benchmarks/.+|tests/.+",
        message("Is part of the program that computes the figures, or of what checks it"),
    ),
    (
        r"makefile|pyproject\.toml|requirements[^/]*\.txt|.+\.(?:py|sh|bash|js|ps1|bat|cmd|exe|so|dll|whl|pth)",
        message("Is run, or decides which programs run, when the site is checked and built"),
    ),
    (r"themes/.+", message("Decides what every page shows, and in which words")),
    (r"content/site\.ya?ml", message("Decides the title, the language, the theme and the address of the site")),
    (
        r"content/publication\.ya?ml",
        message("Decides where the site is published, what the public sees of it, and how far results are official"),
    ),
    (
        r"content/departments\.ya?ml",
        message("Decides which departments exist: they are assessed, assess and approve"),
    ),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), why) for pattern, why in _POWERS)
"""Without regard to case: some file systems have none. A file may have several: `.github/CODEOWNERS` has two."""

_UP = re.compile(r"\A(?:\.\./)+")
_SOURCE = re.compile(r"(?:content|criteria|incidents)/.+|[^/]*\.(?:md|txt)|docs/.+|license", re.IGNORECASE | re.DOTALL)


def powers(files: Iterable[FileChange]) -> tuple[Power, ...]:
    """The files that carry power, for each reason, in the order of the reasons above; a moved one at both its paths.

    What is neither a source, nor a text to read, nor known is named too: nobody can tell what it does.
    """
    found = [(order, Power(file, why)) for file in files for order, why in _reasons(file)]
    return tuple(power for _, power in sorted(found, key=lambda one: (one[0], one[1].file.path)))


def _reasons(file: FileChange) -> Iterator[tuple[int, Message]]:
    paths = [_UP.sub("", path) for path in (file.before_path, file.path) if path]
    found = [
        (order, why) for order, (pattern, why) in enumerate(_PATTERNS) if any(pattern.fullmatch(path) for path in paths)
    ]
    yield from found
    if file.special is not None:
        yield len(_PATTERNS), message("Is no plain file, but {kind}", kind=file.special)
    elif not found and not all(_SOURCE.fullmatch(path) for path in paths):
        yield len(_PATTERNS) + 1, message("Lies outside the sources of the site: look what it is for")
