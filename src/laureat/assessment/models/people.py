"""Who judges, why somebody must not, and who was asked for what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.identity import new_uid
from laureat.registry.models import Organisation, Sector
from laureat.rulebook.models import Edition, Stage


class Assessor(models.Model):
    """A person as an assessor of one edition."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="assessors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessors"
    )
    serial = models.PositiveIntegerField()
    """«Эксперт 2»: what others see."""
    region = models.CharField(max_length=2, blank=True)
    may_lead = models.BooleanField(default=False)
    newcomer = models.BooleanField(default=False)
    max_load = models.PositiveSmallIntegerField(default=10)
    sectors = models.ManyToManyField(Sector, blank=True, related_name="+")
    works_for = models.ManyToManyField(Organisation, blank=True, related_name="+")
    """Ties that rule out judging these organisations (detected conflicts)."""
    stages = models.JSONField(default=list)
    """Keys of the stages the person works in; empty means all."""
    active = models.BooleanField(default=True)

    class Meta:
        """A person is an assessor of an edition once."""

        ordering = ("edition", "serial")
        constraints = (
            models.UniqueConstraint(fields=["edition", "user"], name="one_assessor_per_person"),
            models.UniqueConstraint(fields=["edition", "serial"], name="one_assessor_per_serial"),
        )

    def __str__(self) -> str:
        return f"assessor {self.serial}"


class Tie(models.TextChoices):
    """A conflict of interest that is found, not told."""

    EMPLOYER = "employer", _("Works for this organisation")
    APPLICANT = "applicant", _("Acts for this organisation as an applicant")
    INN = "inn", _("Works for an organisation with the same INN %(about)s")
    DOMAIN = "domain", _("Mail address of the organisation's domain %(about)s")


class Conflict(models.Model):
    """A reason why an assessor must not judge an organisation. Kept even when lifted."""

    class Kind(models.TextChoices):
        """How it came to be known."""

        DECLARED = "declared", _("declared by the assessor")
        DETECTED = "detected", _("found by the system")
        APPLICANT = "applicant", _("named by the applicant")

    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    reason = models.TextField(blank=True)
    """As somebody wrote it; empty where it was found."""
    tie = models.CharField(max_length=9, choices=Tie.choices, blank=True)
    about = models.CharField(max_length=254, blank=True)
    """What was found, said to each reader in their language: `said`."""
    at = models.DateTimeField(default=now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        """One conflict in force per pair."""

        constraints = (
            models.UniqueConstraint(
                fields=["assessor", "organisation"],
                condition=models.Q(lifted_at__isnull=True),
                name="one_conflict_per_pair",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessor_id} ↯ {self.organisation_id}"

    @property
    def said(self) -> str:
        """The reason in the reader's language, as far as nobody wrote it."""
        if self.reason or not self.tie:
            return self.reason
        return str(Tie(self.tie).label) % {"about": self.about}


class AssignmentState(models.TextChoices):
    """What became of asking an assessor. Declining and having a conflict are different."""

    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted: no conflict of interest")
    DECLINED = "declined", _("declined")
    CONFLICTED = "conflicted", _("conflict of interest")
    REMOVED = "removed", _("released by the secretary")


LIVE = (AssignmentState.PROPOSED, AssignmentState.ACCEPTED)
"""Asked or at work: who counts as being in a team."""

ASSIGNMENT_TRANSITIONS: dict[str, set[str]] = {
    AssignmentState.PROPOSED: {
        AssignmentState.ACCEPTED,
        AssignmentState.DECLINED,
        AssignmentState.CONFLICTED,
        AssignmentState.REMOVED,
    },
    AssignmentState.ACCEPTED: {
        AssignmentState.DECLINED,
        AssignmentState.CONFLICTED,
        AssignmentState.REMOVED,
    },
    AssignmentState.DECLINED: {AssignmentState.PROPOSED},
    AssignmentState.REMOVED: {AssignmentState.PROPOSED},
    AssignmentState.CONFLICTED: set(),
}


class Assignment(models.Model):
    """An assessor asked to judge an entry at a stage. Before accepting, no material is shown."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="assignments")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="assignments")
    lead = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=AssignmentState.choices, default=AssignmentState.PROPOSED
    )
    reason = models.TextField(blank=True)
    conflict = models.ForeignKey(
        Conflict, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """What ended it, where that was a conflict of interest."""
    why = models.CharField(max_length=300, blank=True)
    """Why this pair was proposed."""
    moved_at = models.DateTimeField(default=now)

    class Meta:
        """An assessor is asked once per entry and stage."""

        constraints = (
            models.UniqueConstraint(
                fields=["stage", "entry", "assessor"], name="one_assignment_per_pair"
            ),
        )
        indexes = (models.Index(fields=["assessor", "state"], name="assignments_of_assessor"),)

    def __str__(self) -> str:
        return f"{self.assessor_id} → {self.entry_id}"

    @property
    def said(self) -> str:
        """Why it ended, in the reader's language as far as nobody wrote it."""
        return self.conflict.said if self.conflict and not self.reason else self.reason


class Pairing(models.Model):
    """What the secretary wants of a pair before teams are proposed. Nobody is asked by it."""

    class Wish(models.TextChoices):
        """Must the pair meet, or must it not?"""

        MUST = "must", _("must judge it")
        NEVER = "never", _("must not judge it")

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="pairings")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="pairings")
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="pairings")
    wish = models.CharField(max_length=5, choices=Wish.choices)
    at = models.DateTimeField(default=now)

    class Meta:
        """One wish per pair and stage."""

        constraints = (
            models.UniqueConstraint(
                fields=["stage", "entry", "assessor"], name="one_wish_per_pair"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessor_id} {self.wish} {self.entry_id}"
