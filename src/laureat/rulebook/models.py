"""Awards, editions and their stages as rows; the rules themselves as frozen versions."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from laureat.platform.clock import now
from laureat.platform.identity import new_uid
from laureat.rulebook import schema


@lru_cache(maxsize=64)
def _parsed(content_hash: str, pk: int) -> schema.Edition:
    return schema.Edition.model_validate(Document.objects.get(pk=pk).read())


class Award(models.Model):
    """An award."""

    key = models.CharField(max_length=60, unique=True)
    title_ru = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    short_title_ru = models.CharField(max_length=100)
    short_title_en = models.CharField(max_length=100)
    organiser_ru = models.CharField(max_length=300)
    organiser_en = models.CharField(max_length=300)
    about_ru = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    site = models.URLField(blank=True)

    def __str__(self) -> str:
        return self.key


class Version(models.Model):
    """A rulebook as it was loaded: frozen, named by the SHA-256 of its canonical JSON."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="versions")
    edition_key = models.CharField(max_length=60)
    content_hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=now)

    class Meta:
        """The same content is the same version."""

        constraints = (
            models.UniqueConstraint(
                fields=["award", "edition_key", "content_hash"], name="one_version_per_content"
            ),
        )

    def __str__(self) -> str:
        return f"{self.edition_key}@{self.content_hash[:8]}"

    @property
    def rules(self) -> schema.Edition:
        """The rulebook, parsed once per process."""
        return _parsed(self.content_hash, self.pk)


class Document(models.Model):
    """The content of a version. A table of its own, so that no join reads it by accident."""

    version = models.OneToOneField(
        Version, on_delete=models.PROTECT, primary_key=True, related_name="document"
    )
    content = models.TextField()
    """JSON as text: a JSON column of PostgreSQL would put regions, scales and sources in another
    order than the rulebook does."""

    def __str__(self) -> str:
        return str(self.version)

    def read(self) -> dict[str, Any]:
        """The content as plain data, in the order of the rulebook."""
        found: dict[str, Any] = json.loads(self.content)
        return found


class EditionState(models.TextChoices):
    """Where an edition stands."""

    PREPARED = "prepared", _("in preparation")
    RUNNING = "running", _("under way")
    PUBLISHED = "published", _("results published")
    ARCHIVED = "archived", _("archived")


EDITION_TRANSITIONS: dict[str, set[str]] = {
    EditionState.PREPARED: {EditionState.RUNNING},
    EditionState.RUNNING: {EditionState.PUBLISHED},
    EditionState.PUBLISHED: {EditionState.ARCHIVED},
    EditionState.ARCHIVED: set(),
}


class Edition(models.Model):
    """One season of an award."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="editions")
    key = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    title_ru = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    zone = models.CharField(max_length=40, default="Europe/Moscow")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="editions")
    state = models.CharField(
        max_length=10, choices=EditionState.choices, default=EditionState.PREPARED
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        """An award has one edition of a key."""

        ordering = ("-year", "award__key")
        constraints = (
            models.UniqueConstraint(fields=["award", "key"], name="one_edition_per_key"),
        )

    def __str__(self) -> str:
        return self.chain

    @property
    def chain(self) -> str:
        """The edition's name everywhere: "award/edition"; also its ledger chain."""
        return f"{self.award.key}/{self.key}"

    @property
    def rules(self) -> schema.Edition:
        """The rulebook that this edition is judged by."""
        return self.version.rules

    @property
    def time_zone(self) -> ZoneInfo:
        """The edition's zone."""
        return ZoneInfo(self.zone)

    def day(self, at: datetime | None = None) -> date:
        """The day where the contest is held, at an instant or now: terms and ages count such days."""
        return (at or now()).astimezone(self.time_zone).date()


class Category(models.Model):
    """A size class or a nomination of an edition (a row, so that entries can point at it)."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="categories")
    key = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    title_ru = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)

    class Meta:
        """Order and key."""

        ordering = ("edition", "order")
        constraints = (
            models.UniqueConstraint(fields=["edition", "key"], name="one_category_per_key"),
        )

    def __str__(self) -> str:
        return self.key


class StageKind(models.TextChoices):
    """What happens in a stage."""

    INTAKE = "intake", _("applications")
    CHECK = "check", _("checks")
    ASSESSMENT = "assessment", _("assessment")
    DECISION = "decision", _("decision")


class StageState(models.TextChoices):
    """Whether people may work in a stage."""

    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


STAGE_TRANSITIONS: dict[str, set[str]] = {
    StageState.PLANNED: {StageState.OPEN},
    StageState.OPEN: {StageState.CLOSED},
    StageState.CLOSED: {StageState.OPEN},
}


class Stage(models.Model):
    """A stage of an edition; one row per region where the stage is held by regions."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="stages")
    key = models.CharField(max_length=60)
    region = models.CharField(max_length=2, blank=True)
    """Subject code for a regional stage, "" for the whole edition."""
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=StageKind.choices)
    title_ru = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=StageState.choices, default=StageState.PLANNED)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    grace = models.DurationField(default=timedelta(0))
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Order and key."""

        ordering = ("edition", "order", "region")
        constraints = (
            models.UniqueConstraint(
                fields=["edition", "key", "region"], name="one_stage_per_key_and_region"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key}{'@' + self.region if self.region else ''}"

    @property
    def rules(self) -> Any:
        """The stage's rules (`IntakeStage`, `CheckStage`, `AssessmentStage`, `DecisionStage`)."""
        return self.edition.rules.stage(self.key)

    @property
    def place(self) -> schema.Text | None:
        """What the rules call its region; None where the stage is of the whole edition."""
        known = self.edition.rules.regions.get(self.region)
        return known.title if known else None

    @property
    def last_moment(self) -> datetime | None:
        """The deadline with its grace."""
        return self.closes_at + self.grace if self.closes_at else None

    @property
    def is_open(self) -> bool:
        """Whether people may work in it now (opened, and not past the deadline with grace)."""
        if self.state != StageState.OPEN:
            return False
        return self.last_moment is None or now() <= self.last_moment
