"""New records and new sites, written as a person would write them."""

from site_builder.authoring.starting import ExistingSiteError, start_site

__all__ = ["ExistingSiteError", "start_site"]
