"""Reading the register: for pages, for predicates of rulebooks, for the public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import current, localised
from laureat.platform.i18n.search import search_key
from laureat.registry.models import Distinction, Good, Organisation, Region, Sector
from laureat.registry.permissions import (
    edit_organisation,
    is_staff,
    represented,
    served_regions,
)


def regions() -> list[Region]:
    """All subjects, by their name in the reader's language."""
    return sorted(Region.objects.all(), key=lambda region: search_key(localised(region, "name")))


def sectors() -> list[Sector]:
    """All lines of business, as the table orders them."""
    return sorted(Sector.objects.all(), key=lambda sector: search_key(localised(sector, "title")))


def matching(rows: QuerySet[Any], search: str, column: str = "search") -> QuerySet[Any]:
    """The rows whose stored key holds every word of `search`, in any order and any case."""
    for word in search_key(search).split():
        rows = rows.filter(**{f"{column}__contains": word})
    return rows


# ---------------------------------------------------------------- organisations


def _kept_by(user: User | None) -> QuerySet[Organisation]:
    return Organisation.objects.all() if user is None else edit_organisation.of(user)


def mine(user: User) -> QuerySet[Organisation]:
    """The organisations that `user` acts for, with the number of their goods."""
    return (
        Organisation.objects.filter(uid__in=represented(user))
        .select_related("region", "sector")
        .annotate(good_count=Count("goods"))
        .order_by("sort_key", "pk")
    )


def organisations(
    user: User | None, *, search: str = "", region: str = "", sector: str = ""
) -> QuerySet[Organisation]:
    """What `user` may see of the register (None: all), filtered; with region, sector, number of
    goods.
    """
    rows = _kept_by(user)
    if region:
        rows = rows.filter(region_id=region)
    if sector:
        rows = rows.filter(sector_id=sector)
    return (
        matching(rows, search)
        .select_related("region", "sector")
        .annotate(good_count=Count("goods"))
        .order_by("sort_key", "pk")
    )


def organisation_of(uid: str) -> Organisation | None:
    """The organisation with this public identifier."""
    return Organisation.objects.filter(uid=uid).select_related("region", "sector").first()


def good_of(uid: str) -> Good | None:
    """The good with this public identifier, with its organisation."""
    return Good.objects.filter(uid=uid).select_related("organisation").first()


def goods_of(organisation: Organisation) -> QuerySet[Good]:
    """The goods of an organisation, by name."""
    return organisation.goods.order_by("search", "pk")


def distinctions_of(organisation: Organisation) -> QuerySet[Distinction]:
    """The honours of an organisation and its goods, newest first, revoked ones too."""
    return organisation.distinctions.select_related("good").order_by(
        F("year").desc(nulls_last=True), "award_key", "pk"
    )


def representatives_of(organisation: Organisation) -> QuerySet[Grant]:
    """Who acts for an organisation; not those who only help in one edition."""
    return (
        Grant.objects.filter(
            role=Role.APPLICANT, organisation=organisation.uid, edition="", ended_at__isnull=True
        )
        .select_related("user")
        .order_by("given_at", "pk")
    )


def representatives(organisations: Iterable[str]) -> dict[str, list[User]]:
    """Who acts for these organisations (by uid) and still signs in: the people to write to.

    Those who only help with an entry of one edition are not among them.
    """
    found: dict[str, list[User]] = {}
    for grant in (
        Grant.objects.filter(
            role=Role.APPLICANT,
            organisation__in=set(organisations),
            edition="",
            ended_at__isnull=True,
            user__is_active=True,
        )
        .select_related("user")
        .order_by("given_at", "pk")
    ):
        people = found.setdefault(grant.organisation, [])
        if grant.user not in people:
            people.append(grant.user)
    return found


def representative(organisation: Organisation, person: str) -> Grant | None:
    """The right to act for an organisation of the person with this public identifier."""
    return representatives_of(organisation).filter(user__uid=person).first()


def kept_regions(user: User, among: Iterable[Region]) -> list[str] | None:
    """The names of the regions whose organisations `user` keeps; None: the whole country."""
    codes = served_regions(user)
    if codes is None:
        return None
    return [localised(region, "name") for region in among if region.code in codes]


def by_inn(inns: Iterable[str], user: User | None = None) -> dict[str, list[Organisation]]:
    """The organisations with these INNs (several of one INN differ by KPP) that `user` keeps."""
    rows = _kept_by(user)
    found: dict[str, list[Organisation]] = {}
    for row in rows.filter(inn__in=set(inns)).select_related("region"):
        found.setdefault(row.inn, []).append(row)
    return found


# ---------------------------------------------------------------- facts for predicates


