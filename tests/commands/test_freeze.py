"""Fixed results: every difference is caught and named, and a restatement shows the old figure, the new one and why."""

import os
import re
import shutil
import subprocess

import pytest

from tests.publication.conftest import ROOT, kaohe

REASON, DECISION = "考勤更正", "校委会〔2022〕8号"
RESTATED = ("--reason", REASON, "--decision", DECISION, "--date", "2022-03-01")
RESULTS = "criteria/2021/results.yaml"


def git(folder, *arguments):
    told = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    dated = {**os.environ, "GIT_COMMITTER_DATE": "2022-01-20T09:00:00+08:00"}
    return subprocess.run(
        ["git", *told, *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8", env=dated
    ).stdout


def replaced(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def frozen(folder):
    """A committed site whose results of 2021 are fixed; one record of two people and three days."""
    assert kaohe("init", folder, "--year", "2021").returncode == 0
    (folder / "incidents/2021/2021-0001.md").write_text(
        "---\ndepartment: teaching\ncriterion: discipline.attendance\nclause: absence\ndate: 2021-03-15\n"
        "count: {person: 2, day: 3}\nevidence: [考勤通报]\n---\n缺勤。\n",
        encoding="utf-8",
    )
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Records")
    done = kaohe("freeze", "2021", folder=folder)
    assert done.returncode == 0 and RESULTS in done.stdout, done.stderr
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Results")
    return folder


@pytest.fixture(scope="module")
def fixed(tmp_path_factory):
    return frozen(tmp_path_factory.mktemp("frozen"))


@pytest.fixture
def site(fixed, tmp_path):
    return shutil.copytree(fixed, tmp_path, symlinks=True, dirs_exist_ok=True)


def told(site, command="check"):
    """The exit code, and the problems: `check` prints them, other commands complain of them."""
    found = kaohe(command, folder=site)
    return found.returncode, found.stdout.removesuffix("没有发现问题\n") if command == "check" else found.stderr


def test_fixed_results_are_a_small_text_with_every_score_and_digest(site):
    text = (site / RESULTS).read_text(encoding="utf-8")
    assert "teaching: {discipline: 7}" in text and '"2021-0001": "' in text and "criteria/2021/discipline.yaml" in text
    assert told(site) == (0, "") and told(site, "build")[0] == 0
    again = kaohe("freeze", "2021", folder=site)
    assert again.returncode == 2 and "没有差别" in again.stderr


def test_a_changed_amount_is_named_with_what_it_did(site):
    replaced(site / "criteria/2021/discipline.yaml", "扣0.5分", "扣0.6分")
    replaced(site / "criteria/2021/discipline.yaml", "deduct: 0.5", "deduct: 0.6")
    replaced(site / "criteria/2021/discipline.yaml", "deducts: 3}", "deducts: 3.6}")
    for command in ("check", "build", "score"):
        code, said = told(site, command)
        assert code == 1 and "frozen-file-changed" in said and "criteria/2021/discipline.yaml" in said
        assert "教务处遵章守纪情况7→6.4" in said and said.startswith(RESULTS)


def test_a_changed_record_is_named_with_what_it_did(site):
    replaced(site / "incidents/2021/2021-0001.md", "day: 3", "day: 2")
    code, said = told(site)
    assert code == 1 and "incidents/2021/2021-0001.md" in said and "教务处遵章守纪情况7→8" in said


def test_a_new_record_and_one_that_is_gone_are_named(site):
    shutil.copy(site / "incidents/2021/2021-0001.md", site / "incidents/2021/2021-0002.md")
    assert "2021-0002.md是新增的" in told(site)[1]
    (site / "incidents/2021/2021-0001.md").unlink()
    assert "2021-0001.md已不存在" in told(site)[1]


def test_a_moved_record_is_the_same_and_a_changed_word_is_not(site):
    (site / "incidents/2021/march").mkdir()
    (site / "incidents/2021/2021-0001.md").rename(site / "incidents/2021/march/2021-0001.md")
    assert told(site) == (0, "")
    replaced(site / "incidents/2021/march/2021-0001.md", "缺勤。", "缺勤共三天。")
    code, said = told(site)
    assert code == 1 and "得分不变" in said


def test_a_changed_policy_is_named_and_stops_the_build_where_verdicts_change(site):
    (site / "criteria/approvals.yaml").write_text("level: recorded\n", encoding="utf-8")
    code, said = told(site)
    assert code == 0 and "frozen-policy-changed" in said and "criteria/approvals.yaml" in said
    policy = "level: reviewed\nincidents: {approvals: 1, by: assessor}\napprovers:\n  office: [a@example.org]\n"
    (site / "criteria/approvals.yaml").write_text(policy, encoding="utf-8")
    git(site, "add", "-A")
    git(site, "commit", "-qm", "Policy")
    code, said = told(site, "build")
    assert code == 1 and "frozen-level-changed" in said and "criteria/approvals.yaml" in said
    assert "教务处遵章守纪情况7→10" in said


def test_a_program_that_computes_otherwise_does_not_do_so_silently(site, tmp_path):
    """The rule book here has no example that would tell first."""
    text = (site / "criteria/2021/discipline.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "examples:" not in line and "given:" not in line]
    (site / "criteria/2021/discipline.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    git(site, "commit", "-qam", "No examples")
    assert kaohe("freeze", "2021", *RESTATED, folder=site).returncode == 0
    program = tmp_path / "program"
    for part in ("site_builder", "themes"):
        shutil.copytree(ROOT / part, program / part)
    score = program / "site_builder/scoring/score.py"
    replaced(score, "prod(counts.values(), start=clause.effect.amount)", "clause.effect.amount")
    replaced(program / "site_builder/__init__.py", '__version__ = "', '__version__ = "9.')
    found = kaohe("build", folder=site, PYTHONPATH=str(program))
    assert found.returncode == 1 and "frozen-score-differs" in found.stderr
    assert "kaohe 9.0.1.0与kaohe 0.1.0" in found.stderr and "教务处遵章守纪情况7→9.5" in found.stderr


def test_a_restatement_accounts_for_a_change_and_the_pages_show_both_figures(site):
    replaced(site / "incidents/2021/2021-0001.md", "day: 3", "day: 2")
    early = kaohe("freeze", "2021", *RESTATED, folder=site)
    assert early.returncode == 1 and "incidents/2021/2021-0001.md" in early.stderr, "it is not committed"
    git(site, "commit", "-qam", "Corrected")
    asked = kaohe("freeze", "2021", folder=site)
    assert asked.returncode == 1 and "--reason" in asked.stderr and "7→8" in asked.stderr
    restated = kaohe("freeze", "2021", *RESTATED, folder=site)
    assert restated.returncode == 0 and RESULTS in restated.stdout, restated.stderr
    assert told(site) == (0, "")
    built = kaohe("build", folder=site)
    assert built.returncode == 0, built.stderr
    for url in ("2021/departments/teaching.html", "2021/index.html"):
        page = (site / "output" / url).read_text(encoding="utf-8")
        assert REASON in page and DECISION in page and "<del>7</del>" in page and "<ins>8</ins>" in page
    assert REASON not in (site / "output/2021/departments/office.html").read_text(encoding="utf-8")
    replaced(site / "incidents/2021/2021-0001.md", "day: 2", "day: 3")
    code, said = told(site)
    assert code == 1 and "8→7" in said


def test_a_restatement_that_a_person_began_is_completed(site):
    replaced(site / "incidents/2021/2021-0001.md", "day: 3", "day: 2")
    git(site, "commit", "-qam", "Corrected")
    begun = f"restatements:\n  - {{date: 2022-03-01, reason: {REASON}, decision: {DECISION}}}\n"
    (site / RESULTS).open("a", encoding="utf-8").write(begun)
    assert told(site)[0] == 1
    for options in (RESTATED, RESTATED[:2]):
        both = kaohe("freeze", "2021", *options, folder=site)
        assert both.returncode == 2 and RESULTS in both.stderr
    assert kaohe("freeze", "2021", folder=site).returncode == 0
    assert told(site) == (0, "") and REASON in (site / RESULTS).read_text(encoding="utf-8")


def test_a_restatement_is_dated_after_the_freeze_and_after_those_before(site):
    assert "frozen: 2022-01-20" in (site / RESULTS).read_text(encoding="utf-8")
    replaced(site / "incidents/2021/2021-0001.md", "day: 3", "day: 2")
    git(site, "commit", "-qam", "Corrected")
    for day, code in (("2022-01-19", 2), ("2022-01-20", 0)):
        done = kaohe("--lang", "en", "freeze", "2021", *RESTATED[:-1], day, folder=site)
        assert done.returncode == code, done.stderr
        assert not code or "before 2022-01-20, when the results were fixed" in done.stderr
    replaced(site / RESULTS, "date: 2022-01-20", "date: 2022-01-19")
    line = (site / RESULTS).read_text(encoding="utf-8").splitlines().index("  - date: 2022-01-19") + 1
    code, said = told(site)
    assert code == 1 and f"{RESULTS}:{line}:" in said and "error[dates-reversed]" in said and "2022-01-20" in said


def test_what_is_not_committed_cannot_be_fixed(tmp_path):
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "Records")
    replaced(next((tmp_path / "incidents/2021").glob("*.md")), "---\n", "---\n# changed\n")
    refused = kaohe("freeze", "2021", folder=tmp_path)
    assert refused.returncode == 1 and "incidents/2021/" in refused.stderr and not (tmp_path / RESULTS).exists()
    git(tmp_path, "commit", "-qam", "Changed")
    with (tmp_path / "content/departments.yaml").open("a", encoding="utf-8") as departments:
        departments.write("lab: {name: 实验室}\n")
    refused = kaohe("freeze", "2021", folder=tmp_path)
    assert refused.returncode == 1 and "content/departments.yaml" in refused.stderr
    git(tmp_path, "commit", "-qam", "A department")
    for path, is_needed in (("criteria/2021/discipline.yaml", True), ("content/site.yaml", False)):
        replaced(tmp_path / path, "title:", "# changed\ntitle:")
        refused = kaohe("freeze", "2021", folder=tmp_path)
        assert refused.returncode == is_needed and (path in refused.stderr) == is_needed
        git(tmp_path, "commit", "-qam", "A comment")


def test_without_history_nothing_is_fixed(tmp_path):
    site, clone, copy = tmp_path / "site", tmp_path / "clone", tmp_path / "copy"
    assert kaohe("demo", site).returncode == 0
    assert kaohe("freeze", "2021", folder=site).returncode == 0
    subprocess.run(["git", "clone", "-q", "--depth=1", site.as_uri(), clone], check=True)
    refused = kaohe("freeze", "2021", folder=clone)
    assert refused.returncode == 1 and "浅克隆" in refused.stderr and not (clone / RESULTS).exists()
    shutil.copytree(clone, copy, ignore=shutil.ignore_patterns(".git"))
    assert kaohe("freeze", "2021", folder=copy).returncode == 1 and not (copy / RESULTS).exists()


def test_line_endings_of_another_computer_change_nothing(site, tmp_path_factory):
    clone = tmp_path_factory.mktemp("windows") / "clone"
    subprocess.run(["git", "clone", "-q", "-c", "core.autocrlf=true", site.as_uri(), clone], check=True)
    assert b"\r\n" in (clone / "incidents/2021/2021-0001.md").read_bytes()
    assert told(clone) == (0, "")


def test_a_department_that_came_or_went_is_named(site):
    departments = site / "content/departments.yaml"
    text = departments.read_text(encoding="utf-8")
    departments.write_text(text + "lab: {name: 实验室}\n", encoding="utf-8")
    code, said = told(site)
    assert code == 1 and "frozen-department-changed" in said and "lab" in said and "departments.yaml" in said
    departments.write_text(text + "lab: {name: 实验室, from: 2022}\n", encoding="utf-8")
    assert told(site) == (0, "")


def test_an_edited_figure_is_told_in_its_line(site):
    replaced(site / RESULTS, "teaching: {discipline: 7", "teaching: {discipline: 8")
    line = (site / RESULTS).read_text(encoding="utf-8").splitlines().index("  teaching: {discipline: 8}") + 1
    code, said = told(site)
    assert code == 1 and said.startswith(f"{RESULTS}:{line}:3: error[frozen-score-differs]") and "8→7" in said


def test_a_review_names_what_is_done_to_fixed_results_first(site):
    git(site, "rm", "-q", RESULTS)
    git(site, "commit", "-qm", "Away")
    assert "Fixes the results of a year" in kaohe("--lang", "en", "review", "HEAD~1", folder=site).stdout


@pytest.mark.parametrize("words", ["   ", "one\ttwo", "one\ntwo", "one\u2028two", "one\udcff"])
def test_words_that_no_file_may_hold_are_refused(site, words):
    replaced(site / "incidents/2021/2021-0001.md", "day: 3", "day: 2")
    git(site, "commit", "-qam", "Corrected")
    before = (site / RESULTS).read_bytes()
    for option in ("--reason", "--decision"):
        given = [*RESTATED[: RESTATED.index(option) + 1], words, *RESTATED[RESTATED.index(option) + 2 :]]
        refused = kaohe("freeze", "2021", *given, folder=site)
        assert refused.returncode == 2 and option in refused.stderr and "Traceback" not in refused.stderr
    assert (site / RESULTS).read_bytes() == before


@pytest.mark.parametrize(("arguments", "code"), [(("2030",), 2), (("2021", "--reason", "x"), 2), (("x",), 2)])
def test_wrong_usage_writes_nothing(tmp_path, arguments, code):
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    found = kaohe("freeze", *arguments, folder=tmp_path)
    assert found.returncode == code and "Traceback" not in found.stderr and not (tmp_path / RESULTS).exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("level: recorded", "level: sworn", "unknown-level"),
        ("discipline: 7", "discipline: seven", "not-a-number"),
        ('version: "0.1.0"', "", "missing-key"),
        ("scores:", "score:", "missing-key"),
        ("incidents:", "incident:", "unknown-key"),
    ],
)
def test_a_damaged_file_is_told_with_its_place(site, old, new, code):
    replaced(site / RESULTS, old, new)
    found, said = told(site)
    assert found == 1 and f"error[{code}]" in said and said.startswith(RESULTS) and "Traceback" not in said


def test_the_same_results_give_the_same_bytes(site):
    text = (site / RESULTS).read_bytes()
    (site / RESULTS).unlink()
    git(site, "commit", "-qam", "Away")
    assert kaohe("freeze", "2021", folder=site, TZ="Asia/Shanghai", LC_ALL="C").returncode == 0
    lines = [line for line in (site / RESULTS).read_bytes().splitlines() if not line.startswith((b"commit", b"frozen"))]
    assert lines == [line for line in text.splitlines() if not line.startswith((b"commit", b"frozen"))]


def test_outside_a_repository_there_is_nothing_to_rest_on(tmp_path):
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    refused = kaohe("--lang", "en", "freeze", "2021", folder=tmp_path)
    assert refused.returncode == 1 and "does not lie in a git repository" in refused.stderr
    assert not (tmp_path / RESULTS).exists()


def test_a_restatement_is_not_dated_before_the_one_before(site):
    days = (("2022-02-01", 2, 0), ("2022-03-02", 1, 0), ("2022-03-01", 4, 2), ("2022-03-02", 4, 0))
    for day, count, code in days:
        record = site / "incidents/2021/2021-0001.md"
        record.write_text(re.sub(r"day: \d", f"day: {count}", record.read_text(encoding="utf-8")), encoding="utf-8")
        git(site, "add", "-A")
        git(site, "commit", "-q", "--allow-empty", "-m", "Corrected")
        done = kaohe("--lang", "en", "freeze", "2021", *RESTATED[:-1], day, folder=site)
        assert done.returncode == code, done.stderr
        assert not code or "--date is before 2022-03-02: restatements stand in the order" in done.stderr
    text = (site / RESULTS).read_text(encoding="utf-8")
    assert text.count("date: 2022-03-02") == 2, "two decisions of one day stand both"
    assert told(site) == (0, "")


def test_a_folder_that_cannot_be_written_is_told(site):
    (site / RESULTS).unlink()
    git(site, "commit", "-qam", "Away")
    (site / RESULTS).mkdir()
    refused = kaohe("--lang", "en", "freeze", "2021", folder=site)
    assert refused.returncode == 3 and "results.yaml was not written: Is a directory" in refused.stderr


def test_of_many_changes_that_are_not_committed_five_are_named(tmp_path):
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "Records")
    record = next((tmp_path / "incidents/2021").glob("*.md"))
    for number in range(1, 7):
        shutil.copy(record, tmp_path / f"incidents/2021/2021-100{number}.md")
        refused = kaohe("--lang", "en", "freeze", "2021", folder=tmp_path)
        assert refused.returncode == 1 and refused.stderr.count("2021-100") == min(number, 5)
        assert ("…" in refused.stderr) == (number > 5)


