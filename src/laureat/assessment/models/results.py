"""What a stage found, frozen when it is closed."""

from __future__ import annotations

from django.db import models

from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.identity import new_uid
from laureat.rulebook.models import Stage


class Result(models.Model):
    """What a closed assessment stage found for an entry. Frozen with its method."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="results")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="results")
    method = models.CharField(max_length=10)
    points = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    """By the stage's method; null when nothing was scored (missing is never zero)."""
    beside = models.JSONField(default=dict)
    """Points by other methods, as strings: mean, median, trimmed, consensus, fair."""
    raw = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    """Mean of the signed scorebooks, before any correction."""
    fair = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    """Points at mean severity; null where they cannot be estimated."""
    low = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    """Interval of 90 % of the fair points."""
    model = models.CharField(max_length=6, blank=True)
    """Model of the fair points: linear, rsm, pcm; raw where the rules ask for none."""
    science = models.CharField(max_length=12, blank=True)
    """Version of the methods that computed it (`laureat.science.judging.VERSION`)."""
    fallback = models.CharField(max_length=20, blank=True)
    """Why the raw mean counts where the rules ask for fair points; or why there are none."""
    rank_low = models.PositiveIntegerField(null=True, blank=True)
    rank_high = models.PositiveIntegerField(null=True, blank=True)
    """Interval of 90 % of the rank by fair points."""
    chance = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    """That the entry is truly above the line; null where there is no line."""
    zone = models.CharField(max_length=7, blank=True)
    """yes, discuss, no; empty where there is no line."""
    parts = models.JSONField(default=dict)
    """Points by part key, as strings."""
    scorebooks = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveIntegerField(null=True, blank=True)
    """Within the gate's group; equal points share a rank."""
    tied_at_line = models.BooleanField(default=False)
    computed_at = models.DateTimeField(default=now)
    salt = models.CharField(max_length=16, default=new_uid, editable=False)
    """Enters the digest of the results in the journal, so that points cannot be tried out."""

    class Meta:
        """One result per entry and stage."""

        ordering = ("stage_id", "rank", "pk")
        constraints = (
            models.UniqueConstraint(fields=["stage", "entry"], name="one_result_per_entry"),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.points}"


class Judging(models.Model):
    """How the assessors of a closed stage judged: computed once, frozen beside its results."""

    stage = models.OneToOneField(Stage, on_delete=models.PROTECT, related_name="judging")
    figures = models.JSONField()
    """Plain values, assessors by number: `actions.judging.Figures`."""
    digest = models.CharField(max_length=64)
    """SHA-256 over the scorebooks they rest on."""
    science = models.CharField(max_length=12)
    """Version of the methods (`laureat.science.judging.VERSION`)."""
    computed_at = models.DateTimeField(default=now)
    salt = models.CharField(max_length=16, default=new_uid, editable=False)
    """Enters the digest of the figures in the journal."""

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.digest[:12]}"
