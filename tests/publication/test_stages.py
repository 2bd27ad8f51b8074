"""Every page says how far the results of its year are."""

from tests.publication.conftest import kaohe


def pages(folder, stages=""):
    """A new site with the year 2021, built; its pages by URL."""
    assert kaohe("init", folder, "--year", "2021").returncode == 0
    if stages:
        (folder / "content/publication.yaml").write_text(stages, encoding="utf-8")
    built = kaohe("build", folder=folder)
    assert built.returncode == 0, built.stderr
    output = folder / "output"
    return {path.relative_to(output).as_posix(): path.read_text(encoding="utf-8") for path in output.rglob("*.html")}


def test_a_draft_has_a_band_on_every_page_and_asks_not_to_be_indexed(tmp_path):
    for url, page in pages(tmp_path).items():
        assert 'class="stage stage-draft"' in page and "草稿" in page and "2021年度结果尚未公布" in page, url
        assert '<meta name="robots" content="noindex">' in page, url


def test_a_notice_says_until_when_and_how_to_object_and_which_appeals_are_open(tmp_path):
    stages = "stages:\n  2021: {stage: notice, from: 2022-01-10, to: 2022-01-14}\n"
    record = "incidents/2021/2021-0001.md"
    assert kaohe("init", tmp_path, "--year", "2021").returncode == 0
    text = (tmp_path / record).read_text(encoding="utf-8")
    (tmp_path / record).write_text(text.replace("---\n", "---\nappeal: {filed: 2021-12-30}\n", 1), encoding="utf-8")
    (tmp_path / "content/site.yaml").open("a", encoding="utf-8").write("objections: about\n")
    (tmp_path / "content/publication.yaml").write_text(stages, encoding="utf-8")
    built = kaohe("build", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    for path in (tmp_path / "output").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "2021年度结果自2022-01-10至2022-01-14公示" in page and "noindex" not in page
        assert "pages/about.html" in page and "incidents.html?status=open" in page and "异议办理中1件" in page


def test_a_final_result_names_its_decision_on_every_page(tmp_path):
    stages = "stages:\n  2021: {stage: final, decided: 2022-01-21, decision: 校委会〔2022〕3号}\n"
    for url, page in pages(tmp_path, stages).items():
        assert "最终结果" in page and "2021年度结果已于2022-01-21确定（校委会〔2022〕3号）" in page, url
