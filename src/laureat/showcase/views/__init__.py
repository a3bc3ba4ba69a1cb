"""Public pages."""

from laureat.showcase.views.checking import check
from laureat.showcase.views.machines import (
    register_csv,
    register_json,
    results,
    robots,
    security,
    sitemap,
)
from laureat.showcase.views.pages import about, award, awards, edition, home, statistics
from laureat.showcase.views.register import good, goods, organisation, register
from laureat.showcase.views.season import season

__all__ = [
    "about",
    "award",
    "awards",
    "check",
    "edition",
    "good",
    "goods",
    "home",
    "organisation",
    "register",
    "register_csv",
    "register_json",
    "results",
    "robots",
    "season",
    "security",
    "sitemap",
    "statistics",
]
