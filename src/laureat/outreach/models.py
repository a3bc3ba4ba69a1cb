"""Campaigns of letters."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from laureat.platform.clock import now
from laureat.platform.files.models import StoredFile
from laureat.platform.identity import new_uid
from laureat.platform.mail.models import Message
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition


class Campaign(models.Model):
    """One letter of an edition, written to a list."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="campaigns")
    template_key = models.CharField(max_length=60)
    """Key of the letter in the rulebook."""
    language = models.CharField(max_length=2, default="ru")
    region = models.CharField(max_length=2, blank=True)
    dated = models.DateField()
    first_number = models.PositiveIntegerField(default=1)
    """Serial of the first outgoing number."""
    answers_number = models.CharField(max_length=60, blank=True)
    """«на № …»"""
    answers_dated = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(default=now)

    class Meta:
        """Newest first."""

        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.template_key} {self.dated}"


class LetterState(models.TextChoices):
    """Where a letter stands. What the mail system knows comes from its message."""

    DRAFT = "draft", _("draft")
    RENDERED = "rendered", _("ready")
    SENT = "sent", _("handed to mail")
    NO_ADDRESS = "no_address", _("no e-mail address: print and post")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: dict[str, set[str]] = {
    LetterState.DRAFT: {LetterState.RENDERED, LetterState.WITHDRAWN},
    LetterState.RENDERED: {
        LetterState.RENDERED,
        LetterState.SENT,
        LetterState.NO_ADDRESS,
        LetterState.WITHDRAWN,
    },
    LetterState.NO_ADDRESS: {LetterState.RENDERED, LetterState.WITHDRAWN},
    LetterState.SENT: {LetterState.WITHDRAWN},  # only while it still waits in the outbox
    LetterState.WITHDRAWN: set(),
}


class Letter(models.Model):
    """The letter to one organisation."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="letters")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="letters")
    number = models.CharField(max_length=60)
    addressee_post = models.CharField(max_length=200, blank=True)
    addressee_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.DRAFT)
    pdf = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    docx = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """One letter to an organisation in a campaign; numbers are unique in it."""

        ordering = ("campaign", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["campaign", "organisation"], name="one_letter_per_organisation"
            ),
            models.UniqueConstraint(fields=["campaign", "number"], name="one_letter_per_number"),
        )

    def __str__(self) -> str:
        return self.number
