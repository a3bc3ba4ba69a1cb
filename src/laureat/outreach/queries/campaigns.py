"""Campaigns and letters, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from laureat.outreach.models import Campaign, Letter, LetterState, Making
from laureat.outreach.permissions import handle_campaign, writable_editions
from laureat.outreach.queries.invitations import invites, takes_no_more
from laureat.outreach.wording import addressee_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail.models import MessageState
from laureat.platform.mail.queries import NoWorker, oldest_waiting, worker_missing
from laureat.registry.queries import regions
from laureat.rulebook.models import Edition

_WAITS = (MessageState.QUEUED, MessageState.SENDING)


def _standing(letter: str = "") -> dict[str, Q]:
    """Where letters can stand, as conditions on a letter; `letter` is the way to it.

    Of what was handed to the mail, the mail tells: in the queue is not sent.
    """

    def handed(*states: str) -> Q:
        return Q(**{f"{letter}state": LetterState.SENT, f"{letter}message__state__in": states})

    return {
        "drafts": Q(**{f"{letter}state": LetterState.DRAFT}),
        "ready": Q(**{f"{letter}state": LetterState.RENDERED}),
        "queued": handed(*_WAITS),
        "sent": handed(MessageState.SENT),
        "failed": handed(MessageState.FAILED),
        "stopped": handed(MessageState.CANCELLED),
        "no_address": Q(**{f"{letter}state": LetterState.NO_ADDRESS}),
        "withdrawn": Q(**{f"{letter}state": LetterState.WITHDRAWN}),
    }


def campaigns(user: User) -> QuerySet[Campaign]:
    """The campaigns that `user` handles, newest first, with how many letters stand where."""
    return _counted(handle_campaign.of(user)).order_by("-created_at", "-pk")


def _counted(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    counts: dict[str, Any] = {
        name: Count("letters", filter=condition)
        for name, condition in _standing("letters__").items()
    }
    return rows.select_related("edition__award", "edition__version", "by").annotate(
        total=Count("letters"), **counts
    )


def campaign_of(uid: str) -> Campaign | None:
    """The campaign with this public identifier, with its counts.

    Also `silent`: letters ready to go whose organisation has no e-mail; `reachable`: letters that
    waited for an address which is known now.
    """
    no_mail, standing = Q(letters__organisation__email=""), _standing("letters__")
    return (
        _counted(Campaign.objects.filter(uid=uid))
        .annotate(
            silent=Count("letters", filter=standing["ready"] & no_mail),
            reachable=Count("letters", filter=standing["no_address"] & ~no_mail),
        )
        .first()
    )


def letter_of(uid: str) -> Letter | None:
    """The letter with this public identifier, with all it points at."""
    return (
        Letter.objects.filter(uid=uid)
        .select_related(
            "campaign__edition__award",
            "campaign__edition__version",
            "organisation",
            "pdf",
            "docx",
            "message",
        )
        .order_by()
        .first()
    )


def letters_handled(user: User) -> QuerySet[Letter]:
    """The letters of the campaigns that `user` handles."""
    return Letter.objects.filter(campaign__in=handle_campaign.of(user))


def edition_called(name: str) -> Edition:
    """The edition with this name, award/edition. Raises Refused that tells which there are."""
    award, _slash, key = name.partition("/")
    editions = Edition.objects.select_related("award", "version")
    found = editions.filter(award__key=award, key=key).first()
    if found is None:
        known = ", ".join(each.chain for each in editions) or "—"
        raise Refused(
            _("There is no edition «%(edition)s». Known: %(known)s.")
            % {"edition": name, "known": known}
        )
    return found


def latest_campaign(edition: Edition, template_key: str) -> Campaign | None:
    """The newest campaign of a letter."""
    return (
        Campaign.objects.filter(edition=edition, template_key=template_key)
        .order_by("-created_at", "-pk")
        .first()
    )


def title_of(campaign: Campaign) -> str:
    """What the rulebook calls the letter, in the reader's language."""
    for letter in campaign.edition.rules.letters:
        if letter.key == campaign.template_key:
            return localised(letter, "title")
    return campaign.template_key


