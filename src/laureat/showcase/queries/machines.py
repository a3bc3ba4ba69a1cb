"""For programs: which version of everything is shown, addresses of all public pages."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Sum

from laureat.ledger.models import Chain
from laureat.registry.models import Distinction, Good, Organisation
from laureat.showcase.queries import awards
from laureat.showcase.queries.concealing import concealed

MOST = 45_000
"""A sitemap holds at most 50 000 addresses."""


def version() -> str:
    """What the public sees changes only when this does; "" before anything has happened.

    Journals only grow, each under its own lock: the sum of their lengths is larger after every commit.
    The key of the newest record would not do, PostgreSQL gives keys before it commits.
    """
    records = Chain.objects.aggregate(all=Sum("length"))["all"]
    return str(records or "")


def public_pages() -> Iterator[tuple[str, list[str]]]:
    """Name and arguments of every page with a subject of its own."""
    rows = list(awards.announced().order_by("award__key", "-year"))
    for key in sorted({each.award.key for each in rows}):
        yield "award", [key]
    for edition in rows:
        yield "edition", [edition.award.key, edition.key]
    lines = Distinction.objects.filter(organisation=OuterRef("pk")).exclude(concealed())
    named = Organisation.objects.filter(Exists(lines))
    for uid in named.order_by("pk").values_list("uid", flat=True)[:MOST]:
        yield "organisation", [uid]
    goods = Good.objects.filter(distinctions__revoked_at__isnull=True, distinctions__isnull=False)
    for uid in goods.distinct().order_by("pk").values_list("uid", flat=True)[:MOST]:
        yield "good", [uid]
