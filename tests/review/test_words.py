"""Which words differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model.review import Mark
from site_builder.review.words import difference


def marked(before, after):
    """The difference on one line: what was removed in [-…-], what was added in {+…+}."""
    forms = {Mark.SAME: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "{{+{}+}}"}
    return "".join(forms[run.mark].format(run.text) for run in difference(before, after))


@pytest.mark.parametrize(
    "before, after, shown",
    [
        ("", "", ""),
        ("迟到", "迟到", "迟到"),
        ("", "新增一句。", "{+新增一句。+}"),
        ("每次扣0.1分", "每次扣0.25分", "每次扣[-0.1-]{+0.25+}分"),
        ("实到9人，3人缺席", "实到9人，2人缺席", "实到9人，[-3-]{+2+}人缺席"),
        ("Absent on Monday", "Absent on Tuesday", "Absent on [-Monday-]{+Tuesday+}"),
    ],
)
def test_what_differs_is_marked(before, after, shown):
    assert marked(before, after) == shown


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_from_the_marks(before, after):
    runs = difference(before, after)
    assert "".join(run.text for run in runs if run.mark is not Mark.ADDED) == before
    assert "".join(run.text for run in runs if run.mark is not Mark.REMOVED) == after
    assert all(run.text for run in runs)


def test_long_texts_that_have_nothing_in_common_are_compared_at_once():
    before, after = "".join(map(chr, range(0x4E00, 0x7E00))), "".join(map(chr, range(0x7E00, 0x9E00)))
    assert [run.mark for run in difference(before, after)] == [Mark.REMOVED, Mark.ADDED]
