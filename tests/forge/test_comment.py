"""One comment on a pull request, posted and later updated, on each forge."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forge.conftest import TOKEN

SCRIPT = Path(__file__).resolve().parents[2] / ".ci/comment.py"
MARKER = "<!-- kaohe-review -->\n\n"
FORGES = ["github", "gitea", "gitlab"]


def comment(forge, *arguments, **changed):
    environment = {
        **os.environ,
        "KAOHE_API": forge.address,
        "KAOHE_PROJECT": "school/assessment",
        "KAOHE_NUMBER": "7",
        "KAOHE_TOKEN": TOKEN,
        **changed,
    }
    done = subprocess.run([sys.executable, SCRIPT, *arguments], env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr and TOKEN not in done.stdout + done.stderr
    return done


@pytest.fixture
def review(tmp_path):
    path = tmp_path / "review.md"
    path.write_text(f"{MARKER}得分 9 → 8.5\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", FORGES)
def test_the_first_review_is_posted_and_the_next_replaces_it(forge, review, kind):
    assert comment(forge, kind, review).stdout == "The review of 7 is posted\n"
    review.write_text(f"{MARKER}得分 9 → 9\n", encoding="utf-8")
    assert comment(forge, kind, review).stdout == "The review of 7 is updated\n"
    assert [one["body"] for one in forge.comments] == [f"{MARKER}得分 9 → 9\n"]
    paths = {path.partition("?")[0] for _, path, _ in forge.requests} - {"/user"}
    inner = "/projects/school%2Fassessment/merge_requests/7/notes" if kind == "gitlab" else None
    assert (inner or "/repos/school/assessment/issues/7/comments") in paths


@pytest.mark.parametrize("kind", FORGES)
def test_a_comment_of_somebody_else_is_left_alone_whatever_it_begins_with(forge, review, kind):
    forge.add(f"{MARKER}not yours", "mallory")
    assert comment(forge, kind, review).returncode == 0
    assert forge.comments[0]["body"] == f"{MARKER}not yours" and len(forge.comments) == 2


@pytest.mark.parametrize("kind", FORGES)
def test_the_comment_is_found_on_a_later_page(forge, review, kind):
    forge.page = 3
    for number in range(8):
        forge.add(f"comment {number}", "anna")
    forge.add(f"{MARKER}old", "robot")
    assert comment(forge, kind, review).stdout == "The review of 7 is updated\n"
    assert len(forge.comments) == 9


def test_an_account_that_may_not_ask_its_name(forge, review):
    forge.knows_user = False
    assert comment(forge, "github", review).stdout == "The review of 7 is posted\n"
    assert comment(forge, "github", review).stdout == "The review of 7 is updated\n"


def test_what_may_pass_is_tried_again_and_what_may_not_is_told(forge, review):
    forge.failures = [502, 503]
    assert comment(forge, "gitlab", review).returncode == 0
    forge.failures = [401] * 5
    refused = comment(forge, "gitlab", review)
    assert refused.returncode == 1 and "401" in refused.stderr
    assert comment(forge, "gitlab", review, KAOHE_API="http://127.0.0.1:1").returncode == 1


def test_the_token_is_sent_nowhere_else(forge, review):
    forge.failures = [302] * 9
    refused = comment(forge, "github", review)
    assert refused.returncode == 1 and "302" in refused.stderr


def test_what_is_no_review_is_not_posted(forge, tmp_path):
    path = tmp_path / "x.md"
    for text in ("hello", MARKER + "x" * 70_000):
        path.write_text(text, encoding="utf-8")
        assert comment(forge, "github", path).returncode == 1
    assert comment(forge, "github", tmp_path / "none.md").returncode == 1
    assert not forge.comments


def test_wrong_usage_and_a_missing_environment_are_told(forge, review):
    for arguments in ((), ("gitbub", review), ("github", "--open", "main")):
        assert comment(forge, *arguments).returncode == 2
    lacking = comment(forge, "github", review, KAOHE_TOKEN="")
    assert lacking.returncode == 2 and "KAOHE_TOKEN" in lacking.stderr
    assert comment(forge, "github", review, KAOHE_API="file:///etc/passwd").returncode == 2


def test_open_merge_requests_are_listed(forge):
    assert comment(forge, "gitlab", "--open", "main").stdout == "3\n"
