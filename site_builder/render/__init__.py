"""From a plan to files: templates, Markdown, and a folder that is replaced whole or not at all."""

from site_builder.render.build import Built, build, write_site
from site_builder.render.output import OutputError
from site_builder.render.review import review_html

__all__ = ["Built", "OutputError", "build", "review_html", "write_site"]
