"""Honours as their pages and documents show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, F, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.council.models import Motion, MotionState, Seat, Session, SessionState
from laureat.honours.models import Diploma, EmblemLicence, Honour, HonourState
from laureat.honours.permissions import keep_honour, organisations_of
from laureat.intake.models import Entry
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.documents import Language
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.rulebook import schema
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
    def licensed(self) -> str:
        """How the emblem right stands today: "", valid, later, over, revoked. Never stored."""
        if self.licence is None:
            return ""
        if self.revoked:
            return "revoked"
        return licence_state(self.licence, today())

    @property
    def ending(self) -> bool:
        """Whether the emblem right is valid and ends soon."""
        return (
            self.licensed == "valid"
            and self.licence is not None
            and self.licence.ends_on <= today() + ENDING
        )


def licence_state(licence: EmblemLicence, day: date) -> str:
    """Whether a licence is valid on `day`, begins later, is over, or was withdrawn (revoked)."""
    if licence.withdrawn_at is not None:
        return "revoked"
    if day < licence.starts_on:
        return "later"
    return "valid" if day <= licence.ends_on else "over"


def check_url(code: str) -> str:
    """The public page that says whether a diploma is valid, as people type it."""
    try:
        path = reverse("showcase:check", args=[code])
    except NoReverseMatch:
        path = f"/check/{code}/"
    return f"{settings.BASE_URL}{path}"


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
        Honour.objects.filter(entry=honour.entry_id)
        .exclude(pk=honour.pk)
        .exclude(state=HonourState.REVOKED)
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
    if state == "revoked":
        found = found.filter(state=HonourState.REVOKED)
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
    """Published (and revoked) honours of the organisations the person acts for, newest first."""
    mine = _full(
        Honour.objects.filter(
            entry__organisation__uid__in=organisations_of(user),
            state__in=[HonourState.PUBLISHED, HonourState.REVOKED],
        )
    ).order_by("-published_at", "entry__serial", "pk")
    return [row(each) for each in mine]


def edition_of(award: str, key: str) -> Edition:
    """The edition with its rules. Raises Edition.DoesNotExist."""
    return Edition.objects.select_related("award", "version").get(award__key=award, key=key)


def find(uid: str) -> Honour | None:
    """An honour with all that its pages need."""
    return _full(Honour.objects.filter(uid=uid)).first()


def bases(honours: Sequence[Honour]) -> dict[int, Session]:
    """The published session that decided each honour."""
    carried = (
        Motion.objects.filter(
            session__state=SessionState.PUBLISHED,
            state=MotionState.CARRIED,
            entry__in={honour.entry_id for honour in honours},
        )
        .select_related("session__panel", "session__presiding__user")
        .order_by("session__published_at")
    )
    sessions = {(each.entry_id, each.session.stage_id): each.session for each in carried}
    found = {each.pk: sessions.get((each.entry_id, each.stage_id)) for each in honours}
    return {pk: session for pk, session in found.items() if session is not None}


def diploma_data(
    honour: Honour, session: Session | None, language: Language = "ru"
) -> dict[str, Any]:
    """The data of a diploma; the keys are described in documents/diploma.typ."""
    with translation.override(language):
        return _diploma(honour, session, language)


def _diploma(honour: Honour, session: Session | None, language: str) -> dict[str, Any]:
    edition, entry, diploma = honour.edition, honour.entry, honour.diploma
    rules = edition.rules
    rule = rules.honour(honour.key)
    title = localised(rule, "title")
    code = diploma.check_code
    organisation = entry.organisation
    place = localised(diploma, "place")
    if place and language == "ru":
        place = f"г. {place}"
    address = urlsplit(check_url(code))
    category = entry.category
    return {
        "demo": organisation.is_demo or edition.is_demo,
        "revoked": _day_revoked(honour),
        "reissued": diploma.reissued_on.isoformat() if diploma.reissued_on else None,
        "portrait": rules.diploma.orientation == "portrait",
        "number": diploma.number,
        "issued": diploma.issued_on.isoformat(),
        "year": edition.year,
        "authority": [localised(honour, "authority") or localised(edition.award, "organiser")],
        "heading": None,
        "honour": {"kind": _kind(rule), "name": _continuing(title, rule, language)},
        "award": localised(edition.award, "title"),
        "organization": {"name": localised(diploma, "holder"), "place": place or None},
        "good": localised(diploma, "good") or None,
        "category": (
            f"{localised(rules.category_title)}: {localised(category, 'title')}"
            if category
            else None
        ),
        "citation": None,
        "basis": basis_of(honour, session) or None,
        "signatories": [
            {"post": [localised(diploma, "signed_by")], "name": signer_of(honour, session)}
        ],
        "check": {
            "url": check_url(code),
            "short": f"{address.netloc}{address.path}".rstrip("/"),
        },
    }


def names_of(entry: Entry) -> dict[str, str]:
    """Whom and what a diploma issued now would name (`models.NAMES`): what the register says."""
    organisation, good = entry.organisation, entry.good
    return {
        "holder_ru": organisation.name_ru,
        "holder_en": organisation.name_en,
        "place_ru": organisation.city_ru,
        "place_en": organisation.city_en,
        "good_ru": good.name_ru if good else "",
        "good_en": good.name_en if good else "",
    }


@dataclass(frozen=True)
class Line:
    """A text of a diploma, and what the register says of it now."""

    label: str
    said: str
    now: str


def differences(diploma: Diploma, entry: Entry) -> list[Line]:
    """Where the diploma and the register differ, in both languages."""
    labels = {
        "holder_ru": _("Holder, in Russian"),
        "holder_en": _("Holder, in English"),
        "place_ru": _("Place, in Russian"),
        "place_en": _("Place, in English"),
        "good_ru": _("Good or service, in Russian"),
        "good_en": _("Good or service, in English"),
    }
    return [
        Line(labels[name], getattr(diploma, name), text)
        for name, text in names_of(entry).items()
        if getattr(diploma, name) != text
    ]


def _day_revoked(honour: Honour) -> str | None:
    if honour.revoked_at is None:
        return None
    return honour.revoked_at.astimezone(honour.edition.time_zone).date().isoformat()


def _kind(rule: schema.Honour) -> str:
    if rule.overlay:
        return "special"
    return "laureate" if rule.tone == "gold" else "diplomant"


def _continuing(title: str, rule: schema.Honour, language: str) -> str:
    """How the title goes on after the word “diploma”: «лауреата премии»."""
    if rule.overlay or language == "en":
        return title
    first, space, rest = title.partition(" ")
    if first.endswith("ь"):
        first = first[:-1] + "я"
    elif first[-1:].lower() in "бвгджзклмнпрстфхцчшщ":
        first += "а"
    else:
        return title
    return first[:1].lower() + first[1:] + space + rest


def basis_of(honour: Honour, session: Session | None) -> str:
    """The act that the diploma cites: for the highest honours the confirming act, else the minutes
    of the panel, of the day that they bear. "" where `session` (see `bases`) is not known.
    """
    if session is None:
        return ""
    rule = honour.edition.rules.honour(honour.key)
    order = localised(session, "order_reference")
    if order and (rule.tone == "gold" or rule.overlay):
        return order
    held = session.opened_at or session.held_at
    day = held.astimezone(honour.edition.time_zone).strftime("%d.%m.%Y")
    return _("minutes No. %(number)s of %(day)s") % {"number": session.number, "day": day}


def signer_of(honour: Honour, session: Session | None) -> str:
    """The name of the chair, where the rules let the chair sign and the chair presided; "" where a
    hand writes it: under an acting chair, or somebody's who is in no panel.
    """
    seat = session.presiding if session else None
    if seat is None or seat.role != Seat.Role.CHAIR:
        return ""
    return seat.user.called if honour.edition.rules.diploma.signed_by_chair else ""


def diploma_title(honour: Honour, language: Language = "ru") -> str:
    """«Диплом № 2024-001»."""
    with translation.override(language):
        return _("Diploma No. %(number)s") % {"number": honour.diploma.number}


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
    kept = keep_honour.of(user).filter(edition=edition).exclude(state=HonourState.REVOKED)
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
