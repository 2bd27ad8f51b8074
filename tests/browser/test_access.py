"""Every kind of page for everyone: axe-core finds nothing in light or dark, on phone or desktop, in either language."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.commands.test_freeze import RESTATED, frozen, git, replaced
from tests.publication.conftest import kaohe

KINDS = (
    "index.html",
    "404.html",
    "search.html",
    "pages/about.html",
    "2021/index.html",
    "2021/incidents.html",
    "2021/changes.html",
    "2021/simulator.html?department=law",
    "glossary.html",
    "2021/interpretations.html",
    "2021/downloads.html",
    "2021/handbook/index.html",
    "2021/handbook/base.conduct.html",
    "2021/departments/law.html",
    "2021/incidents/2021-0006.html",
    "2021/assessors/personnel-office.html",
)


OF_YEARS = (
    "years/index.html",
    "years/departments/party-history-building.html",
    "years/departments/law.html",
    "years/sections/base.conduct.html",
    "years/sections/party.html",
    "2022/handbook/changes/from-2021.html",
    "2022/index.html",
    "2022/departments/student-services.html",
)
"""The pages about several years, which only this repository's site has."""

CORRECTED = (
    "2021/index.html",
    "2021/departments/teaching.html",
    "2021/incidents/2021-0001.html",
    "2021/downloads.html",
)
"""Those that tell of a correction of fixed results."""


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """The demonstration with its history, in Chinese and in English."""
    folder = tmp_path_factory.mktemp("demo") / "site"
    assert kaohe("demo", folder).returncode == 0
    settings = folder / "content/site.yaml"
    chinese = settings.read_text(encoding="utf-8")
    found = {}
    for language in ("zh_CN", "en"):
        lines = [line for line in chinese.splitlines() if not line.startswith("language:")]
        settings.write_text("\n".join([*lines, f"language: {language}", ""]), encoding="utf-8")
        found[language] = folder.parent / language
        assert kaohe("build", "-o", found[language], folder=folder).returncode == 0
    return found


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_axe_finds_nothing(chromium, sites, language, scheme, width):
    check(chromium, sites[language], KINDS, scheme, width)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_pages_about_several_years(chromium, site, scheme, width):
    check(chromium, site, (*OF_YEARS, *(f"en/{url}" for url in OF_YEARS)), scheme, width)


@pytest.mark.parametrize("stage", ["draft", "notice", "final"])
def test_axe_finds_nothing_in_pages_of_a_corrected_year(chromium, tmp_path, stage):
    site = frozen(tmp_path)
    replaced(site / "incidents/2021/2021-0001.md", "day: 3", "day: 2")
    git(site, "commit", "-qam", "Corrected")
    assert kaohe("freeze", "2021", *RESTATED, folder=site).returncode == 0
    stages = {
        "draft": "{stage: draft}",
        "notice": "{stage: notice, from: 2022-01-10, to: 2022-01-14}",
        "final": "{stage: final}",
    }
    with (site / "content/site.yaml").open("a", encoding="utf-8") as settings:
        settings.write("translations: [en]\n")
    (site / "content/publication.yaml").write_text(f"stages: {{2021: {stages[stage]}}}\n", encoding="utf-8")
    built = kaohe("build", "-o", tmp_path / "output", folder=site)
    assert built.returncode == 0, built.stderr
    for scheme in ("light", "dark"):
        check(chromium, tmp_path / "output", (*CORRECTED, *(f"en/{url}" for url in CORRECTED)), scheme, 360)


def check(chromium, site, urls, scheme, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for url in urls:
        page.goto(f"{site.as_uri()}/{url}")
        found = Axe().run(page).response["violations"]
        told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
        assert not told, f"{url}: {told}"
    context.close()


def test_nothing_scrolls_sideways_and_targets_are_large_enough(chromium, sites, site):
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    for folder, url in (*((sites["zh_CN"], url) for url in KINDS), *((site, url) for url in OF_YEARS)):
        page.goto(f"{folder.as_uri()}/{url}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        small = page.evaluate(
            "[...document.querySelectorAll('button, select, input, summary')]"
            ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 24).map(one => one.outerHTML)"
        )
        assert not small, f"{url}: {small[:3]}"
    context.close()
