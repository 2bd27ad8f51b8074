"""What the site and its data are, for machines: JSON-LD with the words of schema.org."""

from collections.abc import Mapping, Sequence

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.exports.figures import to_json
from site_builder.language import Language
from site_builder.model import DataFile

_FORMATS = {"csv": "text/csv", "json": "application/json"}
_CONTEXT = "https://schema.org"


def descriptions(
    assessment: Assessment, files: Mapping[int, Sequence[DataFile]], language: Language
) -> Mapping[str, bytes]:
    """The description of the site and of each year's data, by URL; `files` are the data files of each year."""
    found = {urls.SITE_DESCRIPTION: to_json(_site(assessment, language))}
    for year, own in files.items():
        found[urls.data_description(year)] = to_json(_data(assessment, year, own, language))
    return found


def _site(assessment: Assessment, language: Language) -> Mapping[str, object]:
    settings = assessment.site.settings
    found: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": settings.title,
        "inLanguage": language.tag,
        "hasPart": [
            {"@type": "Dataset", "name": year.scheme.title, "url": f"{number}/downloads.html"}
            for number, year in assessment.site.years.items()
        ],
    }
    if settings.organization:
        found["publisher"] = {"@type": "EducationalOrganization", "name": settings.organization}
    if settings.url:
        found["url"] = settings.url
    return found


def _data(assessment: Assessment, year: int, files: Sequence[DataFile], language: Language) -> Mapping[str, object]:
    scheme = assessment.site.years[year].scheme
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "name": scheme.title,
        "temporalCoverage": f"{scheme.first.isoformat()}/{scheme.last.isoformat()}",
        "variableMeasured": [
            {"@type": "PropertyValue", "name": column.name, "description": language.say(column.meaning)}
            for file in files
            for column in file.columns
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": file.url.rpartition("/")[2],
                "encodingFormat": _FORMATS[file.url.rpartition(".")[2]],
                "name": language.say(file.title),
            }
            for file in files
        ],
    }
