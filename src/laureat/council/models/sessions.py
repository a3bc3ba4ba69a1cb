"""Panels, who sits in them, their sessions and who is there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from laureat.intake.models import Entry
from laureat.platform.clock import now
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.latin import called
from laureat.platform.identity import new_uid
from laureat.rulebook.models import Edition, Stage


class Panel(models.Model):
    """A council or commission of an edition (one row per region where it is regional)."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="panels")
    key = models.CharField(max_length=60)
    region = models.CharField(max_length=2, blank=True)
    title_ru = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)

    class Meta:
        """Key per region."""

        ordering = ("edition", "key", "region")
        constraints = (
            models.UniqueConstraint(fields=["edition", "key", "region"], name="one_panel_per_key"),
        )

    def __str__(self) -> str:
        return f"{self.key}{'@' + self.region if self.region else ''}"


class Seat(models.Model):
    """A person in a panel."""

    class Role(models.TextChoices):
        """What the person does in the panel."""

        CHAIR = "chair", _("chair")
        SECRETARY = "secretary", _("secretary")
        MEMBER = "member", _("member")

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats"
    )
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.MEMBER)
    order = models.PositiveSmallIntegerField(default=0)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A person sits once; a panel has one chair."""

        ordering = ("panel_id", "order", "pk")
        constraints = (
            models.UniqueConstraint(fields=["panel", "user"], name="one_seat_per_person"),
            models.UniqueConstraint(
                fields=["panel"],
                condition=models.Q(role="chair", left_at__isnull=True),
                name="one_chair_per_panel",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"

    @property
    def votes(self) -> bool:
        """The secretary writes the minutes and does not vote."""
        return self.role != self.Role.SECRETARY


class SessionState(models.TextChoices):
    """How far a session is."""

    PLANNED = "planned", pgettext_lazy("session", "planned")
    OPEN = "open", pgettext_lazy("session", "in session")
    CLOSED = "closed", pgettext_lazy("session", "closed: decisions pending")
    PUBLISHED = "published", pgettext_lazy("session", "decisions published")
    CANCELLED = "cancelled", pgettext_lazy("session", "cancelled")


SESSION_TRANSITIONS: dict[str, set[str]] = {
    SessionState.PLANNED: {SessionState.OPEN, SessionState.CANCELLED},
    SessionState.OPEN: {SessionState.CLOSED},
    SessionState.CLOSED: {SessionState.OPEN, SessionState.PUBLISHED},
    SessionState.PUBLISHED: set(),
    SessionState.CANCELLED: set(),
}


class Basis(models.TextChoices):
    """Why somebody else than the chair presides."""

    NAMED = "named", pgettext_lazy("acting chair", "named before the session")
    ELECTED = "elected", pgettext_lazy("acting chair", "elected by the members present")


class Session(models.Model):
    """A sitting of a panel at a decision stage."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="sessions")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    held_at = models.DateTimeField()
    place_ru = models.CharField(max_length=200, blank=True)
    place_en = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    """Where members join by video; the invitation and the pages name it, the minutes do not."""
    state = models.CharField(
        max_length=9, choices=SessionState.choices, default=SessionState.PLANNED
    )
    order_reference_ru = models.CharField(max_length=300, blank=True)
    """The act that confirms the decision, e.g. a Government order with date and number."""
    order_reference_en = models.CharField(max_length=300, blank=True)
    presiding = models.ForeignKey(
        Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="presides_at"
    )
    """Who presides, written when chosen and at the latest when the session is opened; empty
    before: the chair."""
    presiding_basis = models.CharField(max_length=7, choices=Basis.choices, blank=True)
    """"" for the chair; else how the acting chair was chosen."""
    revision = models.PositiveSmallIntegerField(default=0)
    """How often time, place or the session itself changed: calendars compare it."""
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason_ru = models.TextField(blank=True)
    cancelled_reason_en = models.TextField(blank=True)
    minutes = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who presided and approved the minutes with a signature."""
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who presided and does not agree with the minutes as they are written now."""
    returned_reason_ru = models.TextField(blank=True)
    returned_reason_en = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """The secretary who signed the approved minutes: they are final."""

    class Meta:
        """Numbered within a panel."""

        ordering = ("panel", "number")
        constraints = (
            models.UniqueConstraint(fields=["panel", "number"], name="one_session_per_number"),
        )

    def __str__(self) -> str:
        return f"{self.panel_id} #{self.number}"

    @property
    def invited(self) -> models.QuerySet[Guest]:
        """Who is invited without a vote, without those taken off the list."""
        return self.guests.filter(removed_at__isnull=True)


