"""`kaohe check` says, too, that the main line is not proved."""

import pytest

from tests.trail.figures import INCIDENT, merged, record, run


@pytest.mark.parametrize("level", ["reviewed", "signed"])
def test_check_says_that_the_line_is_not_proved(bases, tmp_path, level):
    repo = bases[level].copy(tmp_path / "site")
    assert run(repo.folder, "check").exit == 0
    start = repo.head()
    merged(repo, {INCIDENT: record()})
    repo.branch("fox", start)
    repo.commit({"content/pages/a.md": "---\ntitle: A\n---\nA\n"}, by="mallory", sign=None)
    repo.merge("main", by="mallory", sign=None)
    repo.git("branch", "-f", "main", "fox")
    repo.switch("main")
    assert run(repo.folder, "score").exit == 1
    told = run(repo.folder, "check")
    assert told.exit == 1 and "line-unproved" in told.complaint