def region_names() -> dict[str, str]:
    """The names of all regions by code, in the reader's language."""
    return {region.code: localised(region, "name") for region in regions()}


# ---------------------------------------------------------------- letters of a campaign


LABELS: dict[str, tuple[Any, str]] = {
    "drafts": (_("drafts"), "quiet"),
    "ready": (_("ready to send"), "neutral"),
    "queued": (_("in the queue"), "warn"),
    "sent": (pgettext_lazy("letter", "sent"), "ok"),
    "failed": (_("not delivered"), "error"),
    "stopped": (_("stopped in the outbox"), "warn"),
    "no_address": (_("without e-mail: to be posted"), "warn"),
    "withdrawn": (pgettext_lazy("letters", "withdrawn"), "quiet"),
}
"""What a standing is called, and its colour."""


@dataclass(frozen=True)
class View:
    """A part of a campaign's letters that can be looked at on its own."""

    key: str
    label: str
    count: int


def views_of(campaign: Campaign) -> list[View]:
    """All letters, and each standing that occurs."""
    shown = [View("", gettext("all"), getattr(campaign, "total", 0))]
    return shown + [
        View(key, str(label), getattr(campaign, key))
        for key, (label, _tone) in LABELS.items()
        if getattr(campaign, key, 0)
    ]


def count_in(campaign: Campaign, view: str) -> int:
    """How many letters `letters` finds, of a campaign that came with its counts."""
    return int(getattr(campaign, view if view in LABELS else "total"))


def letters(campaign: Campaign, view: str = "") -> QuerySet[Letter]:
    """The letters of a campaign, or those of one view, by number."""
    rows = campaign.letters.select_related("organisation__region", "message", "pdf", "docx")
    return rows.filter(_standing().get(view, Q())).order_by("pk")


def standing_of(letter: Letter) -> str:
    """Where a letter stands: a key of `LABELS`."""
    if letter.state != LetterState.SENT:
        return _OF_STATE[LetterState(letter.state)]
    state = letter.message.state if letter.message else MessageState.QUEUED
    return _OF_MAIL[MessageState(state)]


_OF_STATE = {
    LetterState.DRAFT: "drafts",
    LetterState.RENDERED: "ready",
    LetterState.NO_ADDRESS: "no_address",
    LetterState.WITHDRAWN: "withdrawn",
}
_OF_MAIL = {
    MessageState.QUEUED: "queued",
    MessageState.SENDING: "queued",
    MessageState.SENT: "sent",
    MessageState.FAILED: "failed",
    MessageState.CANCELLED: "stopped",
}


@dataclass(frozen=True)
class Line:
    """A letter as the campaign's page shows it."""

    letter: Letter
    standing: str
    state: str
    tone: str
    since: datetime | None
    """When it left."""
    sent_to: str
    """Where it was sent, if the register names another address today."""
    error: str
    """What the mail said the last time, also while it tries again."""
    unsure: bool
    """The rules were not sure of the dative, and nobody has corrected it."""
    correctable: bool
    withdrawable: bool
    resendable: bool


def line_of(letter: Letter) -> Line:
    """A letter with the words and colours of its standing, and what can be done with it."""
    standing = standing_of(letter)
    label, tone = LABELS[standing]
    message = letter.message
    addressee = addressee_of(letter.organisation, letter.campaign.language)
    untouched = (addressee.post, addressee.name) == (letter.addressee_post, letter.addressee_name)
    correctable = standing in {"drafts", "ready", "no_address"}
    return Line(
        letter=letter,
        standing=standing,
        state=_one(standing, label),
        tone=tone,
        since=message.sent_at if message and standing == "sent" else None,
        sent_to=message.to if message and message.to != letter.organisation.email else "",
        error=message.error if message and standing in {"queued", "failed"} else "",
        unsure=correctable and untouched and not addressee.sure,
        correctable=correctable,
        withdrawable=correctable or standing in {"queued", "stopped"},
        resendable=standing in {"sent", "failed", "stopped"},
    )


