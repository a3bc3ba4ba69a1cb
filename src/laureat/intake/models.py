"""The entry and its passage through the stages."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import pgettext_lazy

from laureat.platform.clock import now
from laureat.platform.files.models import StoredFile
from laureat.platform.identity import new_uid
from laureat.registry.models import Good, Organisation
from laureat.rulebook.models import Category, Edition, Stage

RECEIPT = "_receipt"
"""The receipt is kept beside the files of the form; no form field can have this key."""


class EntryState(models.TextChoices):
    """Where an entry stands as a whole; the details are in its passages."""

    DRAFT = "draft", pgettext_lazy("entry", "draft")
    SUBMITTED = "submitted", pgettext_lazy("entry", "submitted")
    WITHDRAWN = "withdrawn", pgettext_lazy("entry", "withdrawn")
    STOPPED = "stopped", pgettext_lazy("entry", "did not go on")
    FINISHED = "finished", pgettext_lazy("entry", "decided")


ENTRY_TRANSITIONS: dict[str, set[str]] = {
    EntryState.DRAFT: {EntryState.SUBMITTED, EntryState.WITHDRAWN},
    EntryState.SUBMITTED: {EntryState.WITHDRAWN, EntryState.STOPPED, EntryState.FINISHED},
    EntryState.STOPPED: {EntryState.SUBMITTED},
    EntryState.FINISHED: set(),
    EntryState.WITHDRAWN: set(),
}


class Entry(models.Model):
    """One application."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="entries")
    salt = models.CharField(max_length=16, default=new_uid, editable=False)
    """What the journal says of answers and files is hashed with it. No record tells it: it stands on
    the receipt, so that who handed in can check and nobody else can try out."""
    number = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001 - drafts have none
    """Human number, given on submission (28-0317, 42-2023-018)."""
    serial = models.PositiveIntegerField(null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="entries")
    good = models.ForeignKey(
        Good, on_delete=models.PROTECT, related_name="entries", null=True, blank=True
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="entries", null=True, blank=True
    )
    region = models.CharField(max_length=2)
    """Subject code at the time of application."""
    headcount = models.PositiveIntegerField(null=True, blank=True)
    """As declared with the application: fixes the size class."""
    state = models.CharField(max_length=9, choices=EntryState.choices, default=EntryState.DRAFT)
    answers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    """By field key; texts, numbers as strings, lists of choice keys, true/false."""
    version = models.PositiveIntegerField(default=0)
    """Counts saves: a form written over an older state is refused, not merged silently."""
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(null=True, blank=True)
    """Who saved last, and when: colleagues work on one form."""
    handed_in = models.PositiveIntegerField(default=0)
    """Which version counts: how many times the entry was handed in."""
    late = models.BooleanField(default=False)
    """Submitted inside the grace time."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    """In the words of whoever withdrew it."""

    class Meta:
        """Numbers are unique in an edition."""

        ordering = ("edition", "serial", "pk")
        constraints = (
            models.UniqueConstraint(fields=["edition", "number"], name="one_entry_per_number"),
        )
        indexes = (
            models.Index(fields=["edition", "state"], name="entries_by_state"),
            models.Index(fields=["edition", "region"], name="entries_by_region"),
        )

    def __str__(self) -> str:
        return self.number or self.uid


class PassageState(models.TextChoices):
    """How an entry stands in one stage."""

    WAITING = "waiting", pgettext_lazy("entry in a stage", "to come")
    ACTIVE = "active", pgettext_lazy("entry in a stage", "in progress")
    PASSED = "passed", pgettext_lazy("entry in a stage", "passed")
    STOPPED = "stopped", pgettext_lazy("entry in a stage", "stopped")
    WITHDRAWN = "withdrawn", pgettext_lazy("entry in a stage", "withdrawn")
    SPARED = "spared", pgettext_lazy("entry in a stage", "not needed any more")


PASSAGE_TRANSITIONS: dict[str, set[str]] = {
    PassageState.WAITING: {PassageState.ACTIVE, PassageState.WITHDRAWN, PassageState.SPARED},
    PassageState.ACTIVE: {
        PassageState.PASSED,
        PassageState.STOPPED,
        PassageState.WITHDRAWN,
        PassageState.SPARED,
        PassageState.WAITING,  # changed answers have put a stage before it
    },
    PassageState.PASSED: set(),
    PassageState.STOPPED: {PassageState.ACTIVE},
    PassageState.WITHDRAWN: set(),
    PassageState.SPARED: {PassageState.WAITING},
}


class OfTheWay(models.Manager["Passage"]):
    """The stages that an entry walks through, without those that changed answers have spared it."""

    def get_queryset(self) -> models.QuerySet[Passage]:
        """Without the spared ones."""
        return super().get_queryset().exclude(state=PassageState.SPARED)


class Passage(models.Model):
    """An entry in one stage that applies to it. Moved only by intake's actions."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="passages")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="passages")
    state = models.CharField(
        max_length=9, choices=PassageState.choices, default=PassageState.WAITING
    )
    reason_ru = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    moved_at = models.DateTimeField(default=now)

    objects = OfTheWay()
    everything: ClassVar[models.Manager[Passage]] = models.Manager()
    """With the spared ones, which a further change of the answers may need again."""

    class Meta:
        """An entry is in a stage once."""

        ordering = ("entry__serial", "entry_id", "stage__order")
        constraints = (
            models.UniqueConstraint(fields=["entry", "stage"], name="one_passage_per_stage"),
        )
        indexes = (models.Index(fields=["stage", "state"], name="passages_by_state"),)

    def __str__(self) -> str:
        return f"{self.entry_id}@{self.stage_id}: {self.state}"


