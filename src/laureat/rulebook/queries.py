"""Reading awards and editions for pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse

from laureat.platform.access.scopes import Scope
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Award, Edition, Stage, Version
from laureat.rulebook.permissions import run_stage


def scopes() -> Iterator[Scope]:
    """All editions as scopes of roles, newest first."""
    for edition in Edition.objects.select_related("award", "version"):
        yield scope(edition)


def scope(edition: Edition) -> Scope:
    """One edition as the scope of a role."""
    rules = edition.rules
    return Scope(
        award=edition.award.key,
        edition=edition.key,
        title=localised(edition, "title"),
        url=reverse("rulebook:edition", args=[edition.award.key, edition.key]),
        regions={key: localised(region, "title") for key, region in rules.regions.items()},
        panels={key: localised(panel, "title") for key, panel in rules.panels.items()},
    )


@dataclass(frozen=True)
class Row:
    """An edition with the versions of its rules, the newest first."""

    edition: Edition
    versions: list[Version]


@dataclass(frozen=True)
class Shelf:
    """An award with its editions, the newest first."""

    award: Award
    rows: list[Row]


def shelves(user: User) -> list[Shelf]:
    """The awards whose editions `user` runs (or some stages of them) or organises."""
    editions = (
        Edition.objects.filter(pk__in=run_stage.of(user).values("edition"))
        .select_related("award", "version")
        .defer("version__document")
        .order_by("award__key", "-year", "-key")
    )
    frozen: dict[tuple[int, str], list[Version]] = {}
    for version in Version.objects.defer("document").order_by("-loaded_at", "-pk"):
        frozen.setdefault((version.award_id, version.edition_key), []).append(version)
    found: dict[int, Shelf] = {}
    for edition in editions:
        shelf = found.setdefault(edition.award_id, Shelf(edition.award, []))
        shelf.rows.append(Row(edition, frozen.get((edition.award_id, edition.key), [])))
    return list(found.values())


def edition(award: str, key: str) -> Edition:
    """One edition with its award, version and stages; Edition.DoesNotExist."""
    return (
        Edition.objects.select_related("award", "version")
        .prefetch_related(Prefetch("stages", Stage.objects.order_by("order", "region")))
        .get(award__key=award, key=key)
    )


def siblings(edition: Edition) -> QuerySet[Edition]:
    """The editions of the same award, newest first."""
    return Edition.objects.filter(award=edition.award).order_by("-year", "-key")


def versions(edition: Edition) -> QuerySet[Version]:
    """All versions of an edition's rules, newest first."""
    return (
        Version.objects.filter(award=edition.award, edition_key=edition.key)
        .defer("document")
        .annotate(in_force=Count("editions"))
        .order_by("-loaded_at", "-pk")
    )