def history_of(organisation: Organisation) -> list[dict[str, Any]]:
    """The honours in force as predicates read them: [{award, year, honour}], newest first.

    Honours whose year no source tells are left out: no rule can count from them.
    """
    return [
        {"award": award, "year": year, "honour": honour}
        for award, year, honour in organisation.distinctions.filter(
            revoked_at__isnull=True, year__isnull=False
        )
        .order_by("-year", "award_key", "pk")
        .values_list("award_key", "year", "honour_key")
    ]


def facts_of(organisation: Organisation, good: Good | None, on: date) -> dict[str, Any]:
    """What predicates know of an organisation and its good on the day `on`.

    Times are fractions, so that “more than three years” and “at most 24 months” are exact to the
    day. What is not known is None.
    """
    facts: dict[str, Any] = {
        "organisation": {
            "headcount": organisation.headcount,
            "years_active": years_between(organisation.founded_on, on),
            "region": organisation.region_id or "",
            "sector": organisation.sector_id or "",
            "inn": organisation.inn,
            "individual": len(organisation.inn) == 12,
        }
    }
    if good is not None:
        facts["product"] = {
            "months_on_market": months_between(good.launched_on, on),
            "okpd2": good.okpd2,
            "normative_document": good.normative_document,
        }
    return facts


def months_between(start: date | None, end: date) -> float | None:
    """Months from `start` to `end`, with the part of the last one; 0 before the start.

    >>> months_between(date(2022, 3, 1), date(2024, 3, 1))
    24.0
    >>> months_between(date(2022, 3, 1), date(2024, 3, 2)) > 24
    True
    """
    if start is None:
        return None
    if end <= start:
        return 0.0
    whole = (end.year - start.year) * 12 + end.month - start.month
    if _after(start, whole) > end:
        whole -= 1
    reached, ahead = _after(start, whole), _after(start, whole + 1)
    return whole + round((end - reached).days / (ahead - reached).days, 4)


def years_between(start: date | None, end: date) -> float | None:
    """Years from `start` to `end`, with the part of the last one."""
    months = months_between(start, end)
    return None if months is None else round(months / 12, 6)


def _after(start: date, months: int) -> date:
    """The day `months` after `start`; the last of the month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date(year, month + 1, 1)).days
    return date(year, month + 1, min(start.day, last))


# ---------------------------------------------------------------- the public register


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
    words = search_key(search).split()
    if words:
        found["search"] = Q(*(_names(word) for word in words))
    return found


def named(word: str) -> QuerySet[Any]:
    """The organisations (their keys) that the public finds by `word`. An INN is found whole and only
    if it is that of a legal entity: an entrepreneur's is personal, and could be guessed digit by
    digit.
    """
    column = "sort_key" if word.isdecimal() else "search"
    found = Q(**{f"{column}__contains": word})
    if len(word) == 10:
        found |= Q(inn=word)
    return Organisation.objects.filter(found).values("pk")


def _names(word: str) -> Q:
    goods = Good.objects.filter(search__contains=word)
    return Q(organisation__in=named(word)) | Q(good__in=goods.values("pk"))


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


# ---------------------------------------------------------------- the desk


@dataclass(frozen=True)
class Gap:
    """What an organisation's facts lack before it can apply."""

    field: str
    label: str


def gaps(organisation: Organisation) -> list[Gap]:
    """The facts that an application will ask for and that are not known yet."""
    wanted = (
        ("inn", organisation.inn, _("INN")),
        ("region", organisation.region_id, _("region")),
        ("headcount", organisation.headcount, _("headcount")),
        ("founded_on", organisation.founded_on, _("the date it began to work")),
        ("email", organisation.email, _("e-mail")),
        ("head_name", organisation.head_name, _("head")),
    )
    return [Gap(field, label) for field, value, label in wanted if not value]


def desk_sections(user: User) -> list[Section]:
    """The organisations somebody acts for, and what their facts lack; the way to the register."""
    sections = []
    if is_staff(user):
        sections.append(
            Section(
                _("Organisations"),
                more=reverse("registry:organisations"),
                empty=_("Search, add and correct organisations, and say who acts for them."),
            )
        )
    if not represented(user):
        return sections
    items = []
    for organisation in mine(user):
        lacking = gaps(organisation)
        name = localised(organisation, "name", current())
        detail = (
            _("To be filled in: %(what)s") % {"what": ", ".join(gap.label for gap in lacking)}
            if lacking
            else ""
        )
        items.append(
            Item(
                title=name,
                url=reverse("registry:organisation", args=[organisation.uid]),
                detail=detail,
                state=_("to be completed") if lacking else "",
                tone="warn" if lacking else "",
            )
        )
    return [*sections, Section(_("My organisations"), items, more=reverse("registry:mine"))]
