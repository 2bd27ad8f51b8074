"""Sites at the edges of what may come: no incident, one, 3,000 for one department, long names, no points at all."""

import re
from pathlib import Path

from tests.publication.conftest import kaohe

LONG = (
    "马克思主义中国化时代化最新成果学习宣传贯彻研究阐释工作领导小组办公室"
    "暨干部教育培训与决策咨询综合协调服务保障中心教学研究管理部"
)
"""A name of 60 characters and more."""

UNBROKEN = "Internationalisierungskoordinationsstellenleitungsbuero"
"""A name without a place to break."""

ABSENCE = """---
department: {department}
criterion: discipline.attendance
clause: absence
date: 2021-{month:02}-{day:02}
count: {{person: 1, day: 1}}
evidence: [考勤通报〔2021〕{number}号]
---
经核对考勤记录，该部门1名工作人员当日未到岗，未办理请假手续，属于旷工，共1天。
"""


def start(folder: Path) -> tuple[str, str]:
    """A new site without incidents; gives its departments."""
    assert kaohe("init", folder, "--year", "2021").returncode == 0
    for path in (folder / "incidents/2021").glob("*.md"):
        path.unlink()
    departments = (folder / "content/departments.yaml").read_text(encoding="utf-8")
    first, second = re.findall(r"^([a-z-]+):", departments, re.MULTILINE)[:2]
    return first, second


def absences(folder: Path, department: str, count: int) -> None:
    """So many incidents of one department, spread over the year."""
    for number in range(1, count + 1):
        text = ABSENCE.format(department=department, month=number % 12 + 1, day=number % 28 + 1, number=number)
        (folder / f"incidents/2021/2021-{number:05}.md").write_text(text, encoding="utf-8")


def long_names(folder: Path, name: str = LONG) -> None:
    """Every name and title is long; the pages are in English too."""
    for path in [*(folder / "criteria/2021").rglob("*.yaml"), folder / "content/departments.yaml"]:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(name|title): [^,}\n]+", rf"\1: {name}", text), encoding="utf-8")
    with (folder / "content/site.yaml").open("a", encoding="utf-8") as settings:
        settings.write("translations: [en]\n")


def without_points(folder: Path) -> None:
    """No section has points."""
    for path in (folder / "criteria/2021").rglob("*.yaml"):
        text = re.sub(r"^points: .*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")


def built(folder: Path) -> Path:
    """The output."""
    made = kaohe("build", folder=folder)
    assert made.returncode == 0, made.stderr
    return folder / "output"
