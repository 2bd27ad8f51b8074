"""What the second implementation of the trail reads in files: subjects and sets, policies, assessors, rights."""

import re
from functools import lru_cache

import yaml

from tests.trail.naive_git import folded, signer_lines

POLICY, SIGNERS = "criteria/approvals.yaml", "criteria/allowed_signers"
ALONE = (POLICY, SIGNERS, "criteria/personal-data.yaml", "content/departments.yaml")
LEVELS = ["recorded", "reviewed", "signed"]
NOTHING = {"level": "recorded", "main": "main", "incidents": (1, ["assessor"]), "criteria": (1, []), "approvers": {}}
"""The policy where there is none."""


@lru_cache(maxsize=1000)
def subject(path):
    """What the statements on a file are kept under; None where nobody approves it."""
    if path.split("/")[-1].startswith(("README", ".")) and path.startswith("incidents/"):
        return None
    incident = re.fullmatch(r"incidents/([12]\d{3})/(?:.+/)?([^/]+)\.md", path)
    if incident and "/measurements/" not in path:
        return f"incidents/{incident[1]}/{incident[2]}.md"
    known = re.fullmatch(r"incidents/[12]\d{3}/measurements/[^/]+\.csv|criteria/[12]\d{3}/.+|themes/.+", path)
    return path if known or path in (*ALONE, "content/publication.yaml", "content/site.yaml") else None


def is_record(name):
    return name.startswith("incidents/")


def unit(name):
    """The set that enters as a whole with a subject: a record and some files are each a set of one."""
    if name.startswith("criteria/") and name not in ALONE:
        return name.split("/")[1]
    if name.startswith("themes/"):
        return "themes"
    return "publication" if name in ("content/publication.yaml", "content/site.yaml") else name


def contents(files):
    """The blob of each subject among the files of a commit."""
    found = {subject(path): blob for path, blob in sorted(files.items()) if subject(path)}
    if "content/publication.yaml" in found:
        found.pop("content/site.yaml", None)
    return found


@lru_cache(maxsize=1000)
def read_policy(data):
    """The policy in a file; None where it could not be used."""
    try:
        keys = yaml.safe_load(data.decode())
        policy = {**NOTHING, "forges": keys.get("forges") or [], "level": keys["level"]}
        policy |= {"main": keys.get("main", "main"), "approvers": keys.get("approvers") or {}}
        for name in ("incidents", "criteria", "departments", "publication", "theme"):
            if name in keys:
                by = keys[name].get("by", policy.get(name, policy["criteria"])[1])
                number = keys[name].get("approvals", 1)
                policy[name] = (number, [by] if isinstance(by, str) else by)
        numbers = [policy[name][0] for name in ("incidents", "criteria")]
        usable = policy["level"] in LEVELS and all(type(number) is int and 1 <= number <= 100 for number in numbers)
        return policy if usable else None
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, KeyError, TypeError):
        return None


def requirement(policy, name):
    """How many must approve a file, and for which offices they may speak."""
    if is_record(name):
        return policy["incidents"]
    kind = {"themes": "theme", "publication": "publication", "content/departments.yaml": "departments"}.get(unit(name))
    return policy.get(kind, policy["criteria"])


def charged(path, data):
    """Year and item that an incident charges."""
    found = re.search(rb"^criterion: *[\"']?([a-z0-9.-]+)", data, re.MULTILINE)
    return (path.split("/")[1], found[1].decode()) if found else (path.split("/")[1], "")


@lru_cache(maxsize=1000)
def read_rules(files):
    """The assessor of each item, and the items of each table, by the rules of a year (pairs of path and bytes)."""
    assessors, tables = {}, {}
    sections = {}
    for path, data in sorted(files):
        try:
            sections[path] = yaml.safe_load(data.decode())
        except (yaml.YAMLError, UnicodeDecodeError):
            sections[path] = None
    for path, section in sorted(sections.items()):
        parts = path.removesuffix(".yaml").split("/")[2:]
        if not isinstance(section, dict) or not path.endswith(".yaml") or parts[-1] in ("scheme", "section"):
            continue
        office = None
        for depth in range(1, len(parts)):
            above = sections.get("/".join((*path.split("/")[:2], *parts[:depth], "section.yaml"))) or {}
            office = above.get("assessor", office)
        _read_section(section, ".".join(parts), office, {}, assessors, tables)
    return assessors, tables


def _read_section(section, name, office, shared, assessors, tables):
    office, shared = section.get("assessor", office), {**shared, **(section.get("clauses") or {})}
    for key, inner in (section.get("sections") or {}).items():
        _read_section(inner, f"{name}.{key}", office, shared, assessors, tables)
    for key, item in (section.get("items") or {}).items():
        assessors[f"{name}.{key}"] = item.get("assessor", office)
        clauses = item.get("clauses") or {}
        for clause in [shared.get(one) for one in clauses] if isinstance(clauses, list) else clauses.values():
            measure = (clause or {}).get("measure") or {}
            if measure:
                tables.setdefault(measure["file"], set()).add(measure.get("item") or f"{name}.{key}")


def rights(policy, signers, assessors):
    """Everything that a person or an office could lose: each is one plain tuple."""
    found = {("approver", office, folded(one)) for office, people in policy["approvers"].items() for one in people}
    found |= {("forge", folded(one)) for one in policy.get("forges", ())}
    found |= {(kind, office) for kind in ("incidents", "criteria") for office in policy[kind][1]}
    found |= {("key", line) for _, _, line in signer_lines(signers)}
    return found | {("assessor", *item, office) for item, office in assessors.items()}


def without(policy, signers, barred):
    """Policy and signers as they are for who was relieved elsewhere."""
    approvers = {
        office: [one for one in people if ("approver", office, folded(one)) not in barred]
        for office, people in policy["approvers"].items()
    }
    kept = {**policy, "approvers": approvers}
    kept["forges"] = [one for one in policy.get("forges", ()) if ("forge", folded(one)) not in barred]
    for kind in ("incidents", "criteria"):
        kept[kind] = (policy[kind][0], [office for office in policy[kind][1] if (kind, office) not in barred])
    listed = [line for _, _, line in signer_lines(signers) if ("key", line) not in barred]
    return kept, "".join(f"{line}\n" for line in listed)
