"""The same sources give the same bytes on any machine, day, locale and time zone."""

import shutil
from pathlib import Path

from tests.publication.conftest import ROOT, kaohe


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def copied(site: Path) -> Path:
    """The repository's own site in another folder, its files in another order, without its history."""
    for name in ("incidents", "criteria", "content"):
        for path in sorted((ROOT / name).rglob("*"), reverse=True):
            if path.is_file():
                (site / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, site / path.relative_to(ROOT))
    return site


def test_two_builds_in_two_places_are_equal(tmp_path):
    here, there = copied(tmp_path / "site"), copied(tmp_path / "一个 文件夹")
    environment = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4242",
        "USER": "somebody-else",
        "HOME": str(tmp_path),
        "PYTHONUTF8": "0",
    }
    for site, jobs, changed in ((here, "2", {}), (there, "1", environment)):
        built = kaohe("build", "--jobs", jobs, folder=site, **changed)
        assert built.returncode == 0, built.stderr
    assert files(there / "output") == files(here / "output")


def test_building_twice_changes_no_file(tmp_path):
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    assert kaohe("build", folder=tmp_path).returncode == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "output").rglob("*") if path.is_file()}
    assert kaohe("build", folder=tmp_path).returncode == 0
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "output").rglob("*") if path.is_file()}
    assert before == after


def test_the_wheel_builds_a_site_anywhere(tmp_path):
    """The theme travels in the wheel: unpacked alone, it starts and builds a site."""
    import subprocess
    import sys
    import zipfile

    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(next(tmp_path.glob("kaohe-*.whl"))) as wheel:
        wheel.extractall(tmp_path / "unpacked")
    site = tmp_path / "site"
    site.mkdir()
    assert kaohe("init", folder=site, PYTHONPATH=str(tmp_path / "unpacked")).returncode == 0
    built = kaohe("build", folder=site, PYTHONPATH=str(tmp_path / "unpacked"))
    assert built.returncode == 0, built.stderr
    assert list((site / "output/static").glob("site.*.css"))
