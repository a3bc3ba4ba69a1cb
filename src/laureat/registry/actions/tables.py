"""Loading the editable tables."""

from __future__ import annotations

from django.db import transaction

from laureat.registry import tables
from laureat.registry.models import Region, Sector

_REGION = ("name_ru", "name_en", "short_ru", "short_en", "zone", "row", "column")


@transaction.atomic
def load_regions(*, using: str = "default") -> int:
    """Load `data/regions.csv`; loading it again changes only what was edited. Returns how many."""
    regions = [
        Region(code=row["code"], **{name: row[name] for name in _REGION})
        for row in tables.rows("regions")
    ]
    Region.objects.using(using).bulk_create(
        regions, update_conflicts=True, unique_fields=["code"], update_fields=_REGION
    )
    return len(regions)


@transaction.atomic
def load_sectors(*, using: str = "default") -> int:
    """Load `data/sectors.csv`; loading it again changes only what was edited. Returns how many."""
    sectors = [
        Sector(key=row["key"], title_ru=row["title_ru"], title_en=row["title_en"])
        for row in tables.rows("sectors")
    ]
    Sector.objects.using(using).bulk_create(
        sectors,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=("title_ru", "title_en"),
    )
    return len(sectors)
