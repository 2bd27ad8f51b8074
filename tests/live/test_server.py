"""A server over SSH does what a folder here does: with rsync, and by tar where either side has none."""

import shutil

import pytest

from tests.publish.targets import Site
from tests.publish.test_places import (
    outside,
    test_a_damaged_release_is_not_gone_back_to,
    test_a_first_release_is_shown_whole,
    test_a_folder_around_the_target_is_not_made,
    test_a_link_in_the_place_of_a_folder,
    test_a_link_in_the_place_of_a_page,
    test_a_link_out_of_the_target_is_neither_followed_nor_deleted_through,
    test_a_manifest_that_leads_out_of_the_target_is_not_believed,
    test_a_page_that_becomes_a_folder,
    test_a_second_release_takes_its_place_and_keeps_what_is_the_same,
    test_an_asset_that_is_not_what_its_name_says,
    test_an_empty_folder_is_fine,
    test_assets_go_when_their_release_goes,
    test_assets_of_the_release_before_stay_for_pages_that_are_open,
    test_files_of_the_server_that_are_allowed_come_along,
    test_foreign_files_stay_and_are_told,
    test_going_back_and_forth,
    test_paths_in_all_shapes,
    test_rights_that_no_page_needs_are_told,
    test_the_same_bytes_again_make_a_release_only_where_something_is_wrong,
    test_what_is_no_site_of_kaohe_is_left_alone,
)

__all__ = [
    "outside",
    "test_a_damaged_release_is_not_gone_back_to",
    "test_a_first_release_is_shown_whole",
    "test_a_folder_around_the_target_is_not_made",
    "test_a_link_in_the_place_of_a_folder",
    "test_a_link_in_the_place_of_a_page",
    "test_a_link_out_of_the_target_is_neither_followed_nor_deleted_through",
    "test_a_manifest_that_leads_out_of_the_target_is_not_believed",
    "test_a_page_that_becomes_a_folder",
    "test_a_second_release_takes_its_place_and_keeps_what_is_the_same",
    "test_an_asset_that_is_not_what_its_name_says",
    "test_an_empty_folder_is_fine",
    "test_assets_go_when_their_release_goes",
    "test_assets_of_the_release_before_stay_for_pages_that_are_open",
    "test_files_of_the_server_that_are_allowed_come_along",
    "test_foreign_files_stay_and_are_told",
    "test_going_back_and_forth",
    "test_paths_in_all_shapes",
    "test_rights_that_no_page_needs_are_told",
    "test_the_same_bytes_again_make_a_release_only_where_something_is_wrong",
    "test_what_is_no_site_of_kaohe_is_left_alone",
]


@pytest.fixture(params=["rsync", "tar"])
def site(request, server, tmp_path, monkeypatch):
    """A folder on the server, whose path has spaces and Chinese."""
    if request.param == "rsync" and shutil.which("rsync") is None:
        pytest.skip("rsync is not installed")
    if request.param == "tar":
        for name in ("sh", "env", "find", "xargs", "sha256sum", "tar", "head", "wc", "cat", "mv", "cp", "ln", "rm"):
            (server.bin / name).symlink_to(shutil.which(name))
        for name in ("mkdir", "rmdir", "readlink", "ssh-keygen"):
            (server.bin / name).symlink_to(shutil.which(name))
        monkeypatch.setenv("PATH", str(server.bin))
    return Site("ssh", tmp_path / "目标 文件夹", "web")
