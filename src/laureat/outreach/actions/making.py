"""Making many letters: ordered by a person, carried out by the worker, letter by letter.

Whoever is killed in between loses the letter in hand at most: its documents are made anew.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from laureat.outreach.actions.rendering import Made, keep, make, note, render_letters
from laureat.outreach.models import Campaign, Letter, LetterState, Making
from laureat.outreach.permissions import handle_campaign
from laureat.outreach.wording import Calendar
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused

logger = logging.getLogger(__name__)
HANDFUL = 5
"""So many letters are made while the person waits: about a second's work."""
HELD = timedelta(seconds=30)
"""How long whoever makes letters holds the order after each of them."""
ROUND = 10.0
"""Seconds that the worker gives to letters before it looks after the mail again."""
PORTION = 1.5
"""Seconds that a page gives, where no worker does it."""


def make_letters(campaign: Campaign, *, by: User | None) -> bool:
    """Make the documents of all drafts: a handful at once, more of them as an order for the worker.

    With an order given before, a portion is made now unless somebody is at it. Returns whether
    all are made. Raises Denied, Refused (a letter cannot be made; there is nothing to make).
    """
    if by is not None:
        handle_campaign.require(by, campaign)
    drafts = _drafts(campaign).count()
    if not drafts:
        raise Refused(_("No letter of this campaign is a draft: there is nothing to make."))
    order = campaign.makings.filter(ended_at__isnull=True).first()
    if order is not None:
        _carry_on(order, PORTION)
    elif drafts <= HANDFUL or _stuck(campaign):
        render_letters(campaign, by=by, at_most=HANDFUL)
    else:
        _order(campaign, by)
    return not _drafts(campaign).exists()


def _drafts(campaign: Campaign) -> QuerySet[Letter]:
    return campaign.letters.filter(state=LetterState.DRAFT)


@transaction.atomic
def _order(campaign: Campaign, by: User | None) -> None:
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not campaign.makings.filter(ended_at__isnull=True).exists():
        Making.objects.create(campaign=campaign, by=by)


@transaction.atomic
def stop_making(campaign: Campaign, *, by: User | None) -> int:
    """Leave the drafts that are not made yet as drafts; what is made stays. Returns how many are.

    Raises Denied, Refused (nothing is being made).
    """
    if by is not None:
        handle_campaign.require(by, campaign)
    order = (
        Making.objects.select_for_update(of=("self",))
        .filter(campaign=campaign, ended_at__isnull=True)
        .first()
    )
    if order is None:
        raise Refused(_("The letters of this campaign are not being made."))
    _end(order)
    return order.made


def make_waiting(seconds: float = ROUND) -> int:
    """Go on with the orders, the oldest first, for about so many seconds: the worker's job."""
    until, done = monotonic() + seconds, 0
    orders = Making.objects.filter(ended_at__isnull=True).order_by("asked_at", "pk")
    for order in orders.select_related("campaign__edition__award", "campaign__edition__version"):
        done += _carry_on(order, until - monotonic())
        if monotonic() >= until:
            break
    return done


def _carry_on(order: Making, seconds: float) -> int:
    """Make letters for about so many seconds, one at least; nothing if somebody else is at it."""
    free = Q(held_until__isnull=True) | Q(held_until__lte=now())
    mine = Making.objects.filter(free, pk=order.pk, ended_at__isnull=True)
    if not mine.update(held_until=now() + HELD):
        return 0
    until, done = monotonic() + seconds, 0
    calendar = Calendar(order.campaign.edition)
    try:
        while _one(order, calendar):
            done += 1
            if monotonic() >= until:
                break
        if not _drafts(order.campaign).exists():
            _ended(order)
    finally:
        _let_go(order)
    return done


def _let_go(order: Making) -> None:
    Making.objects.filter(pk=order.pk, ended_at__isnull=True).update(held_until=now())


def _one(order: Making, calendar: Calendar) -> bool:
    """Make the next draft; False if there is none, or the order has ended."""
    letter = (
        _drafts(order.campaign)
        .select_related("organisation", "campaign__edition__award", "campaign__edition__version")
        .order_by("pk")
        .first()
    )
    if letter is None:
        return _ended(order)
    try:
        made = make(letter, calendar)
    except Exception:  # whatever it is, the others must not wait for it in every round
        logger.exception("letter %s cannot be made", letter.uid)
        return _ended(order, stuck_at=letter)
    return _kept(order, letter, made)


@transaction.atomic
def _kept(order: Making, letter: Letter, made: Made) -> bool:
    row = Making.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if row.ended_at is not None:
        return False
    # A letter that was changed meanwhile stays a draft and is met again.
    done = keep(letter, made, only_draft=True)
    Making.objects.filter(pk=row.pk).update(made=F("made") + int(done), held_until=now() + HELD)
    return True


@transaction.atomic
def _ended(order: Making, stuck_at: Letter | None = None) -> bool:
    row = Making.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if row.ended_at is None:
        _end(row, stuck_at)
    return False


def end_orders(campaign: Campaign) -> None:
    """End what was ordered, in the caller's transaction and before any letter is locked."""
    rows = Making.objects.select_for_update(of=("self",)).filter(campaign=campaign)
    for order in rows.filter(ended_at__isnull=True):
        _end(order)


def _end(row: Making, stuck_at: Letter | None = None) -> None:
    row.ended_at, row.stuck_at = now(), stuck_at
    row.save(update_fields=["ended_at", "stuck_at"])
    if row.made:
        note(row.campaign, row.made, row.by)


def _stuck(campaign: Campaign) -> bool:
    """Whether the last order met a letter that cannot be made: then the person shall read why."""
    last = campaign.makings.select_related("stuck_at").order_by("-pk").first()
    return bool(last and last.stuck_at and last.stuck_at.state == LetterState.DRAFT)
