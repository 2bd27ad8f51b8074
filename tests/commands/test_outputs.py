"""Whatever the output can take, and however a command ends: no traceback, and the exit code of the reference."""

import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.publication.conftest import ROOT, kaohe

KAOHE = [sys.executable, "-m", "site_builder"]


def run(*arguments, folder=ROOT, **options):
    return subprocess.run([*KAOHE, *arguments], cwd=folder, stderr=subprocess.PIPE, check=False, **options)


@pytest.fixture
def site(tmp_path):
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    return tmp_path


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1", "utf-8", "utf-16"])
@pytest.mark.parametrize(
    "command", [["score"], ["check"], ["explain", "2022-0007"], ["--help"], ["score", "--year", "1"]]
)
def test_any_encoding_of_the_output_will_do(command, encoding):
    done = run(*command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert b"Traceback" not in done.stderr
    assert done.returncode == (2 if command[-1] == "1" else 0)
    assert (done.stdout or done.stderr).decode("utf-8" if encoding == "ascii" else encoding)


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_json_says_the_same_in_every_encoding(encoding):
    wanted = json.loads(run("score", "--format", "json", stdout=subprocess.PIPE).stdout)
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    printed = run("score", "--format", "json", stdout=subprocess.PIPE, env=environment).stdout
    assert json.loads(printed.decode("utf-8" if encoding == "ascii" else encoding)) == wanted


@pytest.mark.parametrize(
    "command", [["score"], ["check"], ["--help"], ["review", "HEAD", "HEAD"], ["completion", "bash"]]
)
def test_a_full_disk_is_said(command, tmp_path):
    if command[0] == "review":
        assert kaohe("demo", tmp_path / "demo").returncode == 0
    with Path("/dev/full").open("wb") as full:
        done = run(*command, folder=tmp_path / "demo" if command[0] == "review" else ROOT, stdout=full)
    assert done.returncode == 3 and b"Traceback" not in done.stderr and b"Exception" not in done.stderr
    assert len(done.stderr.decode().splitlines()) == 1


@pytest.mark.parametrize("command", [["score", "--format", "json"], ["check"], ["--help"]])
def test_a_closed_pipe_ends_a_command_without_a_word(command):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = run(*command, stdout=closed)
    assert (done.returncode, done.stderr) == (3, b"")


def test_an_output_for_errors_that_is_full_breaks_nothing(site):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*KAOHE, "score", "--year", "1"], cwd=site, stderr=full, stdout=subprocess.PIPE, check=False
        )
    assert done.returncode == 3


def asked(folder):
    """`kaohe init` on a terminal, where it has asked its question; and the terminal's other end."""
    master, slave = pty.openpty()
    command = [*KAOHE, "init", str(folder)]
    # A shell that starts tests in the background lets them ignore Ctrl+C.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    starting = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, preexec_fn=heard)
    os.close(slave)
    said = b""
    while "？".encode() not in said:
        said += os.read(master, 1024)
    return starting, master


def interrupted(process):
    """With what a process ends after Ctrl+C; pressed again, as people do, where it came just before the reading."""
    while True:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=10)


def test_init_asks_on_a_terminal(tmp_path):
    starting, master = asked(tmp_path / "site")
    os.write(master, b"y\n")
    assert starting.wait() == 0
    os.close(master)
    assert (tmp_path / "site/.git/HEAD").is_file()


def test_an_interruption_ends_a_command_with_130(tmp_path):
    starting, master = asked(tmp_path / "site")
    assert interrupted(starting) == 130
    assert "已中止" in os.read(master, 1024).decode()
    os.close(master)