def _one(standing: str, label: Any) -> str:
    """What the standing of a single letter is called, where that of many has another word."""
    if standing == "drafts":
        return gettext("draft")
    return pgettext("letter", "withdrawn") if standing == "withdrawn" else str(label)


@dataclass(frozen=True)
class InTheMaking:
    """How the making of a campaign's documents stands."""

    going_on: bool
    held: bool
    """Somebody is at it just now."""
    idle: bool
    """Nobody has been at it for a while: the page goes on itself."""
    stuck_at: str
    """Number of the letter at which the last order ended, while it is a draft."""
    no_worker: NoWorker | None = None
    """Nobody has been at it for minutes, and no worker is there to come: only an open page goes on."""


WAITED = timedelta(minutes=2)
"""So long an order may wait before somebody asks where the worker is."""
IDLE_AFTER = timedelta(seconds=12)
"""The worker rests five seconds between its rounds, and may have mail to send first."""


def making_of(campaign: Campaign) -> InTheMaking:
    """The last order of a campaign with its counts (one query); none once all are made."""
    counts: Any = campaign
    orders = campaign.makings.select_related("stuck_at").order_by("-pk")
    order = orders.first() if counts.drafts else None
    if order is None:
        return InTheMaking(going_on=False, held=False, idle=False, stuck_at="")
    stuck, last_at_it = order.stuck_at, order.held_until or order.asked_at
    waits = order.ended_at is None and now() - order.asked_at > WAITED
    return InTheMaking(
        no_worker=worker_missing() if waits else None,
        going_on=order.ended_at is None,
        held=last_at_it > now(),
        idle=now() - last_at_it > IDLE_AFTER,
        stuck_at=stuck.number if stuck and stuck.state == LetterState.DRAFT else "",
    )


def left_alone() -> Exists:
    """Whether the letters of a campaign are being made, but nobody has been at it for minutes."""
    free = Q(held_until=None) | Q(held_until__lt=now() - WAITED)
    orders = Making.objects.filter(
        free, campaign=OuterRef("pk"), ended_at__isnull=True, asked_at__lt=now() - WAITED
    )
    return Exists(orders)


STALLED_AFTER = timedelta(minutes=15)


def waits_since() -> datetime | None:
    """Since when mail waits that should have left long ago: nobody delivers it; else None."""
    oldest = oldest_waiting()
    return oldest if oldest and now() - oldest > STALLED_AFTER else None


# ---------------------------------------------------------------- choosing


@dataclass(frozen=True)
class Choices:
    """The letters that somebody may write."""

    letters: list[tuple[Edition, list[Any]]]
    """The editions, each with the letters of its rulebook."""
    over: list[Edition]
    """Editions that take no applications any more, of those with a letter that asks for them."""


def choices(user: User) -> Choices:
    """The editions that `user` writes letters for, each with the letters of its rulebook."""
    editions = writable_editions(user).select_related("award", "version")
    found = Choices([], [])
    for edition in editions.prefetch_related("stages").order_by("-year", "pk"):
        letters = list(edition.rules.letters)
        if any(invites(letter) for letter in letters) and takes_no_more(edition):
            found.over.append(edition)
        if letters:
            found.letters.append((edition, letters))
    return found


def written_to(edition: Edition, template_key: str = "") -> set[int]:
    """The organisations that got (or are about to get) this letter already; "": any letter."""
    letters = Letter.objects.filter(campaign__edition=edition).exclude(state=LetterState.WITHDRAWN)
    if template_key:
        letters = letters.filter(campaign__template_key=template_key)
    return set(letters.values_list("organisation_id", flat=True))
