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


class Making(models.Model):
    """An order to make the documents of all drafts of a campaign, letter by letter.

    The worker carries it out; where none runs, the page does. Whoever is at it holds it for a
    moment, letter after letter, so that one who is killed lets go by itself.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="makings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    asked_at = models.DateTimeField(default=now)
    made = models.PositiveIntegerField(default=0)
    held_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """When all were made, somebody stopped it, or a letter could not be made."""
    stuck_at = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """The letter that could not be made."""

    class Meta:
        """One at a time for a campaign."""

        ordering = ("campaign", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_making_per_campaign",
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.made}"
