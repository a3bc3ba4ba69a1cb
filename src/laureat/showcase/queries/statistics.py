"""The register in figures: by year, award, category, sector and region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.registry.models import Distinction, Sector
from laureat.showcase.queries.register import Facets


@dataclass(frozen=True)
class Year:
    """A year's honours: those of the highest kind, and the others."""

    year: int
    gold: int
    others: int


@dataclass(frozen=True)
class Row:
    """A line of a breakdown."""

    label: str
    count: int


@dataclass(frozen=True)
class Figures:
    """All breakdowns of one choice."""

    years: list[Year]
    unknown_year: int
    categories: list[Row]
    sectors: list[Row]
    awards: list[Row]
    regions: Mapping[str, int]
    """By code, for the map."""


def figures(table: QuerySet[Distinction], facets: Facets) -> Figures:
    """Honours in force, counted in three queries."""
    held = table.filter(revoked_at__isnull=True).order_by()
    counted = held.values_list("award_key", "year", "category_key", "tone").annotate(
        count=Count("pk")
    )
    years: dict[int, Counter[str]] = {}
    categories: Counter[str] = Counter()
    awards: Counter[str] = Counter()
    unknown = 0
    for award, year, category, tone, count in counted:
        awards[award] += count
        categories[category] += count
        if year is None:
            unknown += count
        else:
            years.setdefault(year, Counter())["gold" if tone == "gold" else "others"] += count
    sectors: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    places = held.values_list("organisation__sector_id", "organisation__region_id")
    for sector, region, count in places.annotate(count=Count("pk")):
        sectors[sector or ""] += count
        regions[region or ""] += count
    titles = {each.key: localised(each, "title") for each in Sector.objects.all()}
    span = range(min(years), max(years) + 1) if years else range(0)
    nothing: Counter[str] = Counter()
    return Figures(
        years=[
            Year(year, years.get(year, nothing)["gold"], years.get(year, nothing)["others"])
            for year in span
        ],
        unknown_year=unknown,
        categories=_rows(categories, dict(facets.categories)),
        sectors=_rows(sectors, titles),
        awards=_rows(awards, facets.titles),
        regions=regions,
    )


def top_regions(found: Figures, facets: Facets, most: int = 12) -> list[Row]:
    """The regions with the most honours."""
    names = {code: localised(region, "name") for code, region in facets.tiles.items()}
    return _rows(Counter(found.regions), names)[:most]


def _rows(counts: Counter[str], titles: dict[str, str]) -> list[Row]:
    """Known ones by count; what has no key is left to the page's note."""
    rows = [Row(titles.get(key, key), count) for key, count in counts.items() if key]
    return sorted(rows, key=lambda row: (-row.count, search_key(row.label)))
