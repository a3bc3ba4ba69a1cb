"""The public register: the honours of all years and awards."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from laureat.registry.models import Distinction, Good
from laureat.registry.queries.searching import begins_word, good_found, named, terms


def conditions(
    *,
    search: str = "",
    award: str = "",
    year: int | None = None,
    region: str = "",
    honour: str = "",
    category: str = "",
) -> dict[str, Q]:
    """What is asked of the register as conditions by name; only those that are asked."""
    exact = {
        "award": ("award_key", award),
        "year": ("year", year),
        "region": ("organisation__region_id", region),
        "honour": ("honour_key", honour),
        "category": ("category_key", category),
    }
    found = {name: Q(**{column: value}) for name, (column, value) in exact.items() if value}
    asked = terms(search)
    if asked:
        found["search"] = Q(*(_names(term) for term in asked))
    return found


def _names(term: str) -> Q:
    """Also by a name that somebody was honoured by and does not bear any more."""
    goods = Good.objects.filter(good_found(term)).values("pk")
    return named(term) | Q(good__in=goods) | begins_word("search", term)


def distinctions(*, with_revoked: bool = False, **asked: Any) -> QuerySet[Distinction]:
    """The honours of all years, newest first; what can be `asked`: see `conditions`."""
    rows = Distinction.objects.select_related("organisation__region", "good")
    if not with_revoked:
        rows = rows.filter(revoked_at__isnull=True)
    return rows.filter(*conditions(**asked).values()).order_by(
        F("year").desc(nulls_last=True), "award_key", "organisation__sort_key", "pk"
    )


def honoured(award: str) -> QuerySet[Any]:
    """The organisations (their keys) that hold an honour of this award in force."""
    return Distinction.objects.filter(award_key=award, revoked_at__isnull=True).values(
        "organisation"
    )


def register_years(award: str = "") -> list[int]:
    """The years that the register tells of, newest first."""
    rows = Distinction.objects.filter(year__isnull=False)
    if award:
        rows = rows.filter(award_key=award)
    found = rows.order_by("-year").values_list("year", flat=True).distinct()
    return [year for year in found if year is not None]


def register_regions(rows: QuerySet[Distinction]) -> dict[str, int]:
    """How many of `rows` fall to each region (code → count), for the map."""
    return dict(
        rows.filter(organisation__region__isnull=False)
        .order_by()
        .values_list("organisation__region_id")
        .annotate(count=Count("pk"))
    )


def register_counts(rows: QuerySet[Distinction]) -> list[dict[str, Any]]:
    """How many of `rows` by award, year and honour: [{award_key, year, honour_key, count}]."""
    found = (
        rows.order_by()
        .values("award_key", "year", "honour_key")
        .annotate(count=Count("pk"))
        .order_by("award_key", "year", "honour_key")
    )
    return [dict(row) for row in found]


def names_of_their_day(award: str, year: int | None) -> dict[str, Distinction]:
    """The honours of an edition whose holders bear other names today, by their reference."""
    renamed = Distinction.objects.filter(award_key=award, year=year).exclude(search="")
    return {
        row.reference: row
        for row in renamed.exclude(reference="").select_related("organisation", "good").order_by()
    }
