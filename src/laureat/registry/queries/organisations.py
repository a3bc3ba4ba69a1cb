"""Organisations, their goods and honours, and who acts for them: for those who keep them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, QuerySet

from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.platform.mail.models import Message
from laureat.registry.identifiers import LEGAL_ENTITY, is_head_office, is_of_a_branch
from laureat.registry.models import Distinction, Good, Organisation, Region, Sector
from laureat.registry.permissions import edit_organisation, represented, served_regions
from laureat.registry.queries.searching import begins_word


def regions() -> list[Region]:
    """All subjects, by their name in the reader's language."""
    return sorted(Region.objects.all(), key=lambda region: search_key(localised(region, "name")))


def sectors() -> list[Sector]:
    """All lines of business, as the table orders them."""
    return sorted(Sector.objects.all(), key=lambda sector: search_key(localised(sector, "title")))


def matching(rows: QuerySet[Any], search: str, column: str = "search") -> QuerySet[Any]:
    """The rows in whose stored key each word of `search` begins a word, in any order and case."""
    for word in search_key(search).split():
        rows = rows.filter(begins_word(column, word))
    return rows


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
    """The organisation with this public identifier, with the number of its goods."""
    found = Organisation.objects.filter(uid=uid).select_related("region", "sector")
    return found.annotate(good_count=Count("goods")).order_by().first()


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


def keepers(organisation: Organisation) -> list[User]:
    """Who answers for an organisation: the secretaries of its region, else those of the country,
    else the organisers.
    """
    held = Grant.objects.filter(ended_at__isnull=True, user__is_active=True).select_related("user")
    for role, region in (
        (Role.SECRETARY, organisation.region_id or ""),
        (Role.SECRETARY, ""),
        (Role.ORGANISER, ""),
    ):
        found = held.filter(role=role, region=region).order_by("given_at", "pk")
        people = list(dict.fromkeys(grant.user for grant in found))
        if people:
            return people
    return []


def known_organisation(uid: str, reader: User) -> Organisation | None:
    """The organisation with this identifier, if `known` tells `reader` of it by its INN."""
    found = Organisation.objects.filter(uid=uid).select_related("region").first()
    if found is None or len(found.inn) == LEGAL_ENTITY or edit_organisation(reader, found):
        return found
    return None


def merged_into(uid: str) -> str:
    """Where the address of a double leads: the identifier of what it was merged into ("": none)."""
    found = Organisation.every.filter(uid=uid, merged_into__isnull=False)
    return found.values_list("merged_into__uid", flat=True).first() or ""


def same_good(uid: str) -> str:
    """Where the address of a good leads whose organisation was merged into one that had the same
    good already: the identifier of that one ("": none).
    """
    found = Good.objects.filter(uid=uid, organisation__merged_into__isnull=False).first()
    if found is None:
        return ""
    into = Good.objects.filter(
        organisation=found.organisation.merged_into,
        name_ru=found.name_ru,
        okpd2=found.okpd2,
        normative_document=found.normative_document,
    )
    return into.values_list("uid", flat=True).first() or ""


def asked_by(organisation: Organisation, person: str) -> User | None:
    """Who this public identifier stands for, if they asked to act for the organisation."""
    letters = Message.objects.filter(dedupe_key__startswith=asking_key(organisation.uid, person))
    return User.objects.filter(uid=person).first() if person and letters.exists() else None


def asking_key(organisation: str, person: str) -> str:
    """How the letters are marked by which somebody asked to act for an organisation."""
    return f"registry.asked:{organisation}:{person}:"


def meant(of_one_inn: Sequence[Organisation], kpp: str = "") -> Organisation | None:
    """Which of the organisations of one INN somebody means who writes this KPP ("": none).

    Without a KPP, or with that of a head office (which changes when it moves), the legal entity
    itself; None if it cannot be told.
    """
    exact = [each for each in of_one_inn if kpp and each.kpp == kpp]
    if exact:
        return exact[0]
    heads = [each for each in of_one_inn if not each.is_branch]
    if kpp and not is_head_office(kpp):
        # A KPP of another kind may still be that of a head office which the register knows without.
        heads = [each for each in heads if not each.kpp and not is_of_a_branch(kpp)]
    if heads:
        return heads[0]
    return of_one_inn[0] if len(of_one_inn) == 1 and not kpp else None


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
    """The organisations with these INNs that `user` keeps: of each the head office, then branches."""
    rows = _kept_by(user)
    found: dict[str, list[Organisation]] = {}
    listed = rows.filter(inn__in=set(inns)).order_by("is_branch", "kpp", "pk")
    for row in listed.select_related("region"):
        found.setdefault(row.inn, []).append(row)
    return found
