"""Reading awards and editions for pages."""

from __future__ import annotations

from collections.abc import Iterator

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


def awards_of(user: User) -> QuerySet[Award]:
    """The awards whose editions `user` runs or organises, with editions and versions."""
    editions = (
        Edition.objects.filter(pk__in=run_stage.of(user).values("edition"))
        .select_related("award", "version")
        .prefetch_related(Prefetch("stages", Stage.objects.order_by("order", "region")))
    )
    versions = Version.objects.defer("document").order_by("-loaded_at", "-pk")
    return (
        Award.objects.filter(editions__in=editions)
        .distinct()
        .order_by("key")
        .prefetch_related(Prefetch("editions", editions), Prefetch("versions", versions))
    )


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
