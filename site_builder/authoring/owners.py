"""`CODEOWNERS`: whom a forge asks to review which files, made from the policy of approvals.

It follows from the policy that the site states and proves nothing: approvals are in history.
"""

from collections.abc import Iterable, Iterator

from site_builder.model import ASSESSOR, Place, Policy, Problem, Severity, Site, folded, message

CODE_OWNERS = "CODEOWNERS"
"""The file's path in the site; forges look for it at the top of a repository."""

_HEADER = """\
# Made by `kaohe codeowners` from criteria/approvals.yaml: change that file, then run the command again.
# A forge only asks these people to review. What is approved, and by whom, is proved by `kaohe verify`.
# GitHub and GitLab read these patterns and addresses; Gitea does not.
"""

_RULED = {
    "/.ci/": "criteria",
    "/.gitea/": "criteria",
    "/.github/": "criteria",
    "/.gitlab-ci.yml": "criteria",
    f"/{CODE_OWNERS}": "criteria",
    "/content/": "criteria",
    "/content/departments.yaml": "departments",
    "/content/publication.yaml": "publication",
    "/criteria/": "criteria",
    "/site_builder/": "criteria",
    "/themes/": "theme",
}
"""The rules, and all that can change what they do, what is shown, or who is asked: by the key of the policy that says
who approves it. Of the patterns that fit a file, a forge takes the last."""

_RECORDED = "/incidents/"

_MEANING = frozenset("#\\")
"""The characters that mean something in this file and may stand in an address of the policy."""


def code_owners(site: Site) -> str:
    """The text of the file: a line for each folder or file with somebody who may approve it, in their order."""
    policy = site.policy
    own = {pattern: _addresses(policy, policy.requirement(kind).by) for pattern, kind in _RULED.items()}
    owners = {pattern: people or own["/criteria/"] for pattern, people in own.items()}
    owners[_RECORDED] = _addresses(policy, _recording(site))
    return _HEADER + "".join(
        f"{' '.join((pattern, *owners[pattern]))}\n" for pattern in sorted(owners) if owners[pattern]
    )


def owner_problems(site: Site, committed: bytes | None) -> tuple[Problem, ...]:
    """A warning where the file that is there is not what the policy makes of it; line endings do not matter.

    `committed` is None where there is no file.
    """
    if committed is None or committed.replace(b"\r\n", b"\n") == code_owners(site).encode():
        return ()
    text = message("CODEOWNERS does not name the approvers that criteria/approvals.yaml names")
    hint = message("Run “kaohe codeowners”, and commit the file that it writes")
    return (Problem(Place(CODE_OWNERS), "stale-code-owners", text, hint, Severity.WARNING),)


def _recording(site: Site) -> Iterator[str]:
    """The departments that may approve incidents: those named, and for the assessor all that assess in any year."""
    for name in site.policy.incidents.by:
        if name == ASSESSOR:
            for year in site.years.values():
                yield from year.scheme.assessors
        else:
            yield name


def _addresses(policy: Policy, departments: Iterable[str]) -> tuple[str, ...]:
    """The addresses of the departments' approvers and of who stands in, each once in whatever case, sorted.

    The file follows from the policy alone and knows no day: who stands in is asked as long as the policy says so.
    """
    found = {address for name in departments for address in _people(policy, name) if _is_plain(address)}
    once = {folded(address): address for address in sorted(found, reverse=True)}
    return tuple(once[key] for key in sorted(once))


def _people(policy: Policy, department: str) -> Iterator[str]:
    yield from policy.approvers.get(department, ())
    yield from (one.address for one in policy.delegates.get(department, ()))


def _is_plain(address: str) -> bool:
    """Whether the address stays one word in this file."""
    return address.isprintable() and " " not in address and not _MEANING & set(address)
