"""`content/publication.yaml`: what governs publication, and its keys in the settings of an older site."""

from datetime import date

import pytest

from site_builder.model import Internal, Settings, Stage, Standing, Target, TargetKind, has_error
from site_builder.sources import read_site, read_tree, settings_of
from tests.sites import placed, problems, site, valid, write

PUBLICATION = "content/publication.yaml"
SETTINGS = "content/site.yaml"
OLDER = """\
stages: {2021: {stage: notice, from: 2022-01-10, to: 2022-01-14}}
targets: {www: {kind: folder, path: ../www}}
internal: {departments: [library]}
"""
GOVERNING = ("stages", "targets", "internal", "objection-days")


def governing(settings):
    return settings.stages, settings.targets, settings.internal, settings.objection_days


def test_without_a_file_nothing_is_published_anywhere():
    assert governing(valid(site()).settings) == governing(Settings())


def test_it_is_read_as_it_stands():
    settings = valid(site(files={PUBLICATION: OLDER + "objection-days: 5\n", SETTINGS: "title: T\n"})).settings
    assert settings.title == "T" and settings.objection_days == 5
    assert settings.stages == {2021: Standing(Stage.NOTICE, date(2022, 1, 10), date(2022, 1, 14))}
    assert settings.targets == {"www": Target("www", TargetKind.FOLDER, "../www")}
    assert settings.internal == Internal(departments=("library",))


def test_the_settings_of_an_older_site_say_the_same():
    older, newer = (valid(site(files={path: OLDER})).settings for path in (SETTINGS, PUBLICATION))
    assert older == newer


@pytest.mark.parametrize("path", [SETTINGS, PUBLICATION])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stages: {2020: {stage: final}}\n", "1:9 stage-without-rules"),
        ("internal: {sections: [condct]}\n", "1:11 unknown-section"),
        ("targets: {x: {kind: ftp, path: y}}\n", "1:21 unknown-target-kind"),
    ],
)
def test_what_is_wrong_is_told_in_the_file_where_it_stands(path, text, expected):
    assert placed(site(files={path: text})) == [f"{path}:{expected}"]


def test_a_key_in_the_settings_beside_the_file_is_an_error_with_a_hint_to_move_it():
    text = f"title: T\n{OLDER}objection-days: 5\n"
    found = problems(site(files={SETTINGS: text, PUBLICATION: "objection-days: 5\n"}))
    assert [(one.where, one.code) for one in found] == [
        (f"{SETTINGS}:{line}:1", "belongs-in-publication") for line in (2, 3, 4, 5)
    ]
    assert all(PUBLICATION in one.hint for one in found)


@pytest.mark.parametrize("key", GOVERNING)
def test_its_value_there_is_no_further_problem(key):
    for value in ("", "7", "[x]"):
        found = placed(site(files={SETTINGS: f"{key}: {value}\n", PUBLICATION: "objection-days: 5\n"}))
        assert found == [f"{SETTINGS}:1:1 belongs-in-publication"]


def test_a_file_that_cannot_be_read_does_not_bring_the_keys_of_the_settings_back(tmp_path):
    assert placed(site(files={SETTINGS: OLDER, PUBLICATION: "stages: [\n"}))[1:] == [
        f"{SETTINGS}:{line}:1 belongs-in-publication" for line in (1, 2, 3)
    ]
    folder = write(site(files={SETTINGS: OLDER}), tmp_path)
    (folder / PUBLICATION).symlink_to(folder / "elsewhere.yaml")
    settings, found = settings_of(read_tree(folder, ("content",)))
    assert settings.targets == {} and has_error(found)
    assert {one.place.path for one in found} == {SETTINGS, PUBLICATION}
    assert read_site(read_tree(folder)).site is None


def test_days_for_objections_are_unknown_to_the_settings_of_an_older_site():
    assert placed(site(files={SETTINGS: "objection-days: 5\n"})) == [f"{SETTINGS}:1:1 unknown-key"]


@pytest.mark.parametrize("days", [1, 5, 366])
def test_days_for_objections_are_a_positive_whole_number(days):
    assert valid(site(files={PUBLICATION: f"objection-days: {days}\n"})).settings.objection_days == days


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ("0", "wrong-number-of-days"),
        ("367", "wrong-number-of-days"),
        ("-1", "number-too-small"),
        ("2.5", "not-a-whole-number"),
        ("five", "not-a-number"),
        ("'5'", "not-a-number"),
        ("[5]", "not-a-number"),
        ("", "missing-value"),
    ],
)
def test_other_days_are_told_at_their_place(days, code):
    (found,) = placed(site(files={PUBLICATION: f"objection-days: {days}\n"}))
    assert found.endswith(f" {code}") and found.startswith(f"{PUBLICATION}:1:")


@pytest.mark.parametrize(
    ("text", "where", "code"),
    [
        ("title: T\n", "1:1", "unknown-key"),
        ("- stages\n", "1:1", "wrong-type"),
        ("", "1:1", "missing-keys"),
        ("stages: {}\nstages: {}\n", "2:1", "duplicate-key"),
    ],
)
def test_a_mistake_in_the_file_is_told_at_its_place(text, where, code):
    assert placed(site(files={PUBLICATION: text})) == [f"{PUBLICATION}:{where} {code}"]


def test_a_misspelt_key_has_the_nearest_as_its_hint():
    (found,) = problems(site(files={PUBLICATION: "stage: {}\n"}))
    assert found.code == "unknown-key" and "stages" in found.hint


def test_the_settings_alone_have_the_targets_of_the_file(tmp_path):
    folder = write(site(files={PUBLICATION: OLDER}), tmp_path)
    settings, found = settings_of(read_tree(folder, ("content",)))
    assert list(settings.targets) == ["www"] and found == ()
