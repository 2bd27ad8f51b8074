"""A review as an HTML page that stands alone: no other file, no script, nothing from elsewhere."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from site_builder import theme
from site_builder.language import Language
from site_builder.review.telling import Telling


def review_html(telling: Telling, language: Language) -> bytes:
    """The page, in the theme that comes with the program: templates of the change are never run."""
    folders = [folder / "templates" for folder in theme.folders(theme.DEFAULT, None)]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["say"] = language.say
    text = environment.get_template("review.html").render(telling=telling, language=language.tag)
    return (text.strip() + "\n").encode("utf-8", "replace")
