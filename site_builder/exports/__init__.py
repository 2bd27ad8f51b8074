"""The figures for other programs: JSON, CSV and feeds."""

from collections.abc import Mapping

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.exports.description import descriptions
from site_builder.exports.feed import feeds
from site_builder.exports.figures import scores_json
from site_builder.exports.manifest import manifest_json, read_manifest
from site_builder.exports.records import handbook_json, incidents_json
from site_builder.exports.register import register_script
from site_builder.exports.review import review_json, review_markdown
from site_builder.exports.rules import record_scripts, rules_script
from site_builder.exports.scripts import as_assets
from site_builder.exports.search import search_scripts
from site_builder.exports.tables import data_files, handbook_csv, incidents_csv, scores_csv
from site_builder.language import Language
from site_builder.model import Asset

__all__ = [
    "data_files",
    "export",
    "manifest_json",
    "read_manifest",
    "review_json",
    "review_markdown",
    "scores_json",
    "scripts",
]


def export(assessment: Assessment, language: Language) -> Mapping[str, bytes]:
    """Every data file of the site, URL → bytes."""
    files = {year: data_files(year) for year in assessment.site.years}
    found = {**feeds(assessment, language), **descriptions(assessment, files, language)}
    for year in assessment.site.years:
        folder = f"data/{year}/"
        found[folder + "scores.json"] = scores_json(assessment, year, language)
        found[folder + "incidents.json"] = incidents_json(assessment, year)
        found[folder + "handbook.json"] = handbook_json(assessment, year)
        found[folder + "scores.csv"] = scores_csv(assessment, year)
        found[folder + "incidents.csv"] = incidents_csv(assessment, year)
        found[folder + "handbook.csv"] = handbook_csv(assessment, year)
    return found


def scripts(assessment: Assessment) -> Mapping[str, Asset]:
    """The data that pages load as scripts, by the name under which they ask for it."""
    found: dict[str, bytes] = {}
    for number, year in assessment.site.years.items():
        found[urls.register_script(number)] = register_script(assessment, number)
        found[urls.rules_script(number)] = rules_script(year.scheme)
        found.update(record_scripts(assessment, number))
    return {**search_scripts(assessment), **as_assets(found)}
