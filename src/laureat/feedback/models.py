"""Feedback reports, and what applicants ask about their results."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from laureat.council.models import Session
from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.files.models import StoredFile
from laureat.platform.identity import new_uid


class ReportState(models.TextChoices):
    """Drafts are edited by the secretary; released reports are read by the applicant."""

    DRAFT = "draft", _("draft")
    RELEASED = "released", _("released")


TRANSITIONS: dict[str, set[str]] = {
    ReportState.DRAFT: {ReportState.RELEASED},
    ReportState.RELEASED: set(),
}


class Report(models.Model):
    """What an applicant gets: the frozen content from which the page and the PDF are made."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="report")
    state = models.CharField(max_length=8, choices=ReportState.choices, default=ReportState.DRAFT)
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    made_at = models.DateTimeField(default=now)
    released_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"report of {self.entry_id}"


class QuestionState(models.TextChoices):
    """A question waits, then it is answered: once, for good."""

    OPEN = "open", pgettext_lazy("question", "waits for an answer")
    ANSWERED = "answered", pgettext_lazy("question", "answered")


QUESTION_TRANSITIONS: dict[str, set[str]] = {
    QuestionState.OPEN: {QuestionState.ANSWERED},
    QuestionState.ANSWERED: set(),
}


class Question(models.Model):
    """What an applicant asks about a result, and the answer of the secretary.

    It knows nothing of assessors: who judged is told neither by the question nor by the answer.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="result_questions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=8, choices=QuestionState.choices, default=QuestionState.OPEN
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=now)
    due_on = models.DateField()
    """Until when the rules want an answer."""
    text = models.TextField()
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answer_file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """At which session the panel is asked; the motion is that of the entry for `honour`."""
    honour = models.CharField(max_length=60, blank=True)

    class Meta:
        """Numbered within an entry; the longest waiting first."""

        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["entry", "number"], name="one_question_per_number"),
        )
        indexes = (models.Index(fields=["state", "due_on"], name="questions_by_state"),)

    def __str__(self) -> str:
        return f"question {self.number} of {self.entry_id}"
