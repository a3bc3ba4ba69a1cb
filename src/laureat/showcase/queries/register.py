"""The register: honours of all years and awards, those of real sources and those of the demo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from laureat.honours.models import Honour, HonourState
from laureat.platform.i18n.content import current, localised
from laureat.platform.i18n.search import search_key
from laureat.registry.models import Distinction, Region
from laureat.registry.queries import conditions, distinctions
from laureat.rulebook.models import Edition
from laureat.showcase.queries import awards
from laureat.showcase.queries.concealing import concealed
from laureat.showcase.queries.machines import version

KINDS = ("real", "demo")
_DEMO = Q(organisation__is_demo=True) | Q(good__is_demo=True)


@dataclass(frozen=True)
class Asked:
    """What the reader filters by; unknown values find nothing."""

    search: str = ""
    award: str = ""
    year: int | None = None
    honour: str = ""
    category: str = ""
    region: str = ""
    kind: str = ""

    def narrowed(self) -> bool:
        """Whether anything is asked."""
        return any((*self.__dict__.values(),))


def _conditions(asked: Asked) -> dict[str, Q]:
    found = conditions(
        search=asked.search,
        award=asked.award,
        year=asked.year,
        region=asked.region,
        honour=asked.honour,
        category=asked.category,
    )
    if asked.kind:
        # Not ~_DEMO: where there is no good, its mark is neither true nor false.
        real = Q(organisation__is_demo=False) & (Q(good__isnull=True) | Q(good__is_demo=False))
        found["kind"] = _DEMO if asked.kind == "demo" else real
    return found


def rows(asked: Asked) -> QuerySet[Distinction]:
    """The register's lines, newest first, revoked ones too (they are marked), and declined ones
    where that is told.
    """
    invented = Case(
        When(_DEMO, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    declined = Exists(Honour.objects.filter(uid=OuterRef("reference"), state=HonourState.DECLINED))
    found = distinctions(with_revoked=True).annotate(is_demo=invented, is_declined=declined)
    return found.exclude(concealed()).filter(*_conditions(asked).values())


SIMILAR = "similar"


def ways_out(asked: Asked) -> dict[str, int]:
    """Where nothing fits: how many lines fit without each of the conditions (by its name), and how
    many with words that are only begun alike (`SIMILAR`). One query.
    """
    held = _conditions(asked)
    tried = {name: Q(*(other for each, other in held.items() if each != name)) for name in held}
    like = loosened(asked.search)
    if like:
        others = (other for each, other in held.items() if each != "search")
        tried[SIMILAR] = Q(*others, *_conditions(Asked(search=like)).values())
    if not tried:
        return {}
    counts = Distinction.objects.exclude(concealed()).aggregate(
        **{f"way_{name}": Count("pk", filter=condition) for name, condition in tried.items()}
    )
    return {name: counts[f"way_{name}"] for name in tried if counts[f"way_{name}"]}


def loosened(search: str) -> str:
    """The words without their endings, which Russian changes; "" where nothing can be left off.

    >>> loosened("хлеба Ромашки")
    'хлеб ромаш'
    """
    words = search_key(search).split()
    begun = [word[: max(4, len(word) - 2)] if not word.isdecimal() else word for word in words]
    return " ".join(begun) if begun != words else ""


Option = tuple[str, str]


@dataclass(frozen=True)
class Facets:
    """What can be chosen: pairs of value and label."""

    awards: list[Option]
    years: list[Option]
    honours: list[Option]
    categories: list[Option]
    regions: list[Option]
    titles: dict[str, str]
    """Award key → short title."""
    tiles: dict[str, Region]
    """All regions by code."""


def facets(*, goods_only: bool = False) -> Facets:
    """What the register holds, to choose from. Counted in three queries and kept until something
    happens: whatever is asked for, the choice is the same.
    """
    stamp = version()
    key = f"showcase:facets:{stamp}:{current()}:{goods_only}"
    found: Facets | None = caches["pages"].get(key) if stamp else None
    if found is None:
        found = _counted(goods_only=goods_only)
        caches["pages"].set(key, found)
    return found


def _counted(*, goods_only: bool) -> Facets:
    editions = list(awards.editions().order_by("-year", "-pk"))
    table = Distinction.objects.filter(good__isnull=False) if goods_only else Distinction.objects
    found = list(
        table.order_by()
        .values("award_key", "year", "honour_key", "category_key", "organisation__region_id")
        .annotate(
            title_ru=Max("title_ru"),
            title_en=Max("title_en"),
            category_ru=Max("category_ru"),
            category_en=Max("category_en"),
        )
    )
    tiles = {region.code: region for region in Region.objects.all()}
    titles = award_titles(editions)
    honours, categories = _wording(editions)
    for row in found:
        titles.setdefault(row["award_key"], row["award_key"])
        honours.setdefault(row["honour_key"], _pick(row, "title"))
        categories.setdefault(row["category_key"], _pick(row, "category"))
    here = {
        name: {row[name] for row in found if row[name]}
        for name in ("award_key", "honour_key", "category_key", "organisation__region_id")
    }
    return Facets(
        awards=_options(here["award_key"], titles),
        years=[
            (str(year), str(year))
            for year in sorted({row["year"] for row in found if row["year"]}, reverse=True)
        ],
        honours=_options(here["honour_key"], honours),
        categories=_options(here["category_key"], categories),
        regions=_options(
            here["organisation__region_id"],
            {code: localised(region, "name") for code, region in tiles.items()},
        ),
        titles=titles,
        tiles=tiles,
    )


def award_titles(editions: Iterable[Edition]) -> dict[str, str]:
    """Award key → short title in the reader's language."""
    return {each.award.key: localised(each.award, "short_title") for each in editions}