def test_a_question_without_an_answer_is_said(site):
    git = ["git", "-c", "user.email=one@example.org", "-c", "user.name=one"]
    subprocess.run([*git, "init", "-q", "-b", "main"], cwd=site, check=True)
    subprocess.run([*git, "add", "."], cwd=site, check=True)
    subprocess.run([*git, "commit", "-qm", "start"], cwd=site, check=True)
    subprocess.run(["git", "config", "user.email", "two@example.org"], cwd=site, check=True)
    subprocess.run(["git", "config", "user.name", "two"], cwd=site, check=True)
    publication = site / "content/publication.yaml"
    publication.write_text(publication.read_text(encoding="utf-8") + "targets:\n  here: {folder: ../published}\n")
    subprocess.run([*git, "commit", "-qam", "target"], cwd=site, check=True)
    done = run("publish", "here", folder=site, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert b"Traceback" not in done.stderr and done.returncode in (1, 2)


def test_without_git_the_commands_say_so():
    environment = {**os.environ, "PATH": "/nowhere"}
    for command in (["trail", "2022-0007"], ["review", "HEAD"], ["verify"], ["approve", "2022-0007"]):
        done = run("--lang", "en", *command, stdout=subprocess.PIPE, env=environment)
        assert "git is not installed" in (done.stdout + done.stderr).decode(), command
        assert b"Traceback" not in done.stderr


def said(*arguments, folder):
    """What a process of its own prints, to both outputs."""
    done = run(*arguments, folder=folder, stdout=subprocess.PIPE)
    return (done.stdout + done.stderr).decode()


def test_help_and_wrong_usage_are_said_in_the_language_of_the_site(site):
    assert "生成网站" in said("--help", folder=site)
    assert "没有命令 'nope'" in said("nope", folder=site)
    assert "Check, score and render" in said("--lang", "en", "build", "--help", folder=site)
    assert "No such option" in said("--lang", "en", "build", "--nope", folder=site)
    (site / "content/site.yaml").write_text("title: A site\nlanguage: en\n", encoding="utf-8")
    assert "Check, score and render" in said("build", "--help", folder=site)
    assert "检查、计分" in said("--lang", "zh", "build", "--help", folder=site)


def test_no_line_of_chinese_help_is_wider_than_a_terminal():
    from rich.cells import cell_len

    for line in said("--help", folder=ROOT).splitlines():
        assert cell_len(line) <= 80, line


def test_init_starts_a_history_where_that_is_wished(tmp_path):
    assert kaohe("init", tmp_path / "one", "--git").returncode == 0
    head = (tmp_path / "one/.git/HEAD").read_text()
    assert head == "ref: refs/heads/main\n"
    said = kaohe("init", tmp_path / "two")
    assert said.returncode == 0 and "git init" in said.stdout and not (tmp_path / "two/.git").exists()
    assert kaohe("init", tmp_path / "one/inner", "--git").returncode == 0
    assert not (tmp_path / "one/inner/.git").exists(), "the repository around it keeps its history"


def test_review_names_what_is_not_committed(tmp_path):
    assert kaohe("demo", tmp_path / "demo").returncode == 0
    clean = kaohe("review", "HEAD", "HEAD", folder=tmp_path / "demo")
    assert clean.stderr == ""
    (tmp_path / "demo/content/pages/new.md").write_text("---\ntitle: 新\n---\n新\n", encoding="utf-8")
    said = kaohe("review", "HEAD", "HEAD", folder=tmp_path / "demo")
    assert "content/pages/new.md" in said.stderr and said.stdout == clean.stdout


def completed(shell, words, at, folder=ROOT):
    environment = {**os.environ, "_KAOHE_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
    return run(folder=folder, stdout=subprocess.PIPE, env=environment).stdout.decode()


def test_a_shell_completes_commands_ids_and_names(site):
    assert "plain,explain" in completed("bash", "kaohe expl", 1)
    assert completed("bash", "kaohe explain 2022-000", 2).count("plain,2022-000") == 9
    assert "plain,academic-affairs" in completed("bash", "kaohe explain 教务", 2)
    assert "教务处" in completed("zsh", "kaohe explain academic", 2)
    assert "academic-affairs" in completed("fish", "kaohe approve --all --for academic", "academic")
    assert completed("bash", "kaohe explain 2022", 2, folder="/").strip() == ""
    for shell, begin in (
        ("bash", "_kaohe_completion()"),
        ("zsh", "#compdef kaohe"),
        ("fish", "function _kaohe_completion"),
    ):
        assert begin in kaohe("completion", shell).stdout


def test_a_department_is_explained_by_its_name():
    assert kaohe("explain", "教务处").stdout == kaohe("explain", "academic-affairs").stdout
