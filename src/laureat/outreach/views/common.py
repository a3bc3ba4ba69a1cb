"""Whom the pages of letters let in."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from laureat.outreach import queries
from laureat.outreach.models import Campaign, Letter
from laureat.outreach.permissions import handle_campaign, is_writer
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied


def writer(request: HttpRequest) -> User:
    """The reader, who writes letters. Raises Denied."""
    user = request.user
    if not isinstance(user, User) or not is_writer(user):
        raise Denied(_("Only secretaries and organisers write letters."))
    return user


def campaign_or_404(request: HttpRequest, uid: str) -> Campaign:
    """A campaign that the reader handles. Raises Http404, Denied."""
    campaign = queries.campaign_of(uid)
    if campaign is None:
        raise Http404
    handle_campaign.require(request.user, campaign)
    return campaign


def letter_or_404(request: HttpRequest, uid: str) -> Letter:
    """A letter of a campaign that the reader handles. Raises Http404, Denied."""
    letter = queries.letter_of(uid)
    if letter is None:
        raise Http404
    handle_campaign.require(request.user, letter.campaign)
    return letter
