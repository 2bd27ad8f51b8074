"""Settings of every test: Hypothesis draws the same examples on every machine, and never gives up on a slow one.

Repositories with a history begin as copies of one, made once for each level.
"""

import pytest
from hypothesis import HealthCheck, settings

from site_builder.authoring.demonstration import make_demonstration
from tests.examples import SHARE
from tests.trail.repositories import Keys, found

settings.register_profile(
    "kaohe",
    max_examples=100 // SHARE,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("kaohe")


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def bases(keys, tmp_path_factory):
    """The site at its beginning, once for each level; every test gets a copy of its own."""
    folder = tmp_path_factory.mktemp("bases")
    return {level: found(folder / level, keys, level) for level in ("reviewed", "signed")}


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """The demonstration repository, which nobody changes; a test that does copies it."""
    return make_demonstration(tmp_path_factory.mktemp("demonstration") / "site").folder
