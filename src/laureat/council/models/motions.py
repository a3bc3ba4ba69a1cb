"""Motions, votes, and votes that were declared void."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from laureat.council.models.sessions import Seat, Session
from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.identity import new_uid


class MotionState(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", pgettext_lazy("motion", "to be decided")
    CARRIED = "carried", pgettext_lazy("motion", "carried")
    LOST = "lost", pgettext_lazy("motion", "not carried")
    TIED = "tied", pgettext_lazy("motion", "tied: who presides decides")


MOTION_TRANSITIONS: dict[str, set[str]] = {
    MotionState.OPEN: {MotionState.CARRIED, MotionState.LOST, MotionState.TIED},
    MotionState.TIED: {MotionState.CARRIED, MotionState.LOST, MotionState.OPEN},
    MotionState.CARRIED: {MotionState.OPEN},
    MotionState.LOST: {MotionState.OPEN},
}


class Motion(models.Model):
    """The proposal to give an entry an honour. What is carried is pending until published."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="motions")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="motions")
    honour = models.CharField(max_length=60, blank=True)
    """Key of the honour; "" for "no honour"."""
    order = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=MotionState.choices, default=MotionState.OPEN)
    at_line = models.BooleanField(default=False)
    """Equal with another entry at the line of a cap: the tie rule was used or the chair asked."""
    tie_rule = models.CharField(max_length=60, blank=True)
    line_of = models.CharField(max_length=60, blank=True)
    """Key of the honour at whose line it stands."""
    chair_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    """Place that the chair gave it among equals: the last rule of the tie-break chain."""
    votes_for = models.PositiveSmallIntegerField(default=0)
    votes_against = models.PositiveSmallIntegerField(default=0)
    abstentions = models.PositiveSmallIntegerField(default=0)
    entitled = models.PositiveSmallIntegerField(default=0)
    """Members present and not recused when the votes were counted."""
    tie_broken_by = models.ForeignKey(
        Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who presided and decided when the votes were equal."""
    reason_ru = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    """When its votes were counted: who took part cannot have left before."""
    freed_at = models.DateTimeField(null=True, blank=True)
    """When the laureate declined it and its place became free again (see the rules' `declining`)."""

    class Meta:
        """An entry is proposed for an honour once in a session."""

        ordering = ("session_id", "order")
        constraints = (
            models.UniqueConstraint(
                fields=["session", "entry", "honour"], name="one_motion_per_honour"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.honour or '—'}"

    @property
    def waits_for_order(self) -> bool:
        """Whether it shares too few places with equals whom only who presides can tell apart."""
        asked = self.tie_rule == "chair" and self.chair_rank is None
        return asked and bool(self.honour) and self.honour == self.line_of


class Choice(models.TextChoices):
    """A vote."""

    FOR = "for", pgettext_lazy("vote", "for")
    AGAINST = "against", pgettext_lazy("vote", "against")
    ABSTAIN = "abstain", pgettext_lazy("vote", "abstain")


class Voted(models.Model):
    """That a member has voted on a motion; in an open vote also how."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="voted")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="voted")
    choice = models.CharField(max_length=7, choices=Choice.choices, blank=True)
    """"" in a secret vote: the slip in the box does not know whose it is."""

    class Meta:
        """One vote per member."""

        constraints = (
            models.UniqueConstraint(fields=["motion", "seat"], name="one_vote_per_member"),
        )

    def __str__(self) -> str:
        return f"{self.seat_id} voted"


class Slip(models.Model):
    """An anonymous slip of a secret vote: no member, no time, a random key instead of a count."""

    uid = models.CharField(max_length=16, primary_key=True, default=new_uid)
    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="slips")
    choice = models.CharField(max_length=7, choices=Choice.choices)

    def __str__(self) -> str:
        return self.choice


class Annulment(models.Model):
    """Votes that were declared void, and why: the minutes tell it. It names entry and honour, not
    the motion, which may be changed or leave the agenda afterwards.
    """

    class Cause(models.TextChoices):
        """What made the votes void."""

        REPEATED = "repeated", pgettext_lazy("votes void because", "the vote was repeated")
        LEFT = "left", pgettext_lazy("votes void because", "a member left before the count")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="annulments")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    honour = models.CharField(max_length=60, blank=True)
    cause = models.CharField(max_length=8, choices=Cause.choices)
    at = models.DateTimeField(default=now)
    reason_ru = models.TextField(blank=True)
    """Why the vote was repeated; "" where members left."""
    reason_en = models.TextField(blank=True)
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    """What the first count gave; empty where nobody had counted."""
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        """As it happened."""

        ordering = ("session_id", "at", "pk")

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.cause}"