def test_where_nothing_is_demanded_a_clone_without_its_history_can_be_fixed(site, tmp_path_factory):
    git(site, "rm", "-q", RESULTS)
    git(site, "commit", "-qm", "Away")
    clone = tmp_path_factory.mktemp("shallow") / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", site.as_uri(), clone], check=True)
    assert kaohe("freeze", "2021", folder=clone).returncode == 0


def test_a_file_that_would_be_too_large_to_be_read_is_not_written(site, monkeypatch):
    path = site / RESULTS
    size = path.stat().st_size
    for most, code in ((size - 1, 3), (size, 0)):
        path.unlink(missing_ok=True)
        git(site, "commit", "-q", "--allow-empty", "-am", "Away")
        monkeypatch.setattr("site_builder.cli.freezing.LARGEST", most)
        assert kaohe("freeze", "2021", folder=site).returncode == code and path.exists() == (code == 0)


def test_without_the_day_of_the_freeze_a_restatement_is_dated_in_the_year_or_later(site):
    path = site / RESULTS
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("frozen:")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    replaced(site / "incidents/2021/2021-0001.md", "day: 3", "day: 2")
    git(site, "commit", "-qam", "Corrected")
    for day, code in (("2020-12-31", 2), ("2021-01-01", 0)):
        assert kaohe("freeze", "2021", *RESTATED[:-1], day, folder=site).returncode == code
