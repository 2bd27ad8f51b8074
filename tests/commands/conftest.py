"""The built site, also for the commands."""

from tests.publication.conftest import output

__all__ = ["output"]
