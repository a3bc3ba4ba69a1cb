"""What is kept about somebody as an applicant: their part of the copy of their data."""

from __future__ import annotations

from typing import Any

from laureat.intake.models import Colleague, Entry
from laureat.platform.accounts.models import User


def copy_of_applications(user: User) -> list[dict[str, Any]]:
    """The applications that they began."""
    begun = Entry.objects.filter(created_by=user).select_related("edition__award", "organisation")
    return [
        {
            "contest": each.edition.chain,
            "number": each.number,
            "organisation": each.organisation.name_ru,
            "state": each.state,
            "began_at": each.created_at,
            "submitted_at": each.submitted_at,
        }
        for each in begun.order_by("pk")
    ]


def copy_of_invitations(user: User) -> list[dict[str, Any]]:
    """Where they were asked to fill in an application with others."""
    asked = Colleague.objects.filter(user=user).select_related("edition__award", "organisation")
    return [
        {
            "contest": each.edition.chain,
            "organisation": each.organisation.name_ru,
            "email": each.email,
            "may_submit": each.may_submit,
            "invited_at": each.invited_at,
            "accepted_at": each.accepted_at,
            "ended_at": each.ended_at,
        }
        for each in asked.order_by("pk")
    ]