class Move(models.Model):
    """A step of an entry on its way: written once, never changed, also when it is taken back."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="moves")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=PassageState.choices)
    """Which state the passage came into."""
    reason_ru = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        """In the order in which they happened."""

        ordering = ("entry_id", "pk")

    def __str__(self) -> str:
        return f"{self.entry_id}@{self.stage_id}: {self.state}"


class Attachment(models.Model):
    """A file of an entry, under the key of its form field. Replaced ones are kept."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="attachments")
    field = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField(default=now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One current file per field."""

        constraints = (
            models.UniqueConstraint(
                fields=["entry", "field"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_current_attachment_per_field",
            ),
        )

    def __str__(self) -> str:
        return f"{self.field}: {self.file_id}"


class Amendment(models.Model):
    """Changes to a submitted entry that are not handed in yet: until they are, they count nowhere.

    Only intake reads them; all other rooms read the entry itself, the version that counts.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="amendments")
    answers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    """All answers as they would be handed in."""
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    handed_in = models.BooleanField(default=False)
    """How it ended: handed in, or put aside."""

    class Meta:
        """One at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["entry"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_amendment_per_entry",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.started_at:%Y-%m-%d %H:%M}"


class AmendedFile(models.Model):
    """A file of an amendment: another one in its place, or none where it was taken back.

    Replaced ones are kept.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="files")
    field = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField(default=now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One current file per field."""

        constraints = (
            models.UniqueConstraint(
                fields=["amendment", "field"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_amended_file_per_field",
            ),
        )

    def __str__(self) -> str:
        return f"{self.field}: {self.file_id}"


class Colleague(models.Model):
    """Somebody invited to work on an organisation's entries of one edition.

    Whoever accepts gets the role of an applicant within this organisation and edition
    (`access.Grant`); this row says what they may do beyond filling in, and who asked them.
    """

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="colleagues")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="colleagues"
    )
    email = models.EmailField()
    """To whom the invitation went, in small letters."""
    may_submit = models.BooleanField(default=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(default=now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An address is invited once."""

        ordering = ("edition", "organisation", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["edition", "organisation", "email"],
                condition=models.Q(ended_at__isnull=True),
                name="one_invitation_per_address",
            ),
        )

    def __str__(self) -> str:
        return self.uid


class Outcome(models.TextChoices):
    """What a check found."""

    PASSED = "passed", pgettext_lazy("check", "passed")
    FAILED = "failed", pgettext_lazy("check", "failed")


class CheckResult(models.Model):
    """What the secretary found for one item of a check stage."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="checks")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="checks")
    key = models.CharField(max_length=60)
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    note = models.TextField(blank=True)
    protocol = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField(default=now)

    class Meta:
        """One result per item."""

        constraints = (
            models.UniqueConstraint(fields=["entry", "stage", "key"], name="one_result_per_check"),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.outcome}"
