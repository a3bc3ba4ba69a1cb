"""What is kept about somebody as one who asked or answered: their part of the copy of their data."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from laureat.feedback.models import Question
from laureat.platform.accounts.models import User


def copy_of_questions(user: User) -> list[dict[str, Any]]:
    """The questions about results that they asked or answered, in their own words only."""
    found = Question.objects.filter(Q(asked_by=user) | Q(answered_by=user))
    return [
        {
            "contest": each.entry.edition.chain,
            "entry": each.entry.number,
            "asked_at": each.asked_at if each.asked_by_id == user.pk else None,
            "question": each.text if each.asked_by_id == user.pk else "",
            "answered_at": each.answered_at if each.answered_by_id == user.pk else None,
            "answer": each.answer if each.answered_by_id == user.pk else "",
        }
        for each in found.select_related("entry__edition__award").order_by("pk")
    ]
