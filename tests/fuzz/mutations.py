"""Files of a valid site, changed by chance: always the same changes for the same `Random`."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from random import Random

import yaml

from site_builder.sources import read_tree
from tests.sites import incident
from tests.sources.test_properties import FILES
from tests.trail.repositories import policy

ROOT = Path(__file__).resolve().parents[2]

Files = Mapping[str, bytes]


def _ours() -> dict[str, bytes]:
    """This repository's own site, with the first records of each year alone."""
    files = read_tree(ROOT).files
    later = re.compile(r"incidents/(\d+)/\1-(?!000[1-8])\d+\.md")
    return {path: data for path, data in files.items() if not later.fullmatch(path)}


def _small() -> dict[str, bytes]:
    """A site with every kind of file and every key."""
    public = "targets:\n  here: {kind: folder, path: /srv/site}\nobjection-days: 5\n"
    texts = {
        **FILES,
        "criteria/approvals.yaml": policy("recorded", {"office": ("olivia",)}, criteria="{approvals: 2, by: [office]}"),
        "content/publication.yaml": public,
        "incidents/2021/2021-0004.md": incident(
            "# 经过\n\n他说：“没有来”。\n\n- 一\n- 二\n\n"
            "| 项 | 数 |\n|---|---|\n| 甲 | 1 |\n\n[口径](/2021/handbook/index.html)"
        ),
    }
    return {path: text.encode() for path, text in texts.items()}


BASES = {"ours": _ours, "small": _small}

CHARACTERS = (
    *(
        "\0",
        "\x1b",
        "\x7f",
        "\x85",
        "\xa0",
        "\xad",
        "\ufeff",
        "\u200b",
        "\u200d",
        "\u2028",
        "\u202e",
        "\u2066",
        "\u2069",
    ),
    *("\u3000", "：", "，", "“", "”", "（", "【", "｜", "－", "０", "①", "½", "٣", "é", "e\u0301", "İ", "ß", "ǆ"),
    *(
        "\ue000",
        "\ufffd",
        "\ufffe",
        "\U000e0041",
        "\U0001f468\u200d\U0001f469",
        "\U0010ffff",
        "龘",
        "𠮷",
        "\r",
        "\t",
        "\v",
    ),
)
"""What looks like something else, like nothing, or is no character at all."""

VALUES = (
    *(
        "",
        "~",
        "null",
        "true",
        "no",
        "[]",
        "{}",
        "[[]]",
        "{a: {b: c}}",
        "[1, x, {y: z}]",
        "'",
        '"',
        "|",
        ">-\n    x\n    y",
    ),
    *(
        "0",
        "-0",
        "-1",
        "0.1",
        "1e9",
        "1e999999",
        "-1e-999999",
        "9" * 400,
        "0." + "0" * 300 + "1",
        "0x1f",
        "0o17",
        "010",
    ),
    *(
        ".inf",
        ".nan",
        "1_000",
        "1:30",
        "１２",
        "2021-02-30",
        "0000-01-01",
        "9999-12-31",
        "10000-01-01",
        "2021-3-5",
        "12:00",
    ),
    *("&a [*a]", "*a", "!!python/object:os.system x", "!!binary aGk=", "<<", "? x", "%YAML 1.1", "@x", "`x`", "x # y"),
    *(
        "discretionary",
        "[person, day]",
        "office",
        "a#b",
        "../x",
        "/etc/passwd",
        "http://[",
        "javascript:alert(1)",
        "con",
    ),
    *("'=HYPERLINK(\"http://x\")'", "'<script>alert(1)</script>'", "'{{ 7*7 }}'", "'{0}'", "'%s %(x)s'", "'\\u0000'"),
)
"""Values that no key expects, or that only one does."""

FRAGMENTS = (
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg onload=x>",
    ),
    *(
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html,<b>)",
    ),
    *(
        "[x](vbscript:x)",
        "![x](http://example.org/x.png)",
        "<javascript:alert(1)>",
        "<http://example.org/?a=<b>>",
        "[x]: y",
    ),
    *(
        "[x](//example.org)",
        "[x](<a b> 'onclick=\"x\"')",
        '[x](http://e.org/"onmouseover="alert(1))',
        "`<b>`",
        "``` \n<b>\n",
    ),
    *(
        "<!-- ",
        "-->",
        "<![CDATA[",
        "<?php ?>",
        "&lt;script&gt;",
        "&#0;",
        "&#x110000;",
        "&nosuch;",
        "</div></main>",
        "<style>",
    ),
    *(
        "| a |\n|---|\n| b | c | d |\n",
        "| a | b |\n|:-:|--:|\n| c |\n",
        "- [ ] x\n  1) y\n\n     z\n",
        "[^1]\n\n[^1]: x\n",
    ),
    *(
        "***a**b*",
        "_a*b_c*",
        "~~x~~",
        "\\",
        "> > > > x",
        "#" * 9 + " x",
        "===\n",
        "---\n",
        "[" * 300,
        "*a " * 300,
        "> " * 200,
    ),
    *(
        "http://example.org/（中文）。",
        "www.example.org",
        "x@example.org",
        "2021-0001",
        "第一条",
        "<<<<<<< HEAD\n=======\n",
    ),
    *("<base href=//example.org>", "<meta http-equiv=refresh content=0>", "<iframe srcdoc=x>", "<math><mtext></form>"),
    *(
        '" onfocus="alert(1)" autofocus="',
        "' style='x:expression(1)",
        "</title><script>x</script>",
        "]]></summary><x/>",
    ),
)
"""Pieces of Markdown and HTML that lead somewhere else than they seem to."""

CELLS = (
    "",
    ",",
    ",,,,",
    '"',
    '""',
    '"a\nb"',
    "=1+1",
    "-1",
    "1e400",
    "80%",
    "８０",
    "1,000",
    "\t",
    "x" * 500,
    "\0",
    "NaN",
)


