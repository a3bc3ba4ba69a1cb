"""Reading campaigns and letters for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.outreach.models import Campaign, Letter, LetterState
from laureat.outreach.permissions import handle_campaign, is_writer, writable_editions
from laureat.outreach.wording import addressee_of
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.mail.models import MessageState
from laureat.registry.models import Region
from laureat.rulebook.models import Edition

_STATES = {
    "drafts": Q(letters__state=LetterState.DRAFT),
    "ready": Q(letters__state=LetterState.RENDERED),
    "sent": Q(letters__state=LetterState.SENT),
    "no_address": Q(letters__state=LetterState.NO_ADDRESS),
    "withdrawn": Q(letters__state=LetterState.WITHDRAWN),
    "failed": Q(letters__message__state=MessageState.FAILED),
}


def campaigns(user: User) -> QuerySet[Campaign]:
    """The campaigns that `user` handles, newest first, with how many letters stand where."""
    return _counted(handle_campaign.of(user)).order_by("-created_at", "-pk")


def _counted(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    counts: dict[str, Any] = {
        name: Count("letters", filter=condition) for name, condition in _STATES.items()
    }
    return rows.select_related("edition__award", "edition__version", "by").annotate(
        total=Count("letters"), **counts
    )


def campaign_of(uid: str) -> Campaign | None:
    """The campaign with this public identifier, with its counts."""
    return _counted(Campaign.objects.filter(uid=uid)).first()


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
        .first()
    )


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
    return {region.code: localised(region, "name") for region in Region.objects.all()}


# ---------------------------------------------------------------- letters of a campaign


@dataclass(frozen=True)
class View:
    """A part of a campaign's letters that can be looked at on its own."""

    key: str
    label: str
    count: int


def views_of(campaign: Campaign) -> list[View]:
    """All letters, and each state that occurs."""
    labels = {
        "drafts": _("drafts"),
        "ready": _("ready"),
        "sent": _("handed to mail"),
        "failed": _("not delivered"),
        "no_address": _("without e-mail"),
        "withdrawn": _("withdrawn"),
    }
    shown = [View("", _("all"), getattr(campaign, "total", 0))]
    shown += [
        View(key, label, getattr(campaign, key))
        for key, label in labels.items()
        if getattr(campaign, key, 0)
    ]
    return shown


def letters(campaign: Campaign, view: str = "") -> QuerySet[Letter]:
    """The letters of a campaign, or those of one view, by number."""
    rows = campaign.letters.select_related("organisation", "message", "pdf", "docx")
    states = {
        "drafts": Q(state=LetterState.DRAFT),
        "ready": Q(state=LetterState.RENDERED),
        "sent": Q(state=LetterState.SENT),
        "no_address": Q(state=LetterState.NO_ADDRESS),
        "withdrawn": Q(state=LetterState.WITHDRAWN),
        "failed": Q(message__state=MessageState.FAILED),
    }
    return rows.filter(states.get(view, Q())).order_by("pk")


@dataclass(frozen=True)
class Line:
    """A letter as the campaign's page shows it."""

    letter: Letter
    state: str
    tone: str
    mail: str
    """What the mail system knows, "" before sending."""
    error: str
    unsure: bool
    """The rules were not sure of the dative, and nobody has corrected it."""


_TONES = {
    LetterState.DRAFT: "quiet",
    LetterState.RENDERED: "neutral",
    LetterState.SENT: "ok",
    LetterState.NO_ADDRESS: "warn",
    LetterState.WITHDRAWN: "quiet",
}


def line_of(letter: Letter) -> Line:
    """A letter with the words and colours of its state."""
    message = letter.message
    failed = message is not None and message.state == MessageState.FAILED
    addressee = addressee_of(letter.organisation, letter.campaign.language)
    untouched = (addressee.post, addressee.name) == (letter.addressee_post, letter.addressee_name)
    return Line(
        letter=letter,
        state=_("not delivered") if failed else str(letter.get_state_display()),
        tone="error" if failed else _TONES[LetterState(letter.state)],
        mail=str(message.get_state_display()) if message and not failed else "",
        error=message.error if message and failed else "",
        unsure=untouched
        and not addressee.sure
        and letter.state not in {LetterState.SENT, LetterState.WITHDRAWN},
    )


# ---------------------------------------------------------------- choosing


def choices(user: User) -> list[tuple[Edition, list[Any]]]:
    """The editions that `user` writes letters for, each with the letters of its rulebook."""
    editions = writable_editions(user).select_related("award", "version").order_by("-year", "pk")
    return [(edition, edition.rules.letters) for edition in editions if edition.rules.letters]


def written_to(edition: Edition, template_key: str) -> set[int]:
    """The organisations that got (or are about to get) this letter already."""
    return set(
        Letter.objects.filter(campaign__edition=edition, campaign__template_key=template_key)
        .exclude(state=LetterState.WITHDRAWN)
        .values_list("organisation_id", flat=True)
    )


# ---------------------------------------------------------------- the desk


def desk_sections(user: User) -> list[Section]:
    """Campaigns with something left to do: drafts, letters ready to go, mail that came back."""
    if not is_writer(user):
        return []
    waiting = campaigns(user).filter(Q(drafts__gt=0) | Q(ready__gt=0) | Q(failed__gt=0))
    items = []
    for campaign in waiting[:20]:
        counts: Any = campaign
        parts = [
            text
            for count, text in (
                (counts.drafts, ngettext("%(n)d draft", "%(n)d drafts", counts.drafts)),
                (
                    counts.ready,
                    ngettext("%(n)d ready to send", "%(n)d ready to send", counts.ready),
                ),
                (
                    counts.failed,
                    ngettext("%(n)d not delivered", "%(n)d not delivered", counts.failed),
                ),
            )
            if count
        ]
        numbers = [counts.drafts, counts.ready, counts.failed]
        detail = ", ".join(
            text % {"n": n} for text, n in zip(parts, filter(None, numbers), strict=True)
        )
        items.append(
            Item(
                title=f"{localised(campaign.edition, 'title')}: {title_of(campaign)}",
                url=reverse("outreach:campaign", args=[campaign.uid]),
                detail=detail,
                state=_("letters waiting"),
                tone="warn" if counts.failed else "",
                urgent=bool(counts.failed),
            )
        )
    return [
        Section(
            _("Letters"),
            items,
            more=reverse("outreach:campaigns"),
            empty=_("No letter waits to be sent."),
        )
    ]