def _wording(editions: Iterable[Edition]) -> tuple[dict[str, str], dict[str, str]]:
    """Titles of honours and categories as the newest rulebooks word them."""
    honours: dict[str, str] = {}
    categories: dict[str, str] = {}
    for edition in awards.newest(editions).values():
        for honour in edition.rules.honours:
            honours.setdefault(honour.key, localised(honour, "title"))
        for category in edition.rules.categories:
            categories.setdefault(category.key, localised(category, "title"))
    return honours, categories


def _pick(row: Mapping[str, Any], name: str) -> str:
    here, there = ("en", "ru") if current() == "en" else ("ru", "en")
    return str(row[f"{name}_{here}"] or row[f"{name}_{there}"] or "")


def _options(keys: Iterable[str], titles: dict[str, str]) -> list[Option]:
    pairs = [(key, titles.get(key) or key) for key in keys]
    return sorted(pairs, key=lambda pair: search_key(pair[1]))


# ---------------------------------------------------------------- figures


@dataclass(frozen=True)
class Numbers:
    """The register in four figures."""

    honours: int
    organisations: int
    goods: int
    regions: int
    first: int | None
    last: int | None


def in_force(award: str = "") -> QuerySet[Distinction]:
    """The honours that stand, of all awards or of one."""
    table = Distinction.objects.filter(revoked_at__isnull=True)
    return table.filter(award_key=award) if award else table


def numbers(award: str = "") -> Numbers:
    """How much the register holds (in force)."""
    found = in_force(award).aggregate(
        honours=Count("pk"),
        organisations=Count("organisation", distinct=True),
        goods=Count("good", distinct=True),
        regions=Count("organisation__region", distinct=True),
        first=Min("year"),
        last=Max("year"),
    )
    return Numbers(**found)


def by_region() -> dict[str, int]:
    """Honours in force by region code."""
    pairs = (
        in_force()
        .filter(organisation__region__isnull=False)
        .order_by()
        .values_list("organisation__region_id")
        .annotate(count=Count("pk"))
    )
    return dict(pairs)


def latest(count: int, *, award: str = "") -> list[Distinction]:
    """The newest honours in force of the highest kind, one per organisation."""
    found = (
        in_force(award)
        .filter(tone="gold")
        .select_related("organisation__region", "good")
        .order_by(F("year").desc(nulls_last=True), "-pk")[: count * 6]
    )
    seen: dict[int, Distinction] = {}
    for row in found:
        seen.setdefault(row.organisation_id, row)
    return list(seen.values())[:count]
