"""What each page says: a plan of pages, each with its URL, its template and a context; no HTML, no disk."""

from site_builder.pages.links import Addresses, addresses, link_problems, without_unfit
from site_builder.pages.page import Page
from site_builder.pages.plan import Plan, plan

__all__ = ["Addresses", "Page", "Plan", "addresses", "link_problems", "plan", "without_unfit"]