class MinutesText(models.Model):
    """What the minutes of a session say, frozen when it is closed: from then on only signatures
    are added, so that what is signed is what was approved. A session taken up again voids it.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="texts")
    data = models.JSONField()
    """By language: the data of documents/minutes.typ."""
    written_at = models.DateTimeField(default=now)
    voided_at = models.DateTimeField(null=True, blank=True)
    """When the session was taken up again."""
    voided_reason_ru = models.TextField(blank=True)
    voided_reason_en = models.TextField(blank=True)

    class Meta:
        """One that counts per session."""

        ordering = ("session_id", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(voided_at__isnull=True),
                name="one_text_of_minutes",
            ),
        )

    def __str__(self) -> str:
        return f"minutes of session {self.session_id}"


class Attendance(models.Model):
    """Who is there; since when, and who left when, is a `Presence`."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="attendance")
    present = models.BooleanField(default=False)

    class Meta:
        """Once per seat."""

        constraints = (
            models.UniqueConstraint(fields=["session", "seat"], name="one_attendance_per_seat"),
        )

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.present}"


class Presence(models.Model):
    """From when until when a member took part in a session that was open."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="presences")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="presences")
    came_at = models.DateTimeField()
    """When the session was opened, or when the member came later."""
    left_at = models.DateTimeField(null=True, blank=True)
    """Empty for who stayed to the end."""

    class Meta:
        """Nobody is there twice at once."""

        ordering = ("session_id", "came_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["session", "seat"],
                condition=models.Q(left_at__isnull=True),
                name="one_presence_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True)
                | models.Q(left_at__gte=models.F("came_at")),
                name="presence_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.came_at}–{self.left_at or ''}"


class Guest(models.Model):
    """Somebody invited to a session without a vote: an expert, a guest. The minutes name them."""

    class Capacity(models.TextChoices):
        """What the person is invited as."""

        EXPERT = "expert", pgettext_lazy("guest", "expert")
        GUEST = "guest", pgettext_lazy("guest", "guest")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="guests")
    name = models.CharField(max_length=200)
    post = models.CharField(max_length=300, blank=True)
    """Post and organisation, as the minutes say them."""
    capacity = models.CharField(max_length=6, choices=Capacity.choices, default=Capacity.GUEST)
    email = models.EmailField(blank=True)
    """Where the invitation goes; "" for nobody to be written to."""
    language = models.CharField(max_length=2, default="ru")
    present = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    """Taken off the list again: kept, and shown nowhere."""

    class Meta:
        """In the order of invitation."""

        ordering = ("session_id", "pk")

    def __str__(self) -> str:
        return f"{self.capacity} of session {self.session_id}"

    @property
    def called(self) -> str:
        """The name as the reader's language writes it: guests say nowhere how they write it, so it
        is transliterated as passports do.
        """
        return called(self.name)

    @property
    def note(self) -> str:
        """Post and capacity, as lists say them beside the name."""
        return ", ".join(filter(None, [self.post, str(self.get_capacity_display())]))


class Recusal(models.Model):
    """A member who takes no part in deciding about an organisation."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recusals")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="recusals")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    """In the member's words; "" where the system found the tie."""
    detected = models.BooleanField(default=False)
    """The member acts or works for the organisation."""
    at = models.DateTimeField(default=now)

    class Meta:
        """Once per seat and entry."""

        constraints = (
            models.UniqueConstraint(
                fields=["session", "seat", "entry"], name="one_recusal_per_entry"
            ),
        )

    def __str__(self) -> str:
        return f"{self.seat_id} ∉ {self.entry_id}"
