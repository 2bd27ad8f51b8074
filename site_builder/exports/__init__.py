"""The figures for other programs: JSON, CSV and feeds."""

from collections.abc import Mapping

from site_builder.assessment import Assessment
from site_builder.exports.feed import feeds
from site_builder.exports.figures import scores_json
from site_builder.exports.manifest import manifest_json, read_manifest
from site_builder.exports.records import handbook_json, incidents_json
from site_builder.exports.register import register_script
from site_builder.exports.review import review_json, review_markdown
from site_builder.exports.search import search_files
from site_builder.exports.tables import data_files, handbook_csv, incidents_csv, scores_csv
from site_builder.language import Language

__all__ = [
    "data_files",
    "export",
    "manifest_json",
    "read_manifest",
    "review_json",
    "review_markdown",
    "scores_json",
]


def export(assessment: Assessment, language: Language) -> Mapping[str, bytes]:
    """Every data file of the site, URL → bytes."""
    found = {**feeds(assessment, language), **search_files(assessment)}
    for year in assessment.site.years:
        folder = f"data/{year}/"
        found[folder + "scores.json"] = scores_json(assessment, year, language)
        found[folder + "incidents.json"] = incidents_json(assessment, year)
        found[folder + "handbook.json"] = handbook_json(assessment, year)
        found[folder + "register.js"] = register_script(assessment, year)
        found[folder + "scores.csv"] = scores_csv(assessment, year)
        found[folder + "incidents.csv"] = incidents_csv(assessment, year)
        found[folder + "handbook.csv"] = handbook_csv(assessment, year)
    return found
