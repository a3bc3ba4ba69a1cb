"""Organisations that are likely to stand in the register twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.registry.identifiers import BRANCHES, is_of_a_branch
from laureat.registry.models import Organisation
from laureat.registry.permissions import keep_organisation
from laureat.registry.queries.organisations import matching


@dataclass(frozen=True)
class Double:
    """An organisation and another that may be the same."""

    gone: Organisation
    """The one that says less: it would go."""
    kept: Organisation
    why: str


def suspects(user: User) -> QuerySet[Organisation]:
    """The organisations kept by `user` that are likely to be another one's double, by name."""
    # Looked for among those that `user` keeps, as `doubles` does: nobody else can merge them.
    other = (
        keep_organisation.of(user).exclude(pk=OuterRef("pk")).filter(is_demo=OuterRef("is_demo"))
    )
    legal_entity = other.filter(inn=OuterRef("inn"), is_branch=False)
    namesake = other.filter(sort_key=OuterRef("sort_key"), is_branch=False).filter(
        ~Q(inn="") | Q(pk__lt=OuterRef("pk"))
    )
    near = namesake.filter(Q(region=OuterRef("region")) | Q(region=None))
    return (
        keep_organisation.of(user)
        .annotate(reason=Substr("kpp", 5, 2))
        .filter(
            # A “branch” whose KPP names none: two of one legal entity, entered before this was told.
            (Q(is_branch=True) & ~Q(reason__in=BRANCHES) & Exists(legal_entity))
            | (Q(inn="") & ~Q(ogrn="") & Exists(other.filter(ogrn=OuterRef("ogrn"))))
            | (Q(inn="") & Exists(near))
            | (Q(inn="", region=None) & Exists(namesake))
        )
        .select_related("region")
        .order_by("sort_key", "pk")
    )


def doubles(found: Sequence[Organisation], user: User) -> list[Double]:
    """Each of `found` with whom it may be the same, among those that `user` keeps."""
    numbers = {each.inn for each in found if each.inn}
    registered = {each.ogrn for each in found if each.ogrn}
    names = {each.sort_key for each in found}
    others = list(
        keep_organisation.of(user)
        .filter(Q(inn__in=numbers) | Q(ogrn__in=registered) | Q(sort_key__in=names))
        .select_related("region")
        .order_by("is_branch", "pk")
    )
    told = []
    for each in found:
        for other in others:
            why = _why(each, other)
            if why:
                told.append(Double(each, other, why))
    return told


def _why(one: Organisation, other: Organisation) -> str:
    """Why `one` may be `other`, which says more; "" if nothing speaks for it."""
    if one.pk == other.pk or one.is_demo != other.is_demo:
        return ""
    if one.inn:
        same = one.is_branch and not other.is_branch and one.inn == other.inn
        return _("the same INN") if same and not is_of_a_branch(one.kpp) else ""
    if one.ogrn and one.ogrn == other.ogrn:
        return _("the same OGRN")
    places = {one.region_id, other.region_id} - {None}
    near = one.sort_key == other.sort_key and len(places) < 2 and not other.is_branch
    if near and (other.inn or other.pk < one.pk):
        return _("the same name, and no INN")
    return ""


def to_compare(organisation: Organisation, search: str, user: User) -> QuerySet[Organisation]:
    """Whom a secretary finds by words or numbers to hold against `organisation`."""
    rows = keep_organisation.of(user).filter(is_demo=organisation.is_demo)
    return (
        matching(rows, search)
        .exclude(pk=organisation.pk)
        .select_related("region")
        .order_by("sort_key", "pk")
    )


def compared(pair: Iterable[Organisation]) -> list[Organisation]:
    """Both with what hangs on them: `good_count`, `honour_count`, region and line of business."""
    keys = [each.pk for each in pair]
    rows = (
        Organisation.objects.filter(pk__in=keys)
        .select_related("region", "sector")
        .annotate(
            good_count=Count("goods", distinct=True),
            honour_count=Count(
                "distinctions", filter=Q(distinctions__merged_into=None), distinct=True
            ),
        )
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys]


def known_without_inn(sort_keys: Iterable[str]) -> dict[str, Organisation]:
    """The organisations of these names of which the register has no INN, by name."""
    rows = Organisation.objects.filter(inn="", sort_key__in=set(sort_keys))
    return {row.sort_key: row for row in rows}


def inns_by_ogrn(numbers: Iterable[str]) -> dict[str, str]:
    """Under which INN each of these OGRNs is registered."""
    rows = Organisation.objects.filter(ogrn__in=set(numbers)).order_by("pk")
    return dict(rows.values_list("ogrn", "inn"))
