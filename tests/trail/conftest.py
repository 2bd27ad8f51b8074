"""The site at its beginning, once for each level; every test gets a copy of its own."""

import pytest

from tests.trail.repositories import Keys, found


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def bases(keys, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bases")
    return {level: found(folder / level, keys, level) for level in ("reviewed", "signed")}
