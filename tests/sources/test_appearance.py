"""Colours and the logo of a site: what can be read, and what can neither run nor load anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.sources.appearance import _DARK, _contrast
from tests.sites import placed, problems, site, valid

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4">{}</svg>'
SETTINGS = "content/site.yaml"


def with_colours(colours):
    return site(files={SETTINGS: f"colours: {colours}\n"})


def test_a_dark_shade_is_found_where_none_is_given():
    colours = valid(with_colours('{accent: "#005a8c"}')).settings.colours
    assert colours.accent == "#005a8c" and _contrast(colours.accent_dark, _DARK) >= 4.5


@given(st.tuples(*3 * [st.integers(0, 255)]).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts)))
def test_any_accent_can_be_read_in_dark(accent):
    sources = with_colours(f'{{accent: "{accent}"}}')
    found = [one for one in problems(sources) if one.code != "low-contrast"]
    assert not found


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        ("{accent: red}", [f"{SETTINGS}:1:19 invalid-colour"]),
        ('{accent: "#fff"}', [f"{SETTINGS}:1:19 invalid-colour"]),
        ('{accent: "#ffff00"}', [f"{SETTINGS}:1:19 low-contrast"]),
        ('{accent: "#8f1d22", accent-dark: "#111111"}', [f"{SETTINGS}:1:43 low-contrast"]),
        ('{accent: "#8f1d22", dark: "#eeeeee"}', [f"{SETTINGS}:1:30 unknown-key"]),
        ("{}", [f"{SETTINGS}:1:10 missing-key"]),
        ("red", [f"{SETTINGS}:1:10 wrong-type"]),
    ],
)
def test_wrong_colours_are_told_with_their_place(colours, expected):
    assert placed(with_colours(colours)) == expected


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0h4v4z" fill="#8f1d22"/>',
        '<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><rect fill="url(#a)" width="4"/>',
        '<title>校徽</title><g transform="scale(2)"><circle r="2"/></g>',
    ],
)
def test_a_plain_drawing_is_a_logo(inside):
    logo = valid(site(files={"content/logo.svg": SVG.format(inside)})).settings.logo
    assert logo.url.startswith("static/logo.") and logo.url.endswith(".svg")


@pytest.mark.parametrize(
    "data",
    [
        SVG.format("<script>alert(1)</script>"),
        SVG.format('<path onload="alert(1)"/>'),
        SVG.format('<image href="http://example.org/a.png"/>'),
        SVG.format('<a href="javascript:alert(1)"><path/></a>'),
        SVG.format('<rect fill="url(http://example.org/a)"/>'),
        SVG.format('<rect style="fill:url(http://example.org/a)"/>'),
        SVG.format("<style>@import 'http://example.org/a.css';</style>"),
        SVG.format("<foreignObject><p>text</p></foreignObject>"),
        SVG.format("<use xmlns:x='http://www.w3.org/1999/xlink' x:href='#a'/>"),
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("<title>&a;</title>"),
        "<svg><path/></svg>",
        "<html></html>",
        "",
        b"\xff\xfe\x00",
    ],
)
def test_a_drawing_that_could_do_something_is_no_logo(data):
    assert placed(site(files={"content/logo.svg": data})) == ["content/logo.svg:1:1 unsafe-logo"]


@pytest.mark.parametrize(("name", "data"), [("png", b"\x89PNG\r\n\x1a\n\0"), ("jpg", b"\xff\xd8\xff\xe0")])
def test_a_picture_is_what_its_name_says(name, data):
    assert valid(site(files={f"content/logo.{name}": data})).settings.logo.data == data
    assert placed(site(files={f"content/logo.{name}": b"<svg/>"})) == [f"content/logo.{name}:1:1 unsafe-logo"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("translations: [en]", []),
        ("language: en\ntranslations: [zh_CN]", []),
        ("translations: [zh_CN]", [f"{SETTINGS}:1:16 duplicate-language"]),
        ("translations: [en, en]", [f"{SETTINGS}:1:20 duplicate-language"]),
        ("translations: [de]", [f"{SETTINGS}:1:16 unknown-language"]),
        ("translations: en", [f"{SETTINGS}:1:15 wrong-type"]),
    ],
)
def test_languages_of_the_pages(lines, expected):
    assert placed(site(files={SETTINGS: lines + "\n"})) == expected
