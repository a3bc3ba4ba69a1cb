"""Honours of an edition, of an applicant, one of them; how many, and what is to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, QuerySet

from laureat.honours.models import ENDED, IN_FORCE, EmblemLicence, Honour, HonourState
from laureat.honours.permissions import keep_honour, organisations_of
from laureat.honours.queries.papers import check_url
from laureat.platform.accounts.models import User
from laureat.platform.clock import now, today
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.rulebook.models import Edition

ENDING = timedelta(days=60)
"""A right that ends within so long is pointed out."""
TONES = {"gold": "gold", "laurel": "ok", "plain": "neutral"}


@dataclass(frozen=True)
class Row:
    """An honour with its diploma and licence, ready to show."""

    honour: Honour
    title: str
    tone: str
    organisation: str
    good: str
    category: str
    number: str
    check_url: str
    licence: EmblemLicence | None

    @property
    def revoked(self) -> bool:
        """Whether it was taken back."""
        return self.honour.state == HonourState.REVOKED

    @property
    def declined(self) -> bool:
        """Whether the laureate declined it."""
        return self.honour.state == HonourState.DECLINED

    @property
    def ended(self) -> bool:
        """Whether it is no longer in force, taken back or declined."""
        return self.honour.state in ENDED

    @property
    def licensed(self) -> str:
        """How the emblem right stands today: "", valid, later, over, revoked. Never stored."""
        if self.licence is None:
            return ""
        if self.ended:
            return "revoked"
        return licence_state(self.licence, today())

    @property
    def declinable(self) -> bool:
        """Whether the laureate can still decline it in the system (see `declining.over`)."""
        if self.honour.state != HonourState.PUBLISHED:
            return False
        day = last_day(self.honour)
        if day is None:
            return not self.number
        return now().astimezone(self.honour.edition.time_zone).date() <= day

    @property
    def ending(self) -> bool:
        """Whether the emblem right is valid and ends soon."""
        return (
            self.licensed == "valid"
            and self.licence is not None
            and self.licence.ends_on <= today() + ENDING
        )


def last_day(honour: Honour) -> date | None:
    """The last day on which the laureate declines in the system; None: until the diploma."""
    days = honour.edition.rules.declining.days
    if days is None or honour.published_at is None:
        return None
    return honour.published_at.astimezone(honour.edition.time_zone).date() + timedelta(days=days)


def licence_state(licence: EmblemLicence, day: date) -> str:
    """Whether a licence is valid on `day`, begins later, is over, or was withdrawn (revoked)."""
    if licence.withdrawn_at is not None:
        return "revoked"
    if day < licence.starts_on:
        return "later"
    return "valid" if day <= licence.ends_on else "over"


def _full(honours: QuerySet[Honour]) -> QuerySet[Honour]:
    return honours.select_related(
        "edition__award",
        "edition__version",
        "stage",
        "entry__organisation__region",
        "entry__good",
        "entry__category",
        "diploma",
        "emblem_licence",
    )


def row(honour: Honour) -> Row:
    """One honour, ready to show."""
    rule = honour.edition.rules.honour(honour.key)
    diploma = getattr(honour, "diploma", None)
    entry = honour.entry
    return Row(
        honour=honour,
        title=localised(rule, "title"),
        tone=TONES[rule.tone],
        organisation=localised(entry.organisation, "name"),
        good=localised(entry.good, "name") if entry.good else "",
        category=localised(entry.category, "title") if entry.category else "",
        number=diploma.number if diploma else "",
        check_url=check_url(diploma.check_code) if diploma else "",
        licence=getattr(honour, "emblem_licence", None),
    )


def resting_on(honour: Honour) -> list[Honour]:
    """The additional honours of the entry that have nothing to rest on without `honour`."""
    rules = {each.key: each for each in honour.edition.rules.honours}
    held = (
        Honour.objects.filter(entry=honour.entry_id, state__in=IN_FORCE)
        .exclude(pk=honour.pk)
        .select_related("entry__organisation", "entry__good", "edition__award")
        .order_by("pk")
    )
    kept = {each.key: each for each in held}
    lost = {honour.key: honour}
    while falling := [
        key
        for key in kept
        if rules[key].overlay
        and lost.keys() & set(rules[key].with_honours)
        and not kept.keys() & set(rules[key].with_honours)
    ]:
        lost |= {key: kept.pop(key) for key in falling}
    return [each for each in lost.values() if each.pk != honour.pk]


def others_of(honour: Honour) -> list[Honour]:
    """The other honours of the entry that are in force and would not fall with `honour`."""
    falling = {each.pk for each in resting_on(honour)}
    held = _full(Honour.objects.filter(entry=honour.entry_id, state=HonourState.PUBLISHED))
    return [
        each
        for each in held.exclude(pk=honour.pk).order_by("stage__order", "pk")
        if each.pk not in falling
    ]


def honours_of(
    edition: Edition, user: User, *, key: str = "", state: str = "", search: str = ""
) -> QuerySet[Honour]:
    """The honours of an edition that `user` keeps, filtered."""
    found = _full(keep_honour.of(user).filter(edition=edition))
    if key:
        found = found.filter(key=key)
    if state in ENDED:
        found = found.filter(state=state)
    elif state == "published":
        found = found.filter(state=HonourState.PUBLISHED)
    elif state == "emblem-ending":
        found = found.filter(
            state=HonourState.PUBLISHED,
            emblem_licence__withdrawn_at__isnull=True,
            emblem_licence__ends_on__range=(today(), today() + ENDING),
        )
    elif state == "no-diploma":
        found = found.filter(state=HonourState.PUBLISHED, diploma__isnull=True)
    for word in search_key(search).split():
        found = found.filter(entry__organisation__search__contains=word)
    return found.order_by(F("diploma__number").asc(nulls_last=True), "key", "entry__serial", "pk")


def with_edition(honours: Iterable[Honour], edition: Edition) -> list[Row]:
    """Rows that share one edition object, so that its rules are parsed once."""
    rows = []
    for honour in honours:
        honour.edition = edition
        rows.append(row(honour))
    return rows


def my_honours(user: User) -> list[Row]:
    """Published honours (also those revoked or declined) of the organisations the person acts for, newest first."""
    mine = _full(
        Honour.objects.filter(
            entry__organisation__uid__in=organisations_of(user),
            state__in=[HonourState.PUBLISHED, *ENDED],
        )
    ).order_by("-published_at", "entry__serial", "pk")
    return [row(each) for each in mine]


def edition_of(award: str, key: str) -> Edition:
    """The edition with its rules. Raises Edition.DoesNotExist."""
    return Edition.objects.select_related("award", "version").get(award__key=award, key=key)


def find(uid: str) -> Honour | None:
    """An honour with all that its pages need."""
    return _full(Honour.objects.filter(uid=uid)).order_by().first()


@dataclass(frozen=True)
class Total:
    """How many of an honour there are."""

    key: str
    title: str
    tone: str
    count: int


def counts(edition: Edition, user: User) -> list[Total]:
    """Honours in force by title."""
    found: dict[str, int] = defaultdict(int)
    kept = keep_honour.of(user).filter(edition=edition, state__in=IN_FORCE)
    for key in kept.values_list("key", flat=True):
        found[key] += 1
    return [
        Total(each.key, localised(each, "title"), TONES[each.tone], found[each.key])
        for each in edition.rules.honours
        if found[each.key]
    ]


def missing(edition: Edition, user: User) -> bool:
    """Whether a published honour that `user` keeps has no diploma yet."""
    return honours_of(edition, user, state="no-diploma").exists()


@dataclass(frozen=True)
class ToIssue:
    """An edition with published honours that have no diploma yet."""

    edition: Edition
    count: int


def to_issue(user: User) -> list[ToIssue]:
    """Where diplomas are missing among the honours that `user` keeps, the newest edition first."""
    bare = keep_honour.of(user).filter(state=HonourState.PUBLISHED, diploma__isnull=True)
    waiting = dict(bare.order_by().values_list("edition").annotate(number=Count("pk")))
    if not waiting:
        return []
    editions = Edition.objects.filter(pk__in=waiting).select_related("award")
    return [ToIssue(each, waiting[each.pk]) for each in editions.order_by("-year", "-pk")]


def in_force(edition: Edition, user: User) -> list[Honour]:
    """The honours whose diplomas are valid, with the one `edition` that they share."""
    found = honours_of(edition, user, state="published").filter(diploma__isnull=False)
    return [each.honour for each in with_edition(found, edition)]
