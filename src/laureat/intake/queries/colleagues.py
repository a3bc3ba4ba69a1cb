"""Colleagues who were asked to help."""

from __future__ import annotations

from django.http import Http404

from laureat.intake.models import Colleague, Entry
from laureat.platform.accounts.models import User


def colleagues_of(entry: Entry) -> list[Colleague]:
    """Who was invited to work on the entries of this organisation in this edition (one query)."""
    return list(
        Colleague.objects.filter(
            edition=entry.edition_id, organisation=entry.organisation_id, ended_at__isnull=True
        )
        .select_related("user", "invited_by")
        .order_by("invited_at", "pk")
    )


def colleague_of(entry: Entry, uid: str) -> Colleague:
    """One of them; 404 if it is none of this entry's."""
    for each in colleagues_of(entry):
        if each.uid == uid:
            each.edition, each.organisation = entry.edition, entry.organisation
            return each
    raise Http404


def invitation_of(uid: str) -> Colleague:
    """An invitation with what its page shows; 404 if there is none."""
    row = (
        Colleague.objects.select_related("edition__award", "organisation", "invited_by")
        .filter(uid=uid)
        .first()
    )
    if row is None:
        raise Http404
    return row


def invitations_to(user: User) -> list[Colleague]:
    """The invitations that `user` has not answered (one query)."""
    return list(
        Colleague.objects.filter(
            email=user.email.lower(), accepted_at__isnull=True, ended_at__isnull=True
        )
        .exclude(email="")
        .select_related("edition", "organisation")
        .order_by("invited_at")[:20]
    )
