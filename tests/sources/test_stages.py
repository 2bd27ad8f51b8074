"""How far the results of each year are, as `content/publication.yaml` says it."""

from datetime import date

import pytest

from site_builder.model import Stage
from tests.sites import placed, site, valid

PUBLICATION = "content/publication.yaml"


def with_stages(stages):
    return site(files={PUBLICATION: f"stages: {stages}\n"})


def test_a_year_without_a_stage_is_a_draft():
    assert valid(site()).settings.standing(2021).stage is Stage.DRAFT


def test_a_notice_has_the_days_for_objections():
    standing = valid(with_stages("{2021: {stage: notice, from: 2022-01-10, to: 2022-01-14}}")).settings.standing(2021)
    assert (standing.stage, standing.first, standing.last) == (Stage.NOTICE, date(2022, 1, 10), date(2022, 1, 14))


def test_a_final_result_names_the_day_and_the_document():
    standing = valid(with_stages("{2021: {stage: final, decided: 2022-01-21, decision: No. 3}}")).settings.standing(
        2021
    )
    assert (standing.decided, standing.decision) == (date(2022, 1, 21), "No. 3")


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ("{2021: {stage: done}}", ["1:24 unknown-stage"]),
        ("{2021: {}}", ["1:16 missing-key"]),
        ("{2021: final}", ["1:16 wrong-type"]),
        ("{2021: {stage: notice}}", ["1:16 missing-key", "1:16 missing-key"]),
        ("{2021: {stage: notice, from: 2022-01-14, to: 2022-01-10}}", ["1:54 period-reversed"]),
        ("{2021: {stage: final, from: 2022-01-14}}", ["1:31 not-of-this-stage"]),
        ("{2021: {stage: draft, decision: No. 3}}", ["1:31 not-of-this-stage"]),
        ("{2021: {stage: final, decided: tomorrow}}", ["1:40 invalid-date"]),
        ("{2022: {stage: final}}", ["1:9 stage-without-rules"]),
        ("{next: {stage: final}}", ["1:10 not-a-year"]),
        ("final", ["1:9 wrong-type"]),
    ],
)
def test_what_is_wrong_is_told_with_its_place(stages, expected):
    assert placed(with_stages(stages)) == [f"{PUBLICATION}:{one}" for one in expected]
