"""A real sshd and a real nginx on free ports of 127.0.0.1, with keys and configuration of their own."""

import contextlib
import getpass
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.live.sshd import SSHD, Server, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


@pytest.fixture
def tmp_path(tmp_path_factory):
    """A folder in memory where there is one: so many files need not wait for a disk that others use."""
    memory = Path("/dev/shm")
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        yield tmp_path_factory.mktemp("live")
        return
    folder = Path(tempfile.mkdtemp(prefix="kaohe-live-", dir=memory))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(tmp_path, monkeypatch):
    if SSHD is None:
        pytest.skip("sshd is not installed (Debian: openssh-server)")
    found = Server(tmp_path / "sshd")
    found.prepare()
    monkeypatch.setenv("PATH", f"{found.bin}:{os.environ['PATH']}")
    found.start()
    yield found
    found.stop()


@contextlib.contextmanager
def nginx(folder, root, below=""):
    """An nginx with the configuration that the documentation shows, for a site `below` a path of it; its port."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder.mkdir()
    port = free_port()
    sample = (ROOT / "docs/nginx.conf").read_text()
    assert "listen 80;" in sample and "root /srv/www/kaohe/current;" in sample
    shown = sample.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/www/kaohe/current", f'"{root}"')
    assert "error_page 404 /404.html;" in shown
    (folder / "kaohe.conf").write_text(shown.replace("404 /404.html;", f"404 {below}/404.html;"))
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nuser {getpass.getuser()};\nworker_processes 2;\npid {folder}/pid;\nerror_log {folder}/log;\n"
        f"events {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{temporary}"
        f"include {folder}/kaohe.conf;\n}}\n"
    )
    process = subprocess.Popen([NGINX, "-e", f"{folder}/log", "-c", f"{folder}/nginx.conf"], stdin=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def visiting(port, pages):
    """Visitors inside the block; what they saw is in the dictionary afterwards."""
    command = [sys.executable, "-m", "tests.live.visitors", str(port), *pages]
    seen = {}
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield seen
    finally:
        printed, _ = process.communicate(timeout=60)
        seen.update(json.loads(printed))
