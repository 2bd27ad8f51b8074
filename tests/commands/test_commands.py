"""The commands as users run them: what they print, and with what they exit."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.publication.conftest import ROOT, kaohe

NO_PROBLEMS = {"zh_CN": "没有发现问题\n", "en": "No problems\n"}


@pytest.fixture
def site(tmp_path):
    """A new site, as `kaohe init` leaves it."""
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    return tmp_path


def record(site):
    return site / "incidents/2021/2021-0001.md"


def change(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_scores_have_the_shape_of_the_design(output):
    printed = kaohe("score", "--year", "2021", "--format", "json")
    assert printed.returncode == 0
    assert printed.stdout == (output / "data/2021/scores.json").read_text(encoding="utf-8")
    scores = json.loads(printed.stdout)
    assert set(scores) == {"year", "scheme", "departments", "incidents"}
    assert scores["year"] == 2021
    sections = scores["departments"]["logistics-office"]["sections"]
    assert sections["base"] == {"points": "20", "deducted": "7", "score": "13"}
    assert sections["party"] == {"points": None, "deducted": "5.5", "score": "-5.5"}
    incident = scores["incidents"]["2021-0043"]
    assert set(incident) == {
        *("approval", "clause", "counted", "criterion", "date", "department", "gross", "steps"),
    }
    assert incident["approval"] in ("pending", "unknown"), "nobody approved the demonstration; a copy has no history"
    assert incident["steps"][0] == {"rule": "amount", "text": "0.5 × 2人 × 2天", "value": "2"}
    assert incident["steps"][1]["rule"] == "limit" and incident["steps"][1]["section"] == "base.conduct"


def test_the_table_of_scores_names_every_department():
    printed = kaohe("score")
    assert printed.returncode == 0
    assert "后勤管理处" in printed.stdout and "保密工作" in printed.stdout


def test_explain_shows_a_limit_with_what_was_used_before():
    said = kaohe("--lang", "en", "explain", "2021-0043")
    assert said.returncode == 0
    assert "deducts at most 2: earlier incidents used 0.4, so 1.6 of 2 counts" in said.stdout
    assert "0.5 × 2人 × 2天" in said.stdout


def test_explain_a_department_lists_its_sections():
    said = kaohe("--lang", "en", "explain", "logistics-office", "--year", "2021")
    assert "遵章守纪情况: 0 of 2, 2 deducted" in said.stdout


def test_explain_takes_the_latest_year_that_has_what_is_asked_for():
    assert "2021-0029" in kaohe("explain", "culture-society").stdout, "it was split at the end of 2021"
    assert "2022-00" in kaohe("explain", "culture").stdout
    assert kaohe("explain", "culture", "--year", "2021").returncode == 2


def test_explain_suggests_the_nearest_name():
    said = kaohe("--lang", "en", "explain", "logistic-office")
    assert said.returncode == 2 and "logistics-office" in said.stderr


def test_an_unknown_year_is_wrong_usage():
    said = kaohe("--lang", "en", "score", "--year", "1999")
    assert (said.returncode, said.stdout) == (2, "")
    assert "2021" in said.stderr


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path):
    assert kaohe("--site", tmp_path / "nowhere", "check").returncode == 2


def test_an_empty_folder_says_what_is_missing(tmp_path):
    said = kaohe("check", folder=tmp_path)
    assert said.returncode == 1
    assert "error[no-rules]" in said.stdout and "kaohe init" in said.stdout


def test_problems_come_in_the_users_language(site):
    change(record(site), "department: teaching", "department: teachin")
    assert "没有" in kaohe("check", folder=site).stdout
    english = kaohe("--lang", "en", "check", folder=site).stdout
    assert "incidents/2021/2021-0001.md:2:13: error[unknown-department]: There is no department" in english
    assert "Did you mean teaching (教务处)?" in english


def test_check_as_json(site):
    change(record(site), "clause: sheet-late", "clause: sheet-lat")
    said = kaohe("check", "--format", "json", folder=site)
    assert said.returncode == 1
    (problem,) = json.loads(said.stdout)["problems"]
    assert set(problem) == {"path", "line", "column", "severity", "code", "message", "hint"}
    assert (problem["path"], problem["line"], problem["code"]) == ("incidents/2021/2021-0001.md", 4, "unknown-clause")


def test_check_as_github_keeps_each_problem_on_a_line(site):
    change(record(site), "clause: sheet-late", "clause: 'a%0A::error::b'")
    said = kaohe("check", "--format", "github", folder=site)
    assert re.fullmatch(
        r"::error file=incidents/2021/2021-0001\.md,line=4,col=9,title=unknown-clause::.*\n", said.stdout
    )


def test_check_as_sarif(site):
    change(record(site), "clause: sheet-late", "clause: sheet-lat")
    log = json.loads(kaohe("check", "--format", "sarif", folder=site).stdout)
    assert log["version"] == "2.1.0"
    assert log["runs"][0]["results"][0]["ruleId"] == "unknown-clause"


def test_warnings_do_not_fail(site):
    record(site).write_text(
        record(site).read_text(encoding="utf-8") + "\n[外](https://example.org/)\n", encoding="utf-8"
    )
    said = kaohe("check", folder=site)
    assert said.returncode == 0 and "warning[external-link]" in said.stdout


def test_a_failing_build_leaves_the_last_good_output(site):
    assert kaohe("build", folder=site).returncode == 0
    before = (site / "output/index.html").read_bytes()
    change(record(site), "department: teaching", "department: nobody")
    failed = kaohe("build", folder=site)
    assert failed.returncode == 1 and "Traceback" not in failed.stderr
    assert (site / "output/index.html").read_bytes() == before


@pytest.mark.parametrize("place", [".", "content", "criteria/2021", "..", "incidents/new"])
def test_the_sources_are_never_built_over(site, place):
    said = kaohe("build", "-o", place, folder=site)
    assert said.returncode == 2 and record(site).is_file()


def test_a_disk_that_refuses_is_said_without_a_traceback(site):
    (site / "full").write_text("")
    said = kaohe("build", "-o", site / "full" / "output", folder=site)
    assert said.returncode == 3 and "Traceback" not in said.stderr


def test_init_does_not_overwrite(site):
    before = record(site).read_text(encoding="utf-8")
    said = kaohe("init", folder=site)
    assert said.returncode == 2 and record(site).read_text(encoding="utf-8") == before


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_init_leaves_a_site_that_builds_without_a_word_of_complaint(tmp_path, language):
    assert kaohe("--lang", language, "init", folder=tmp_path).returncode == 0
    checked = kaohe("check", folder=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, NO_PROBLEMS[language])
    assert kaohe("build", folder=tmp_path).returncode == 0
    assert (tmp_path / "output/index.html").is_file()


def test_help_is_there_for_every_command():
    for command in ("build", "serve", "check", "score", "explain", "init"):
        said = kaohe(command, "--help")
        assert said.returncode == 0 and command in said.stdout


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def fetch(port, path="/"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.read().decode()


def eventually(ready, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if ready():
                return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def test_serve_shows_an_error_in_the_page_until_it_is_mended(site):
    port = free_port()
    command = [sys.executable, "-m", "site_builder", "--lang", "en", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: "livereload" in fetch(port))
        time.sleep(1)
        change(record(site), "department: teaching", "department: nobody")
        assert eventually(lambda: "There is no department “nobody”" in fetch(port))
        change(record(site), "department: nobody", "department: teaching")
        assert eventually(lambda: 'role="alert"' not in fetch(port))
        with pytest.raises(urllib.error.HTTPError):
            fetch(port, "/../content/site.yaml")
    finally:
        server.kill()
        server.wait()


def test_this_repository_has_no_problems():
    said = kaohe("check", folder=ROOT)
    assert (said.returncode, said.stdout) == (0, NO_PROBLEMS["zh_CN"])


def test_a_subfolder_can_be_a_site(site, tmp_path):
    shutil.copytree(site, tmp_path / "outer" / "inner", ignore=shutil.ignore_patterns("outer"))
    assert kaohe("--site", "outer/inner", "build", folder=tmp_path).returncode == 0
    assert (tmp_path / "outer/inner/output/index.html").is_file()


def test_a_theme_that_is_not_there_is_said(site):
    change(site / "content/site.yaml", "theme: campus", "theme: campsu")
    said = kaohe("check", folder=site)
    assert said.returncode == 1 and "content/site.yaml:3:8: error[unknown-theme]" in said.stdout


def test_a_site_overrides_a_partial_by_a_file_of_the_same_name(site):
    change(site / "content/site.yaml", "theme: campus", "theme: ours")
    partials = site / "themes/ours/templates/partials"
    partials.mkdir(parents=True)
    (partials / "footer.html").write_text("<footer>ours</footer>", encoding="utf-8")
    assert kaohe("build", folder=site).returncode == 0
    assert "<footer>ours</footer>" in (site / "output/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("wrong", ["{% if %}", "{{ nothing.at.all }}", "{% include 'gone.html' %}"])
def test_a_broken_template_is_a_problem_and_no_traceback(site, wrong):
    partials = site / "themes/campus/templates/partials"
    partials.mkdir(parents=True)
    (partials / "footer.html").write_text(f"\n{wrong}\n", encoding="utf-8")
    said = kaohe("build", folder=site)
    assert said.returncode == 1 and "error[template-error]" in said.stderr and "Traceback" not in said.stderr
    assert not (site / "output").exists()


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("", "/"),
        ("url: https://intranet.example/\n", "/"),
        ("url: https://intranet.example/assessment\n", "/assessment/"),
        ("url: https://intranet.example:8080/a/b/\n", "/a/b/"),
        ("url: https://intranet.example//assessment\n", "/assessment/"),
    ],
)
def test_links_of_the_404_page_begin_at_the_root_of_the_server(url, root, site):
    text = (site / "content/site.yaml").read_text(encoding="utf-8")
    (site / "content/site.yaml").write_text(text + url, encoding="utf-8")
    assert kaohe("build", folder=site).returncode == 0
    page = (site / "output/404.html").read_text(encoding="utf-8")
    assert f'href="{root}static/site.' in page and f'href="{root}index.html"' in page
    assert set(re.findall('href="([^#"])', page)) == {"/"}, "it is shown at any address"
    assert 'href="./static/site.' in (site / "output/index.html").read_text(encoding="utf-8")
