"""Awards and editions as the public may know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.platform.ui.text import days
from laureat.rulebook import schema
from laureat.rulebook.models import Award, Edition, EditionState, Stage, StageKind, StageState

PUBLISHED = (EditionState.PUBLISHED, EditionState.ARCHIVED)
ANNOUNCED = (EditionState.RUNNING, *PUBLISHED)
"""What the public knows of: while an edition is being prepared, only those who run it see it."""


def editions() -> QuerySet[Edition]:
    """All editions, to word what the register holds; pages show those that are `announced`."""
    return Edition.objects.select_related("award", "version")


def announced() -> QuerySet[Edition]:
    """The editions that the public knows of."""
    return editions().filter(state__in=ANNOUNCED)


def with_stages(rows: QuerySet[Edition]) -> QuerySet[Edition]:
    """The same with their stages."""
    return rows.prefetch_related(Prefetch("stages", Stage.objects.order_by("order", "region")))


def newest(rows: Iterable[Edition]) -> dict[str, Edition]:
    """The newest edition of each award, by its key."""
    found: dict[str, Edition] = {}
    for edition in rows:
        known = found.get(edition.award.key)
        if known is None or (edition.year, edition.pk) > (known.year, known.pk):
            found[edition.award.key] = edition
    return found


@dataclass(frozen=True)
class Step:
    """A stage of an edition as its calendar shows it (all regions together)."""

    key: str
    label: str
    when: str
    state: str
    """passed, active, waiting."""
    note: str = ""
    kind: str = ""
    closes_at: datetime | None = None
    """When it ends for everybody, while it is open."""


def calendar(edition: Edition) -> list[Step]:
    """The stages in order, each once; regional ones from the first opening to the last close."""
    rows: dict[str, list[Stage]] = defaultdict(list)
    for stage in edition.stages.all():
        rows[stage.key].append(stage)
    rules = edition.rules
    years = _spans_years(edition)
    return [
        _step(edition, rules.stage(key), found, years=years)
        for key, found in rows.items()
        if _known(rules, key)
    ]


def _spans_years(edition: Edition) -> bool:
    """Whether the calendar runs into another year: then every date of it names its year."""
    moments = [at for row in edition.stages.all() for at in (row.opens_at, row.closes_at)]
    return len({day.year for at in moments if (day := _local(edition, at))}) > 1


def _known(rules: schema.Edition, key: str) -> bool:
    return any(stage.key == key for stage in rules.stages)


def _step(edition: Edition, rules: schema.Stage, rows: list[Stage], *, years: bool) -> Step:
    opens = min((row.opens_at for row in rows if row.opens_at), default=None)
    closes = max((row.closes_at for row in rows if row.closes_at), default=None)
    over = edition.state in PUBLISHED
    touched = [row for row in rows if row.state != StageState.PLANNED]
    if over or (touched and all(_is_done(row) for row in touched)):
        state = "passed"
    else:
        state = "active" if touched else "waiting"
    return Step(
        key=rules.key,
        label=localised(rules, "title"),
        when=days(_local(edition, opens), _local(edition, closes), years=years),
        state=state,
        note=localised(rules.note) if rules.note else "",
        kind=rules.kind,
        closes_at=closes if state == "active" and closes and closes > now() else None,
    )


def _is_done(row: Stage) -> bool:
    """Closed; applications are over with their deadline, whoever closes the stage later."""
    if row.state == StageState.CLOSED:
        return True
    return row.kind == StageKind.INTAKE and not row.is_open


def _local(edition: Edition, instant: datetime | None) -> date | None:
    return instant.astimezone(edition.time_zone).date() if instant else None


def now_at(steps: list[Step]) -> list[Step]:
    """The stages that are going on: regions may be in different ones."""
    return [step for step in steps if step.state == "active"]


def intake_is_over(edition: Edition) -> bool:
    """Whether no application can come in any more: only then are entries counted in public."""
    if edition.state in PUBLISHED:
        return True
    rows = [stage for stage in edition.stages.all() if stage.kind == StageKind.INTAKE]
    opened = [stage for stage in rows if stage.state != StageState.PLANNED]
    return bool(opened) and all(_is_done(stage) for stage in opened)


@dataclass(frozen=True)
class Season:
    """An edition with its calendar, ready to show."""

    edition: Edition
    steps: list[Step]
    current: list[Step]

    @property
    def stations(self) -> list[dict[str, str]]:
        """The stages as the way draws them."""
        return [{"label": s.label, "when": s.when, "state": s.state} for s in self.steps]

    @property
    def going_on(self) -> str:
        """What is going on now, in words."""
        return "; ".join(step.label for step in self.current)

    @property
    def applies(self) -> bool:
        """Whether applications are taken now."""
        return any(step.kind == StageKind.INTAKE for step in self.current)

    @property
    def closes_at(self) -> datetime | None:
        """When the only stage that is going on ends."""
        return self.current[0].closes_at if len(self.current) == 1 else None


def season(edition: Edition) -> Season:
    """`edition` (with stages) and where it stands."""
    steps = calendar(edition)
    return Season(edition, steps, now_at(steps) if edition.state == EditionState.RUNNING else [])


@dataclass
class AwardCard:
    """An award with its announced editions, newest first."""

    award: Award
    seasons: list[Season] = field(default_factory=list)

    @property
    def subject(self) -> str:
        """What is judged, in words."""
        newest_edition = self.seasons[0].edition
        if newest_edition.rules.subject == "product":
            return _("Goods and services are judged")
        return _("Organisations are judged")


def awards() -> list[AwardCard]:
    """All awards with an announced edition, by title."""
    found: dict[int, AwardCard] = {}
    for edition in with_stages(announced()).order_by("-year", "-pk"):
        card = found.setdefault(edition.award_id, AwardCard(edition.award))
        card.seasons.append(season(edition))
    return sorted(found.values(), key=lambda card: localised(card.award, "short_title"))


def award_card(key: str) -> AwardCard | None:
    """One award; None if it is unknown or no edition of it is announced."""
    rows = with_stages(announced()).filter(award__key=key).order_by("-year", "-pk")
    seasons = [season(edition) for edition in rows]
    return AwardCard(seasons[0].edition.award, seasons) if seasons else None


@dataclass(frozen=True)
class Milestone:
    """A date of the calendar that no stage holds."""

    title: str
    on: str
    """As the rulebook says it."""
    day: date | None
    assumed: bool


def milestones(edition: Edition) -> list[Milestone]:
    """Announcements, orders, ceremonies, in the order of their days."""
    found = []
    for each in edition.rules.calendar:
        try:
            day = date.fromisoformat(each.on)
        except ValueError:
            day = None
        found.append(Milestone(localised(each, "title"), each.on, day, each.assumed))
    return sorted(found, key=lambda each: (each.day is None, each.day or date.min))
