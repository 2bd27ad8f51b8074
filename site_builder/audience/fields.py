"""Who may see which field of the model: what the public edition is held to.

Every field of every value that an assessment holds stands here under one of these words. A field that nobody put here
is internal, and a test fails until somebody says so. What is of an internal section, department or kind of incident is
left out together with its fields.
"""

from collections.abc import Mapping

from site_builder.assessment import Assessment
from site_builder.model import (
    FIELDS,
    Appeal,
    Approval,
    Asset,
    Clause,
    Colours,
    Delegate,
    Department,
    DiscretionaryDeduction,
    Entry,
    Event,
    Example,
    FixedDeduction,
    Frozen,
    Given,
    Incident,
    Inputs,
    Internal,
    Interpretation,
    Item,
    Kind,
    Ledger,
    Measure,
    Measurement,
    Message,
    Origin,
    Place,
    Policy,
    Proposal,
    Prose,
    Reading,
    Requirement,
    Restatement,
    Scheme,
    Section,
    SectionScore,
    Settings,
    Site,
    Standing,
    Step,
    Target,
    Trail,
    Verdict,
    Withdrawal,
    Year,
)
from site_builder.model.review import Episode, Reason, ScoreChange, Touch

ALWAYS = "always"
"""Taken over as it is; of a value, or several, what their own fields say."""

PARTLY = "partly"
"""Taken over without what is internal of it, or told in other words."""

COMPLETE = "complete"
"""Taken over only where a site keeps nothing internal at all; else empty, or told in a plain sentence."""

NEVER = "never"
"""In no public edition."""

WORDS = (ALWAYS, PARTLY, COMPLETE, NEVER, *FIELDS)
"""What `PUBLICITY` may say of a field; one of `FIELDS`: public unless the settings withhold that."""


def _fields(
    always: str = "", partly: str = "", complete: str = "", never: str = "", **withheld: str
) -> Mapping[str, str]:
    """The word for each field, from the fields of each word; what is left of `withheld` is one of `FIELDS`."""
    said = {ALWAYS: always, PARTLY: partly, COMPLETE: complete, NEVER: never, **withheld}
    return {field: word for word, fields in said.items() for field in fields.split()}


PUBLICITY: Mapping[type, Mapping[str, str]] = {
    Assessment: _fields(always="marks", partly="site ledgers trail", trail="episodes", never="effects"),
    # The site
    Site: _fields(always="settings", partly="departments years prose policy"),
    Settings: _fields(
        always="title organization language translations theme colours logo demonstration footer stages url "
        "objection_days",
        partly="objections withheld",
        complete="committer_names",
        never="internal targets publication_origin origin",
    ),
    Colours: _fields(always="accent accent_dark"),
    Asset: _fields(always="url data"),
    Standing: _fields(always="stage first last decided decision"),
    Internal: _fields(never="fields sections departments criteria statuses pages"),
    Target: _fields(never="id kind path host address keep compress audience allowed"),
    Department: _fields(always="id name group first last", partly="successors", never="origin"),
    Prose: _fields(always="name title order origin", partly="body", never="body_line"),
    Year: _fields(partly="scheme incidents frozen", never="inputs"),
    Origin: _fields(always="place", never="keys"),
    Place: _fields(always="path", never="line column"),
    Message: _fields(partly="template values"),
    # Rules
    Scheme: _fields(
        always="year title source first last units origin",
        partly="sections",
        interpretations="interpretations",
        examples="examples",
    ),
    Section: _fields(always="id title items origin", partly="points assessor clauses sections", notes="note"),
    Item: _fields(always="id name text method section clauses", partly="assessor", notes="note", never="origin"),
    Clause: _fields(always="name section item text effect per limit cumulation measure", notes="note", never="origin"),
    FixedDeduction: _fields(always="amount"),
    DiscretionaryDeduction: _fields(),
    Measure: _fields(always="file date unit columns kinds", partly="item", never="origin"),
    Kind: _fields(always="id title at_least"),
    Interpretation: _fields(always="where words reading decided", never="origin"),
    Example: _fields(always="where given deducts", notes="note", never="origin"),
    Given: _fields(always="item clause counts case deduction"),
    # Records
    Incident: _fields(
        always="id department criterion clause date counts deduction withdrawn origin",
        text="body",
        evidence="evidence",
        case="case",
        appeal="appeal",
        measurements="measurement",
        never="body_line",
    ),
    Appeal: _fields(always="filed outcome decided note"),
    Withdrawal: _fields(always="date", withdrawn="reason"),
    Measurement: _fields(always="project name kind unit readings path line"),
    Reading: _fields(always="title value at_least"),
    # Figures
    Ledger: _fields(partly="entries scores"),
    Entry: _fields(always="incident department gross counted derivation"),
    Step: _fields(always="rule value inputs section clause", partly="text others"),
    SectionScore: _fields(always="section", partly="points deducted score"),
    Inputs: _fields(always="level", never="files policy verdicts departments"),
    Frozen: _fields(always="year version commit date inputs restatements", partly="scores", never="origin places"),
    Restatement: _fields(
        always="date reason decision level", partly="scores", never="files verdicts departments origin"
    ),
    # History
    Policy: _fields(
        always="main",
        partly="level",
        never="incidents criteria departments publication exemptions theme approvers delegates forges origin",
    ),
    Delegate: _fields(never="address first last"),
    Requirement: _fields(never="approvals by"),
    Trail: _fields(
        always="level known commit moment",
        partly="policy why verdicts counted",
        trail="lives",
        complete="texts",
        never="in_force proposals unproved approved",
    ),
    Proposal: _fields(never="subject path kind verdict blob in_force commit moment office"),
    Verdict: _fields(always="decision", complete="reason", never="approvals blob offices missing"),
    Approval: _fields(never="by role commit moment kind"),
    Event: _fields(
        always="happening commit moment kind",
        partly="office",
        complete="name before after",
        never="path address",
    ),
    Episode: _fields(always="commit moment broken", partly="office touches scores", complete="name", never="address"),
    Touch: _fields(always="happening path year incident approved", partly="department"),
    ScoreChange: _fields(always="year department department_name section title before after", never="reasons"),
    Reason: _fields(never="cause incident section before after difference rules others more"),
}
"""The word for each field of each value that an assessment can hold."""
