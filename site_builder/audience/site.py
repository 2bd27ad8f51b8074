"""The site, its settings, departments and prose, and the fixed results of its years, as the public may know them."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from site_builder.audience.hidden import Hidden, origin
from site_builder.audience.links import without_internal_links
from site_builder.audience.records import public_incident
from site_builder.audience.rules import public_scheme
from site_builder.model import (
    Asset,
    Colours,
    Department,
    Frozen,
    Inputs,
    Internal,
    Policy,
    Prose,
    Requirement,
    Restatement,
    Settings,
    Site,
    Standing,
    Year,
)
from site_builder.model.scheme import NOWHERE

_Score = TypeVar("_Score")


def public_site(hidden: Hidden) -> Site:
    """The site without what is internal."""
    site = hidden.whole.site
    return Site(
        settings=_settings(hidden, site.settings),
        departments={
            name: _department(hidden, one)
            for name, one in site.departments.items()
            if hidden.department(name) is not None
        },
        years={number: _year(hidden, number, year) for number, year in site.years.items()},
        prose=tuple(_prose(hidden, one) for one in site.prose if one.name not in hidden.internal.pages),
        policy=public_policy(hidden, site.policy),
    )


def public_policy(hidden: Hidden, policy: Policy) -> Policy:
    """The level that the results rest on and the main line's name; who may approve what is nobody's business."""
    return Policy(
        level=hidden.whole.trail.level,
        main=policy.main,
        incidents=Requirement(approvals=1, by=()),
        criteria=Requirement(approvals=1, by=()),
        approvers={},
        departments=None,
        publication=None,
        exemptions=None,
        theme=None,
        delegates={},
        forges=(),
        origin=NOWHERE,
    )


def _settings(hidden: Hidden, settings: Settings) -> Settings:
    return Settings(
        title=settings.title,
        organization=settings.organization,
        language=settings.language,
        translations=settings.translations,
        theme=settings.theme,
        colours=_colours(settings.colours),
        logo=_logo(settings.logo),
        demonstration=settings.demonstration,
        committer_names=settings.committer_names and hidden.nothing,
        footer=settings.footer,
        objections=None if settings.objections in hidden.internal.pages else settings.objections,
        stages={year: _standing(one) for year, one in settings.stages.items()},
        internal=Internal(),
        withheld=frozenset(hidden.internal.fields),
        url=settings.url,
        targets={},
        objection_days=settings.objection_days,
        publication_origin=NOWHERE,
        origin=NOWHERE,
    )


def _colours(colours: Colours | None) -> Colours | None:
    return None if colours is None else Colours(accent=colours.accent, accent_dark=colours.accent_dark)


def _logo(logo: Asset | None) -> Asset | None:
    return None if logo is None else Asset(url=logo.url, data=logo.data)


def _standing(standing: Standing) -> Standing:
    return Standing(
        stage=standing.stage,
        first=standing.first,
        last=standing.last,
        decided=standing.decided,
        decision=standing.decision,
    )


def _department(hidden: Hidden, department: Department) -> Department:
    return Department(
        id=department.id,
        name=department.name,
        group=department.group,
        first=department.first,
        last=department.last,
        successors=tuple(one for one in department.successors if hidden.department(one) is not None),
        origin=NOWHERE,
    )


def _prose(hidden: Hidden, prose: Prose) -> Prose:
    return Prose(
        name=prose.name,
        title=prose.title,
        order=prose.order,
        body=without_internal_links(hidden, prose.body, prose.origin.place.path),
        body_line=1,
        origin=origin(prose.origin),
    )


def _year(hidden: Hidden, number: int, year: Year) -> Year:
    shown = hidden.shown[number]
    return Year(
        scheme=public_scheme(hidden, year.scheme),
        incidents={name: public_incident(hidden, one) for name, one in year.incidents.items() if name in shown},
        inputs=None,
        frozen=None if year.frozen is None else _frozen(hidden, year.frozen),
    )


# Fixed results


def _frozen(hidden: Hidden, frozen: Frozen) -> Frozen:
    """The fixed scores that are public, without the digests of what they rest on."""
    return Frozen(
        year=frozen.year,
        version=frozen.version,
        commit=frozen.commit,
        date=frozen.date,
        inputs=Inputs(level=frozen.inputs.level, files={}, policy={}, verdicts={}, departments={}),
        scores=dict(_fixed(hidden, frozen.scores)),
        restatements=tuple(_restatement(hidden, one) for one in frozen.restatements),
        origin=NOWHERE,
        places={},
    )


def _restatement(hidden: Hidden, restatement: Restatement) -> Restatement:
    return Restatement(
        date=restatement.date,
        reason=restatement.reason,
        decision=restatement.decision,
        level=restatement.level,
        files={},
        verdicts={},
        scores=dict(_fixed(hidden, restatement.scores)),
        departments={},
        origin=NOWHERE,
    )


def _fixed(hidden: Hidden, scores: Mapping[str, Mapping[str, _Score]]) -> Iterator[tuple[str, Mapping[str, _Score]]]:
    """The scores of public departments in sections that are shown whole."""
    for department, own in scores.items():
        if hidden.department(department) is not None:
            yield department, {name: score for name, score in own.items() if hidden.keeps_whole(name)}
