"""What assessors do: samples, scorebooks with their marks, visits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from laureat.assessment.models.people import Assessor
from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.identity import new_uid
from laureat.rulebook.models import Edition, Stage


class Sample(models.Model):
    """A coded sample of a blind tasting. The key to the codes is opened when the stage closes."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="samples")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="samples")
    code = models.CharField(max_length=10)
    coded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    coded_at = models.DateTimeField(default=now)
    salt = models.CharField(max_length=16, default=new_uid, editable=False)
    """Keeps the sealed list of codes unguessable until the ledger is told it."""

    class Meta:
        """Codes are unique at a stage."""

        constraints = (
            models.UniqueConstraint(fields=["stage", "code"], name="one_sample_per_code"),
            models.UniqueConstraint(fields=["stage", "entry"], name="one_sample_per_entry"),
        )

    def __str__(self) -> str:
        return self.code


class KeyReader(models.Model):
    """Who saw, before the key was opened, which code is whose: they do not taste at the stage."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="key_readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        """The first look counts."""

        ordering = ("stage_id", "at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["stage", "user"], name="one_first_look_at_a_key"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} knows {self.stage_id}"


class ScorebookKind(models.TextChoices):
    """Whose scorebook it is."""

    INDIVIDUAL = "individual", _("individual")
    CONSENSUS = "consensus", _("consensus")


class ScorebookState(models.TextChoices):
    """Whether a scorebook may still be written."""

    DRAFT = "draft", _("being filled in")
    SIGNED = "signed", _("signed")


SCOREBOOK_TRANSITIONS: dict[str, set[str]] = {
    ScorebookState.DRAFT: {ScorebookState.SIGNED},
    ScorebookState.SIGNED: {ScorebookState.DRAFT},
}


class Scorebook(models.Model):
    """One assessor's (or the team's) marks and comments on one entry at one stage."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="scorebooks")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="scorebooks")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="scorebooks")
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="scorebooks")
    """Who writes it; for a consensus scorebook the lead."""
    kind = models.CharField(max_length=10, choices=ScorebookKind.choices)
    state = models.CharField(
        max_length=6, choices=ScorebookState.choices, default=ScorebookState.DRAFT
    )
    version = models.PositiveIntegerField(default=0)
    """Counts saves: writing over an older state is refused (409), never merged silently."""
    points = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    """Stored total of the marks so far; recomputed in the transaction that changes a mark."""
    filled = models.PositiveSmallIntegerField(default=0)
    """Parts that have a mark."""
    started_at = models.DateTimeField(default=now)
    saved_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    counted = models.BooleanField(null=True, editable=False)
    """Whether the results of the closed stage rest on it; null while that is not known."""
    salt = models.CharField(max_length=16, default=new_uid, editable=False)
    """Without it nobody tries out which marks the journal's record of the signature is about."""

    class Meta:
        """One individual scorebook per assessor, one consensus per entry, at a stage."""

        constraints = (
            models.UniqueConstraint(
                fields=["stage", "entry", "assessor"],
                condition=models.Q(kind="individual"),
                name="one_individual_scorebook",
            ),
            models.UniqueConstraint(
                fields=["stage", "entry"],
                condition=models.Q(kind="consensus"),
                name="one_consensus_scorebook",
            ),
        )
        indexes = (models.Index(fields=["stage", "state"], name="scorebooks_by_state"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


BY_ENTRY = ("entry__serial", "entry_id", "kind", "assessor__serial")
"""The order of the scorebooks of a stage, where it matters: results are computed from them."""


class Mark(models.Model):
    """The mark and comments for one part. Missing (value is null) is never zero."""

    scorebook = models.ForeignKey(Scorebook, on_delete=models.PROTECT, related_name="marks")
    part = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    """On the part's scale: percent, points, level, measured value, or 0/1."""
    points = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    attributes = models.JSONField(default=dict)
    """Attribute marks by key, as strings (RADAR)."""
    strengths = models.TextField(blank=True)
    improvements = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    visit_questions = models.TextField(blank=True)
    settled = models.BooleanField(default=False)
    """In the team's scorebook: saved since it was begun from the means of its members."""

    class Meta:
        """One mark per part."""

        constraints = (
            models.UniqueConstraint(fields=["scorebook", "part"], name="one_mark_per_part"),
        )

    def __str__(self) -> str:
        return f"{self.part}: {self.value}"


class SiteVisit(models.Model):
    """The team at the applicant's place."""

    class State(models.TextChoices):
        """How far the visit is."""

        PLANNED = "planned", _("planned")
        CONFIRMED = "confirmed", _("confirmed by the applicant")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    TRANSITIONS: dict[str, set[str]] = {
        "planned": {"confirmed", "held", "cancelled", "planned"},
        "confirmed": {"held", "cancelled", "planned"},
        "held": set(),
        "cancelled": {"planned"},
    }

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="visits")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="visits")
    starts_on = models.DateField()
    ends_on = models.DateField()
    address = models.CharField(max_length=300)
    agenda = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)

    class Meta:
        """One visit per entry and stage; it ends after it starts."""

        constraints = (
            models.UniqueConstraint(fields=["stage", "entry"], name="one_visit_per_entry"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="a_visit_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.starts_on}"
