"""What stands on a diploma and on the page that checks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.council.models import Motion, MotionState, Seat, Session, SessionState
from laureat.honours.models import Diploma, Honour
from laureat.intake.models import Entry
from laureat.platform.documents import Language
from laureat.platform.i18n.content import localised
from laureat.rulebook import schema


def check_url(code: str) -> str:
    """The public page that says whether a diploma is valid, as people type it."""
    try:
        path = reverse("showcase:check", args=[code])
    except NoReverseMatch:
        path = f"/check/{code}/"
    return f"{settings.BASE_URL}{path}"


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
        "revoked": _day_ended(honour),
        "declined": honour.declined_at is not None,
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
        "place_ru": _("City, in Russian"),
        "place_en": _("City, in English"),
        "good_ru": _("Good or service, in Russian"),
        "good_en": _("Good or service, in English"),
    }
    return [
        Line(labels[name], getattr(diploma, name), text)
        for name, text in names_of(entry).items()
        if getattr(diploma, name) != text
    ]


def _day_ended(honour: Honour) -> str | None:
    at = honour.revoked_at or honour.declined_at
    if at is None:
        return None
    return at.astimezone(honour.edition.time_zone).date().isoformat()


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
