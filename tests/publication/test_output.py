"""The output folder is replaced whole or not at all, and nothing that others put there is lost."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from site_builder.model import MANIFEST, Manifest
from site_builder.render.output import OutputError, prepared, written


def write(folder, files):
    with prepared(folder) as staged:
        staged.finish(Manifest({path: staged.write(path, text.encode()) for path, text in files.items()}))


def read(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_a_new_version_replaces_the_old_one(tmp_path):
    write(tmp_path / "output", {"a.html": "1", "b/c.html": "2"})
    write(tmp_path / "output", {"a.html": "3"})
    assert read(tmp_path / "output") == {"a.html": "3"}
    assert list(tmp_path.iterdir()) == [tmp_path / "output"]


def test_a_file_whose_bytes_did_not_change_is_not_rewritten(tmp_path):
    write(tmp_path / "output", {"a.html": "1", "b.html": "1"})
    os.utime(tmp_path / "output/a.html", (1, 1))
    before = (tmp_path / "output/a.html").stat()
    write(tmp_path / "output", {"a.html": "1", "b.html": "2"})
    after = (tmp_path / "output/a.html").stat()
    assert (before.st_ino, before.st_mtime) == (after.st_ino, after.st_mtime)


def test_files_that_no_build_wrote_are_kept(tmp_path):
    write(tmp_path / "output", {"a.html": "1"})
    (tmp_path / "output/own").mkdir()
    (tmp_path / "output/own/notes.txt").write_text("mine")
    (tmp_path / "output/link").symlink_to("own")
    write(tmp_path / "output", {"b.html": "2"})
    assert read(tmp_path / "output") == {"b.html": "2", "own/notes.txt": "mine"}
    assert (tmp_path / "output/link").is_symlink()


def test_a_file_of_somebody_else_in_the_way_is_not_overwritten(tmp_path):
    (tmp_path / "output").mkdir()
    (tmp_path / "output/index.html").write_text("mine")
    with pytest.raises(OutputError, match=r"index\.html"):
        write(tmp_path / "output", {"index.html": "ours"})
    assert read(tmp_path / "output") == {"index.html": "mine"}


def test_a_failure_leaves_the_old_version(tmp_path):
    write(tmp_path / "output", {"a.html": "1"})
    with pytest.raises(RuntimeError), prepared(tmp_path / "output") as staged:
        staged.write("a.html", b"2")
        raise RuntimeError
    assert read(tmp_path / "output") == {"a.html": "1"}
    assert list(tmp_path.iterdir()) == [tmp_path / "output"]


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "output").symlink_to("real")
    write(tmp_path / "output", {"a.html": "1"})
    assert (tmp_path / "output").is_symlink() and read(tmp_path / "real") == {"a.html": "1"}


def test_a_damaged_manifest_protects_everything(tmp_path):
    write(tmp_path / "output", {"a.html": "1"})
    (tmp_path / "output" / MANIFEST).write_text("[1, 2")
    assert written(tmp_path / "output") == frozenset()
    with pytest.raises(OutputError):
        write(tmp_path / "output", {"a.html": "2"})


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        write(tmp_path / "file/output", {"a.html": "1"})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs signals")
def test_a_build_killed_at_any_moment_leaves_one_version_whole(tmp_path):
    """Real processes, killed with SIGKILL; the next build clears away what they left."""
    program = (
        "import sys, pathlib; from tests.publication.test_output import write\n"
        "for n in range(1, 10**6):\n"
        "    write(pathlib.Path(sys.argv[1]), {f'{i}.html': str(n) for i in range(40)})\n"
    )
    folder = tmp_path / "output"
    for round_ in range(12):
        process = subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=Path.cwd())
        time.sleep(0.45 + 0.017 * round_)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if folder.exists():
            assert len(set(read(folder).values())) == 1 and len(read(folder)) == 40
    write(folder, {"a.html": "last"})
    assert read(folder) == {"a.html": "last"}
    assert [path.name for path in tmp_path.iterdir()] == ["output"]
    shutil.rmtree(folder)
