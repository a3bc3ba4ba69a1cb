"""Feedback reports."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from laureat.intake.models import Entry
from laureat.platform.clock import now
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