def mutated(random: Random, files: Files) -> dict[str, bytes | None]:
    """The files that one to four changes made different; None is one that went away."""
    changed: dict[str, bytes | None] = {}
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        path = random.choice(sorted(files))
        data = changed.get(path, files[path])
        if data is None:
            continue
        if random.random() < 0.04:
            changed |= _of_folder(random, path, data)
        else:
            changed[path] = _of_bytes(random, path, data)
    return changed


def _of_folder(random: Random, path: str, data: bytes) -> dict[str, bytes | None]:
    """The file goes, is doubled, moves, or gets another name."""
    folder, _, name = path.rpartition("/")
    odd = random.choice(CHARACTERS).replace("\0", "\1")
    names = (
        "2021-0001.md",
        f"x{odd}{name}",
        name.upper(),
        name + ".bak",
        f"deep/{name}",
        "~$" + name,
        ".x.md",
        "注 1.yaml",
    )
    new = f"{folder}/{random.choice(names)}"
    return random.choice(({path: None}, {new: data}, {path: None, new: data}))


def _of_bytes(random: Random, path: str, data: bytes) -> bytes:
    if random.random() < 0.12:
        return _raw(random, data)
    text = data.decode("utf-8", "surrogateescape")
    ways = [_characters, _values, _lines]
    if path.endswith(".md"):
        ways += [_fragments, _fragments, _fragments]
    if path.endswith(".csv"):
        ways += [_cells, _cells]
    if path.endswith(".yaml"):
        ways += [_values, _structure, _structure, _fragments]
    return random.choice(ways)(random, text).encode("utf-8", "surrogateescape")


def _raw(random: Random, data: bytes) -> bytes:
    """Cut, torn, doubled, of another encoding, or with bytes that are no text."""
    at, to = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
    text = data.decode("utf-8", "replace")
    return random.choice(
        (
            data[:at],
            data[at:],
            data[:at] + data[to:],
            data[:to] + data[at:],
            data[:at]
            + random.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xb8"))
            + data[at:],
            b"\xef\xbb\xbf" + data,
            data.replace(b"\n", b"\r\n"),
            data.replace(b"\n", b"\r"),
            text.encode("gb18030"),
            text.encode("utf-16"),
            b"",
            data * 20,
        )
    )


def _spot(random: Random, text: str) -> int:
    return random.randrange(len(text) + 1)


def _characters(random: Random, text: str) -> str:
    for _ in range(random.choice((1, 1, 2, 8))):
        at = _spot(random, text)
        text = text[:at] + random.choice(CHARACTERS) + text[at + random.choice((0, 0, 1)) :]
    return text


def _fragments(random: Random, text: str) -> str:
    for _ in range(random.choice((1, 1, 2, 4))):
        at = _spot(random, text)
        around = random.choice(("", " ", "\n", "\n\n"))
        text = text[:at] + around + random.choice(FRAGMENTS) + around + text[at:]
    return text


def _lines(random: Random, text: str) -> str:
    """A line goes, comes twice, changes places, or stands further in."""
    lines = text.split("\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    way = random.randrange(5)
    if way == 0:
        del lines[one]
    elif way == 1:
        lines.insert(other, lines[one])
    elif way == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif way == 3:
        lines[one] = random.choice((" ", "  ", "\t", "- ", "# ", "> ")) + lines[one]
    else:
        lines[one] = lines[one].lstrip() if random.random() < 0.5 else lines[one] * 300
    return "\n".join(lines)


def _values(random: Random, text: str) -> str:
    """What stands after a colon, or in brackets, is something else."""
    places = list(re.finditer(r"(?<=: )[^\n{}\[\]]+|(?<=[\[{,] )[^\n{}\[\],]+|[0-9]+(?:[.-][0-9]+)*", text))
    if not places:
        return text + random.choice(VALUES)
    found = random.choice(places)
    return text[: found.start()] + random.choice(VALUES) + text[found.end() :]


def _cells(random: Random, text: str) -> str:
    rows = [line.split(",") for line in text.split("\n")]
    row = random.choice(rows)
    at = random.randrange(len(row))
    row[at] = random.choice((*CELLS, *CHARACTERS, *FRAGMENTS[:12]))
    if random.random() < 0.3:
        random.choice(rows).insert(0, random.choice(CELLS))
    return "\n".join(map(",".join, rows))


def _structure(random: Random, text: str) -> str:
    """The same YAML with a key dropped, doubled, renamed, exchanged, or with a value of another type."""
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return _values(random, text)
    _changed(random, value, random.randrange(1, 5))
    if random.random() < 0.5:
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    return json.dumps(value, ensure_ascii=False, default=str)


ODD = (
    None,
    True,
    0,
    -1,
    10**400,
    0.1,
    float("nan"),
    "",
    [],
    {},
    [[]],
    {"": {}},
    {1: 2},
    {"a": [1]},
    ["x"] * 500,
    "字" * 5000,
)


def _changed(random: Random, value: object, depth: int) -> None:
    if not isinstance(value, dict | list) or not value:
        return
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key, other = random.choice(keys), random.choice(keys)
    if depth and isinstance(value[key], dict | list) and value[key]:
        _changed(random, value[key], depth - 1)
        return
    way = random.randrange(5)
    if way == 0:
        del value[key]
    elif way == 1:
        value[key], value[other] = value[other], value[key]
    elif way == 2 and isinstance(value, dict):
        value[random.choice((1, None, True, "x", "points", "deduct", "items", "clauses", "limit", "per"))] = value.pop(
            key
        )
    elif way == 3 and isinstance(value, list):
        value.append(value[key])
    else:
        value[key] = random.choice(ODD)
