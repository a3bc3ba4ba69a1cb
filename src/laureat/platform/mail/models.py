"""The outbox."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from laureat.platform.clock import now
from laureat.platform.files.models import StoredFile
from laureat.platform.identity import new_uid


class MessageState(models.TextChoices):
    """Where a message is on its way."""

    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", pgettext_lazy("mail", "failed")
    CANCELLED = "cancelled", _("cancelled")


TRANSITIONS: dict[str, set[str]] = {
    MessageState.QUEUED: {MessageState.SENDING, MessageState.CANCELLED},
    MessageState.SENDING: {MessageState.SENT, MessageState.FAILED, MessageState.QUEUED},
    MessageState.FAILED: {MessageState.QUEUED},
    MessageState.SENT: {MessageState.QUEUED},
    MessageState.CANCELLED: set(),
}


class Message(models.Model):
    """One mail to one address. Rows are kept: they show who was told what, and when."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    state = models.CharField(
        max_length=9, choices=MessageState.choices, default=MessageState.QUEUED
    )
    to = models.EmailField()
    reply_to = models.EmailField(blank=True)
    """Where an answer goes; "": nowhere, the sender's address takes none."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scope = models.CharField(max_length=130, blank=True, db_index=True)
    """Chain of the edition it belongs to ("" for account mail)."""
    seal = models.CharField(max_length=60, blank=True)
    """What it tells of, where some who handle the edition's mail may not know that yet: see `seals`."""
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    language = models.CharField(max_length=2, default="ru")
    dedupe_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    attachments = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    """Not sent before: the undo window, or the wait before another try."""
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Order and the worker's index."""

        ordering = ("-queued_at", "-pk")
        indexes = (
            models.Index(
                fields=["due_at"], condition=models.Q(state="queued"), name="mail_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"


class Worker(models.Model):
    """One row: when a worker was last seen at its work, whichever of several it was."""

    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M}"
