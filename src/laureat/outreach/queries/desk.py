"""Letters on the desk of those who write them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.outreach.permissions import is_writer
from laureat.outreach.queries.campaigns import campaigns, left_alone, title_of
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.platform.mail.queries import worker_missing


def desk_sections(user: User) -> list[Section]:
    """Campaigns with something left to do: drafts, letters ready to go, mail that came back."""
    if not is_writer(user):
        return []
    waiting = campaigns(user).filter(Q(drafts__gt=0) | Q(ready__gt=0) | Q(failed__gt=0))
    listed: list[Any] = list(waiting.annotate(alone=left_alone())[:20])
    # Asked only where it matters: a worker that is there will come.
    no_worker = any(campaign.alone for campaign in listed) and worker_missing() is not None
    return [
        Section(
            _("Letters"),
            [_item(campaign, alone=campaign.alone and no_worker) for campaign in listed],
            more=reverse("outreach:campaigns"),
            empty=_("No letter waits to be sent."),
        )
    ]


def _item(campaign: Any, *, alone: bool) -> Item:
    """`alone`: its letters are being made, but nobody is there to do it."""
    told = (
        (campaign.drafts, ngettext("%(n)d draft", "%(n)d drafts", campaign.drafts)),
        (campaign.ready, ngettext("%(n)d ready to send", "%(n)d ready to send", campaign.ready)),
        (campaign.failed, ngettext("%(n)d not delivered", "%(n)d not delivered", campaign.failed)),
    )
    return Item(
        title=f"{localised(campaign.edition, 'title')}: {title_of(campaign)}",
        url=reverse("outreach:campaign", args=[campaign.uid]),
        detail=", ".join(
            [
                *(text % {"n": count} for count, text in told if count),
                *([_("nobody makes them: open the campaign, its page goes on")] if alone else []),
            ]
        ),
        state=_("letters waiting"),
        tone="warn" if campaign.failed or alone else "",
        urgent=bool(campaign.failed or alone),
        todo=True,
    )
