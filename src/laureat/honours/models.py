"""Honours given in an edition, their diplomas and emblem rights."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.identity import new_uid
from laureat.rulebook.models import Edition, Stage


class HonourState(models.TextChoices):
    """Pending honours are seen by those who decide; published ones by everybody."""

    PENDING = "pending", pgettext_lazy("honour", "pending")
    PUBLISHED = "published", pgettext_lazy("honour", "published")
    REVOKED = "revoked", pgettext_lazy("honour", "revoked")
    DECLINED = "declined", pgettext_lazy("honour", "declined")


TRANSITIONS: dict[str, set[str]] = {
    HonourState.PENDING: {HonourState.PUBLISHED, HonourState.REVOKED},
    HonourState.PUBLISHED: {HonourState.REVOKED, HonourState.DECLINED},
    HonourState.REVOKED: set(),
    HonourState.DECLINED: set(),
}
IN_FORCE = (HonourState.PENDING, HonourState.PUBLISHED)
"""Neither taken back nor declined."""
ENDED = (HonourState.REVOKED, HonourState.DECLINED)


class Honours(models.QuerySet["Honour"]):
    """Honours, with what the public may see of them."""

    def public(self) -> Honours:
        """Published ones, also those taken back; declined ones where the rules show that."""
        told = models.Q(state__in=(HonourState.PUBLISHED, HonourState.REVOKED))
        shown = models.Q(state=HonourState.DECLINED, declined_shown=True)
        return self.filter(told | shown, published_at__isnull=False)

    def concealed(self) -> Honours:
        """Declined ones that the public does not hear of."""
        return self.filter(state=HonourState.DECLINED, declined_shown=False)


class Honour(models.Model):
    """A title given to an entry."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="honours")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="honours")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="honours")
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=9, choices=HonourState.choices, default=HonourState.PENDING)
    decided_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True, blank=True)
    authority_ru = models.CharField(max_length=300, blank=True)
    authority_en = models.CharField(max_length=300, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason_ru = models.TextField(blank=True)
    revoked_reason_en = models.TextField(blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_letter = models.CharField(max_length=100, blank=True)
    """Number of the letter that declined it; "" where the laureate said so in the system."""
    declined_letter_on = models.DateField(null=True, blank=True)
    declined_reason = models.TextField(blank=True)
    """In the laureate's words; read by the office only."""
    declined_shown = models.BooleanField(default=False)
    """Whether the register tells it: the rule of the day it was declined."""

    objects = models.Manager.from_queryset(Honours)()

    class Meta:
        """An entry gets an honour once."""

        ordering = ("edition", "stage__order", "key", "entry__serial")
        constraints = (models.UniqueConstraint(fields=["entry", "key"], name="one_honour_per_key"),)

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.key}"


class Diploma(models.Model):
    """The numbered diploma of a published honour. Its check address says whether it is valid."""

    honour = models.OneToOneField(Honour, on_delete=models.PROTECT, related_name="diploma")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="diplomas")
    number = models.CharField(max_length=40)
    check_code = models.CharField(max_length=16, unique=True, default=new_uid)
    issued_on = models.DateField()
    signed_by_ru = models.CharField(max_length=200)
    signed_by_en = models.CharField(max_length=200)
    holder_ru = models.CharField(max_length=500, blank=True)
    holder_en = models.CharField(max_length=500, blank=True)
    place_ru = models.CharField(max_length=200, blank=True)
    place_en = models.CharField(max_length=200, blank=True)
    good_ru = models.CharField(max_length=500, blank=True)
    good_en = models.CharField(max_length=500, blank=True)
    """What the paper says, as the register said it on the day of issue (`NAMES`)."""
    reissued_on = models.DateField(null=True, blank=True)
    earlier = models.JSONField(default=list, blank=True)
    """What it said before it was corrected, each time: holder, place and good as texts in both
    languages, and until when (ISO date).
    """

    class Meta:
        """Numbers are unique in an edition."""

        constraints = (
            models.UniqueConstraint(fields=["edition", "number"], name="one_diploma_per_number"),
        )

    def __str__(self) -> str:
        return self.number


NAMES = ("holder_ru", "holder_en", "place_ru", "place_en", "good_ru", "good_en")
"""The columns of a diploma that name the holder and the good."""


class EmblemLicence(models.Model):
    """The right to use the emblem, with its term."""

    honour = models.OneToOneField(Honour, on_delete=models.PROTECT, related_name="emblem_licence")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reminded = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many days before this end the applicant was last written to; 0: that it is over."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason_ru = models.TextField(blank=True)
    withdrawn_reason_en = models.TextField(blank=True)

    class Meta:
        """A term begins before it ends."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="term_begins_first"
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"
