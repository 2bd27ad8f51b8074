"""What the fuzzer once found stays mended, and the fuzzer itself can fail. `make fuzz` looks for more."""

import json
import os
import subprocess
import sys

import pytest

from site_builder.assessment import check
from site_builder.render.build import check_site
from site_builder.sources import read_site
from tests.fuzz.cases import HISTORIES, SEEDS, Case
from tests.fuzz.mutations import BASES, ROOT
from tests.fuzz.trials import active
from tests.sites import tree

KEPT = sorted(SEEDS.glob("*.json"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(path):
    assert Case.kept(path).tried() == Case.kept(path).tried()


@pytest.mark.parametrize("name", BASES)
def test_what_is_changed_was_valid(name):
    sources = read_site(tree(BASES[name]()))
    assert check_site(sources, ROOT, check(sources)) == ()


def test_a_seed_makes_the_same_input_everywhere_and_is_kept_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.fuzz.cases.SEEDS", tmp_path)
    made = [Case.of(seed) for seed in range(3 * HISTORIES)]
    assert made == [Case.kept(case.keep(str(number))) for number, case in enumerate(made)]
    program = (
        "import json; from tests.fuzz.cases import Case; print(json.dumps([Case.of(n).described for n in range(24)]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == [case.described for case in made]


@pytest.mark.parametrize("seed", [HISTORIES, 2 * HISTORIES, 3, 5])
def test_a_few_inputs_are_tried(seed):
    assert Case.of(seed).tried() == Case.of(seed).tried()


@pytest.mark.parametrize(
    "page",
    [
        "<body><script>x</script>",
        "<script src=//example.org/x.js></script>",
        "<script src=https://example.org/x.js></script>",
        "<a href='java\tscript:alert(1)'>",
        "<a href='&#106;avascript:alert(1)'>",
        "<a href=data:text/html,x>",
        "<p onclick=x>",
        "<svg/onload=x>",
        "<img src=http://example.org/x.png>",
        "<body><style>p{}</style>",
        "<p style='background: url(//example.org)'>",
        "<iframe>",
        "<base href=x>",
        "<meta http-equiv=Refresh content=0>",
    ],
)
def test_what_is_active_on_a_page_is_seen(page):
    assert active(page)


def test_what_pages_have_is_not_active():
    head = "<head><style>p{}</style><script src=../static/a.js defer></script>"
    assert active(f"{head}<a href='https://example.org/'>x</a><a href='#a:b'>") == []
