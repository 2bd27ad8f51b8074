"""The built pages against the standards: the Nu checker finds no error, Lighthouse gives full marks.

Run by `make standards`, which needs node, npm and Java, and installs the two checkers.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.serving import served
from tests.publication.conftest import ROOT, kaohe

TOOLS = ROOT / ".standards/node_modules"
NO_FAULT = ("blocked by", "This document appears to be written in")
"""A page's policy means its own server; the checker reads files, for which every address is a stranger's. What language
a page is in it guesses by chance: now and then a Chinese page passes for an English one."""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or "chromium"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """This repository's site, in both languages."""
    folder = tmp_path_factory.mktemp("site") / "output"
    assert kaohe("build", "-o", folder).returncode == 0
    return folder


def nu(*arguments: object) -> list[str]:
    """What the Nu checker says, but for what is no fault of a page."""
    command = ["java", "-jar", TOOLS / "vnu-jar/build/dist/vnu.jar", "--format", "json", *arguments]
    answer = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=600).stderr
    found = json.loads(answer)["messages"]
    faults = [one for one in found if not any(part in one["message"] for part in NO_FAULT)]
    return [f"{one.get('url', '')}: {one['message']}" for one in faults]


def test_every_page_is_valid_html_with_valid_drawings(site):
    assert len(list(site.rglob("*.html"))) > 400
    assert nu("--skip-non-html", site) == []


def test_every_style_sheet_and_picture_is_valid(site):
    assert nu("--also-check-css", "--skip-non-css", *(site / "static").glob("*.css")) == []
    assert nu("--also-check-svg", "--skip-non-svg", *(site / "static").glob("*.svg")) == []


@pytest.mark.parametrize("url", ["index.html", "2021/departments/law.html", "2021/handbook/index.html"])
def test_lighthouse_gives_full_marks(site, tmp_path, url):
    report = tmp_path / "report.json"
    with served(site) as address:
        command = ["node", TOOLS / "lighthouse/cli/index.js", f"{address}/{url}", "--quiet", "--output=json"]
        flags = [f"--output-path={report}", f"--chrome-flags={FLAGS}"]
        environment = {"CHROME_PATH": CHROMIUM, "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
        subprocess.run([*map(str, command), *flags], check=True, env=environment, timeout=300, capture_output=True)
    found = json.loads(Path(report).read_text(encoding="utf-8"))
    scores = {name: one["score"] for name, one in found["categories"].items()}
    audits = found["audits"]
    times = {name: audits[name]["displayValue"] for name in ("largest-contentful-paint", "cumulative-layout-shift")}
    failed = [name for name, one in audits.items() if one["score"] is not None and one["score"] < 1]
    print(url, scores, times, failed)
    assert scores["accessibility"] == 1 and scores["best-practices"] == 1, failed
    assert audits["cumulative-layout-shift"]["numericValue"] == 0
