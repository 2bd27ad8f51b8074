"""What each stage costs: seeded sites of 1,000 and 10,000 incidents, seconds and peak memory of every stage.

    python benchmarks/stages.py [INCIDENTS …]

Every stage runs in a process of its own, so that its peak memory is its own; `build` includes its workers. The ratio
in the last column is the time per incident against the smallest site: a stage that grows with its input stays near 1.
"""

import gc
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from site_builder.assessment import Assessment, assess, check
from site_builder.cli.main import COLLECT_EVERY
from site_builder.exports import data_files, export
from site_builder.language import language
from site_builder.model import Sources
from site_builder.pages import link_problems, plan
from site_builder.render import build, write_site
from site_builder.sources import read_site, read_tree

RULES = Path(__file__).resolve().parent.parent / "criteria" / "2021"
WORDS = "经核对部门考勤记录会议通知材料报送时限整改情况说明负责人签字确认按照规定办理完成复核结果属实"
UNITS = ("occurrence", "person", "day", "document", "project")


def make_site(folder: Path, incidents: int, seed: int = 1) -> None:
    """A site under the 2021 rules: 20 departments, incidents of three paragraphs, a list and a quotation each."""
    chance = random.Random(seed)
    (folder / "content").mkdir(parents=True)
    departments = [*_assessors(), *(f"department-{number:02}" for number in range(1, 14))]
    lines = "".join(f"{name}:\n  name: 部门{name}\n" for name in departments)
    (folder / "content" / "departments.yaml").write_text(lines, encoding="utf-8")
    for path in RULES.rglob("*.yaml"):
        target = folder / "criteria" / "2021" / path.relative_to(RULES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (folder / "incidents" / "2021").mkdir(parents=True)
    choices = _choices(folder)
    for number in range(1, incidents + 1):
        text = _incident(chance, chance.choice(departments), *chance.choice(choices))
        (folder / "incidents" / "2021" / f"2021-{number:05}.md").write_text(text, encoding="utf-8")


def _assessors() -> list[str]:
    return [
        "party-committee",
        "general-office",
        "research-office",
        "personnel-office",
        "security-office",
        "finance-office",
        "logistics-office",
    ]


def _choices(folder: Path) -> list[tuple[str, str, tuple[str, ...], bool, bool]]:
    """Every item with each of its clauses: ids, units, whether it asks for a case or an amount."""
    site = read_site(read_tree(folder)).site
    assert site is not None
    return [
        (item.id, clause.name, clause.counted_units, "case" in clause.per, clause.name == "discretionary")
        for item in site.years[2021].scheme.items.values()
        for clause in item.clauses
    ]


def _incident(
    chance: random.Random, department: str, item: str, clause: str, units: Sequence[str], case: bool, amount: bool
) -> str:
    counts = ", ".join(f"{unit}: {chance.randint(1, 3)}" for unit in units)
    keys = [f"department: {department}", f"criterion: {item}", f"clause: {clause}"]
    keys.append(f"date: 2021-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}")
    keys += [f"count: {{{counts}}}"] if counts else []
    keys += [f"case: case-{chance.randint(1, 400)}"] if case else []
    keys += ["deduction: 0.3"] if amount else []
    keys.append(f"evidence: [通报〔2021〕{chance.randint(1, 999)}号]")
    said = ["".join(chance.choices(WORDS, k=90)) + "。" for _ in range(3)]
    points = "\n".join(f"- {''.join(chance.choices(WORDS, k=20))}" for _ in range(3))
    quotation = "> " + "".join(chance.choices(WORDS, k=40))
    return "---\n" + "\n".join(keys) + "\n---\n" + "\n\n".join([*said, points, quotation]) + "\n"


def _stages(folder: Path) -> dict[str, tuple[Callable[[], object], Callable[[object], object]]]:
    """Each stage: what prepares its input, untimed, and the stage itself."""

    def sources() -> Sources:
        return read_site(read_tree(folder))

    def assessment() -> Assessment:
        scored, _ = assess(sources())
        assert scored is not None
        return scored

    speaking = language("zh_CN")
    return {
        "read files": (lambda: folder, lambda path: read_tree(path)),
        "read sources": (lambda: read_tree(folder), lambda tree: read_site(tree)),
        "score": (sources, lambda read: assess(read)),
        "check links": (sources, lambda read: link_problems(read.site)),
        "plan": (assessment, lambda scored: plan(scored, {2021: data_files(2021)})),
        "export": (assessment, lambda scored: export(scored, speaking)),
        "render, write": (assessment, lambda scored: write_site(scored, folder, folder / "output")),
        "render again": (assessment, lambda scored: write_site(scored, folder, folder / "output")),
        "whole check": (lambda: None, lambda _: check(sources()) + link_problems(sources().site)),
        "whole build": (lambda: None, lambda _: build(sources(), None, folder, folder / "output-2")),
    }


def _measure(folder: Path, name: str, answer: "multiprocessing.Queue[tuple[float, float]]") -> None:
    prepare, stage = _stages(folder)[name]
    given = prepare()
    gc.set_threshold(COLLECT_EVERY)
    begin = time.perf_counter()
    stage(given)
    seconds = time.perf_counter() - begin
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer.put((seconds, (own + 2 * workers) / 1024))


def main(sizes: Sequence[int]) -> None:
    """Print the table."""
    smallest: dict[str, float] = {}
    print(f"{'stage':14} {'incidents':>9} {'seconds':>8} {'peak MB':>8} {'growth':>7}")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as parent:
            folder = Path(parent) / "site"
            make_site(folder, size)
            for name in _stages(folder):
                answer: multiprocessing.Queue[tuple[float, float]] = multiprocessing.Queue()
                process = multiprocessing.Process(target=_measure, args=(folder, name, answer))
                process.start()
                seconds, memory = answer.get()
                process.join()
                each = seconds / size
                growth = each / smallest.setdefault(name, each)
                print(f"{name:14} {size:9} {seconds:8.2f} {memory:8.0f} {growth:7.2f}", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 10000])
