"""Assessors, conflicts, teams, scorebooks, visits, samples and results."""

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
    reason = models.TextField()
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
    why = models.CharField(max_length=300, blank=True)
    """Why this pair was proposed."""
    moved_at = models.DateTimeField(default=now)

    class Meta:
        """An assessor is asked once per entry and stage."""

        ordering = ("stage", "entry", "-lead", "assessor__serial")
        constraints = (
            models.UniqueConstraint(
                fields=["stage", "entry", "assessor"], name="one_assignment_per_pair"
            ),
        )
        indexes = (models.Index(fields=["assessor", "state"], name="assignments_of_assessor"),)

    def __str__(self) -> str:
        return f"{self.assessor_id} → {self.entry_id}"


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

        ordering = ("stage", "entry", "assessor__serial")
        constraints = (
            models.UniqueConstraint(
                fields=["stage", "entry", "assessor"], name="one_wish_per_pair"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessor_id} {self.wish} {self.entry_id}"


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
    salt = models.CharField(max_length=16, default=new_uid, editable=False)
    """Without it nobody tries out which marks the journal's record of the signature is about."""

    class Meta:
        """One individual scorebook per assessor, one consensus per entry, at a stage."""

        ordering = ("stage", "entry", "kind", "assessor__serial")
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

        ordering = ("stage", "rank", "pk")
        constraints = (
            models.UniqueConstraint(fields=["stage", "entry"], name="one_result_per_entry"),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.points}"
