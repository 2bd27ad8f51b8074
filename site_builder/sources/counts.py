"""How many persons, days, documents or points an incident counts."""

from decimal import Decimal

from site_builder.model import FRACTIONAL, message
from site_builder.sources.fields import Fields


def read_count(fields: Fields, unit: str) -> Decimal | None:
    """The count of a unit: above 0, and whole unless points are counted."""
    count = fields.positive(unit)
    if count is None or unit in FRACTIONAL or count == count.to_integral_value():
        return count
    fields.report.error(
        fields.place_of(unit),
        "not-a-whole-number",
        message("“{unit}” is counted in whole numbers", unit=unit),
        message("Write a whole number; only points may be fractional"),
    )
    return None
