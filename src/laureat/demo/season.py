"""Plays a season of any edition, from the letter to the feedback report, through the actions that
people's clicks use. What happens depends on the rulebook, the plan and the plan's seed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from laureat.demo import applying, assessing, deciding, writing
from laureat.demo.applicants import Wish
from laureat.demo.cast import Cast, gather
from laureat.demo.papers import Papers
from laureat.demo.plan import Plan
from laureat.feedback.actions import make_reports, release_reports
from laureat.intake.models import Entry
from laureat.platform import clock
from laureat.registry.models import Organisation, Region
from laureat.rulebook.actions import open_stage
from laureat.rulebook.models import Edition, Stage, StageKind

Tick = Callable[[], None]


class Progress:
    """Where the player says what it is doing; this one says nothing."""

    @contextmanager
    def step(self, title: object, total: int = 1) -> Iterator[Tick]:
        """A step of `total` ticks."""
        yield lambda: None


@dataclass
class Season:
    """A season being played."""

    edition: Edition
    plan: Plan
    progress: Progress = field(default_factory=Progress)
    cast: Cast | None = None
    strengths: dict[int, float] = field(default_factory=dict)
    """By entry pk: the share of the scale that the entry deserves."""
    wishes: list[Wish] = field(default_factory=list)
    owners: dict[tuple[str, int], Organisation] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """Invented names in use."""
    moment: datetime = datetime(2024, 1, 1, tzinfo=UTC)

    @cached_property
    def papers(self) -> Papers:
        """What applicants attach."""
        return Papers(self.edition.rules)

    def random(self, purpose: str) -> Random:
        """Chance for one purpose: adding a step does not change the others."""
        return Random(f"{self.plan.seed}:{self.plan.edition}:{purpose}")

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Do something at `moment` (never before what was done last)."""
        self.moment = max(self.moment, moment)
        with clock.at(self.moment):
            yield

    def instant(self, stage: Stage, share: float) -> datetime:
        """The moment at `share` (0..1) of the stage's time; a week long where none is set."""
        opens = stage.opens_at or self.moment
        closes = stage.closes_at or opens + timedelta(days=7)
        return opens + (closes - opens) * share

    def play(self, until: str = "") -> None:
        """Play up to and including the stage `until` (the whole season by default)."""
        with translation.override(settings.LANGUAGE_CODE):  # whatever the console speaks
            self._play(until)

    def _play(self, until: str) -> None:
        self.prepare()
        order = self.edition.rules.stages
        for rules in order:
            self.play_stage(rules.key)
            if rules.key == until:
                return
        self.finish()

    def prepare(self) -> None:
        """Call people together and write the letters."""
        regions = list(self.edition.rules.regions) or list(
            Region.objects.order_by("code").values_list("code", flat=True)
        )
        first = self.edition.stages.order_by("order", "opens_at").first()
        if first and first.opens_at:
            self.moment = first.opens_at - timedelta(days=30)
        with self.progress.step(_("people")) as tick, self.at(self.moment), transaction.atomic():
            self.cast = gather(self.edition, self.plan, self.random("cast"), regions)
            tick()
        applying.prepare(self, regions)
        if self.plan.letters and self.edition.rules.letters:
            writing.write_letters(self)

    def play_stage(self, key: str) -> None:
        """Play all rows (regions) of the stage `key`."""
        stages = list(self.edition.stages.filter(key=key).order_by("opens_at", "region"))
        players = {
            StageKind.INTAKE: applying.play,
            StageKind.CHECK: applying.play_checks,
            StageKind.ASSESSMENT: assessing.play,
            StageKind.DECISION: deciding.play,
        }
        for stage in stages:
            with self.at(self.instant(stage, 0)):
                open_stage(stage, by=None)
            players[StageKind(stage.kind)](self, stage)

    def finish(self) -> None:
        """Feedback for everybody, once the results are published."""
        with self.progress.step(_("feedback")) as tick, self.at(self.moment + timedelta(days=14)):
            make_reports(self.edition, by=None)
            release_reports(self.edition, by=None)
            tick()

    def entries(self, stage: Stage) -> list[Entry]:
        """The entries now in `stage`, by number."""
        return list(
            Entry.objects.filter(passages__stage=stage, passages__state="active")
            .select_related("edition__award", "edition__version", "organisation", "category")
            .order_by("serial", "region", "pk")
        )
