"""`targets:` of `content/publication.yaml`: where a site is published; each mistake has its place and a hint."""

import pytest

from site_builder.model import KEPT, Target, TargetKind
from tests.sites import placed, problems, site, valid

EVERY = """\
targets:
  local: {kind: folder, path: /srv/www/考核 公示, keep: 3, compress: true, allowed: [web.config, .well-known/a.txt]}
  drive: {kind: share, path: ../share}
  server: {kind: releases, path: /srv/releases, address: 'https://kaohe.example/2021'}
  intranet: {kind: ssh, host: editor@web-1.example, path: www/kaohe}
  office: {kind: zip, path: kaohe.zip}
"""


def settings(text):
    return site(files={"content/publication.yaml": text})


def one(keys):
    return settings(f"targets:\n  here: {{{keys}}}\n")


def test_every_kind_is_read():
    found = valid(settings(EVERY)).settings.targets
    assert list(found.values()) == [
        Target(
            "local",
            TargetKind.FOLDER,
            "/srv/www/考核 公示",
            keep=3,
            compress=True,
            allowed=("web.config", ".well-known/a.txt"),
        ),
        Target("drive", TargetKind.SHARE, "../share", keep=KEPT),
        Target("server", TargetKind.RELEASES, "/srv/releases", address="https://kaohe.example/2021/"),
        Target("intranet", TargetKind.SSH, "www/kaohe", "editor@web-1.example"),
        Target("office", TargetKind.ZIP, "kaohe.zip"),
    ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("kind: folder", ["2:9 missing-key"]),
        ("path: x", ["2:9 missing-key"]),
        ("kind: ssh, path: x", ["2:9 missing-key"]),
        ("kind: ftp, path: x", ["2:16 unknown-target-kind"]),
        ("kind: ftp, path: x, host: y, keep: 2, compress: true", ["2:16 unknown-target-kind"]),
        ("kind: folder, path: x, host: y", ["2:33 unknown-key"]),
        ("kind: zip, path: x, keep: 2", ["2:30 unknown-key"]),
        ("kind: zip, path: x, allowed: [a]", ["2:30 unknown-key"]),
        ("kind: folder, path: x, allowed: [../a]", ["2:42 invalid-file-name"]),
        ("kind: folder, path: x, allowed: [manifest.json]", ["2:42 invalid-file-name"]),
        ("kind: share, path: x, compress: true", ["2:32 unknown-key"]),
        ("kind: folder, path: x, keep: 0", ["2:39 number-too-small"]),
        ("kind: folder, path: x, keep: 1.5", ["2:39 not-a-whole-number"]),
        ("kind: folder, path: x, compress: 5", ["2:43 wrong-type"]),
        ("kind: folder, path: x, address: kaohe.example", ["2:42 invalid-url"]),
        ("kind: folder, path: x, address: 'http://me:secret@kaohe.example/'", ["2:42 invalid-url"]),
        ("kind: ssh, path: x, host: -oProxyCommand=x", ["2:36 invalid-host"]),
        ("kind: ssh, path: x, host: 'a@b@c'", ["2:36 invalid-host"]),
        ("kind: ssh, path: x, host: 'web; id'", ["2:36 invalid-host"]),
    ],
)
def test_a_mistake_is_told_at_its_place(keys, expected):
    assert placed(one(keys)) == [f"content/publication.yaml:{place}" for place in expected]


@pytest.mark.parametrize("key", ["password", "passphrase", "api-token", "secret", "key", "ssh-key", "pwd", "密码"])
def test_what_looks_like_a_secret_is_an_error_and_never_repeated(key):
    (found,) = problems(one(f"kind: ssh, path: x, host: web, {key}: hunter2"))
    assert found.code == "secret-in-settings" and found.where == "content/publication.yaml:2:41"
    assert "hunter2" not in found.text + found.hint


def test_ids_are_ids_and_targets_are_keys():
    assert placed(settings("targets: {In House: {kind: zip, path: x}}")) == ["content/publication.yaml:1:11 invalid-id"]
    assert placed(settings("targets: [x]")) == ["content/publication.yaml:1:10 wrong-type"]
    assert placed(settings("targets: {x: y}")) == ["content/publication.yaml:1:14 wrong-type"]


def test_the_nearest_kind_is_named():
    (found,) = problems(one("kind: folders, path: x"))
    assert "folder" in found.hint
