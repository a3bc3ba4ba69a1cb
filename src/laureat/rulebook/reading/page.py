"""The page of an edition: everything that the template shows, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts import Chart
from laureat.platform.ui.text import days, number
from laureat.rulebook import schema
from laureat.rulebook.models import Edition, Stage, StageState
from laureat.rulebook.reading import words
from laureat.rulebook.reading.calendar import Event, draw

_WAY = {
    StageState.CLOSED: "passed",
    StageState.OPEN: "active",
    StageState.PLANNED: "waiting",
}


@dataclass(frozen=True)
class StageView:
    """A stage with its rows (one, or one per region) and its rules in words."""

    number: int
    rules: Any
    rows: list[Stage]
    state: str
    gate: str
    gate_rule: schema.Gate | None
    team: list[str]
    scorebook: list[str]
    decision: list[tuple[str, str]]
    result: str
    beside: list[str]
    model: str
    honours: list[schema.Honour]
    places: list[tuple[str, Stage]]
    """The rows with the titles of their regions."""
    condition: str
    """Who walks through it, where not everybody does."""

    @property
    def opens(self) -> Any:
        """The earliest opening."""
        return min((row.opens_at for row in self.rows if row.opens_at), default=None)

    @property
    def closes(self) -> Any:
        """The latest closing."""
        return max((row.closes_at for row in self.rows if row.closes_at), default=None)

    @property
    def grace_minutes(self) -> int:
        """How long one may be late, where all regions have the same."""
        return int(max((row.grace for row in self.rows), default=timedelta()).total_seconds() // 60)


@dataclass(frozen=True)
class PartView:
    """A part with the most points it earns."""

    rules: schema.Part
    points: Decimal
    scale: str


@dataclass(frozen=True)
class CriterionView:
    """A criterion with its parts."""

    number: int
    rules: schema.Criterion
    parts: list[PartView]


@dataclass(frozen=True)
class GroupView:
    """A block of criteria."""

    title: str
    points: Decimal
    criteria: list[CriterionView]


@dataclass(frozen=True)
class ModelView:
    """A criteria model."""

    key: str
    rules: schema.Model
    groups: list[GroupView]
    used: list[str]
    parts: int
    most: Decimal
    """Points of the greatest criterion: the length of the longest bar."""


@dataclass(frozen=True)
class ScaleView:
    """A scale with its line, its anchors and its bands."""

    key: str
    rules: Any
    title: str
    line: str
    anchors: list[tuple[str, str, str]]
    """Value, words, guidance."""
    bands: list[tuple[str, str]]
    comments: list[str]


@dataclass(frozen=True)
class HonourView:
    """An honour with its limits in words."""

    rules: schema.Honour
    limits: list[str]
    formal: str
    """The condition as it is written, where words do not say it."""


@dataclass(frozen=True)
class EditionView:
    """All of the page."""

    stages: list[StageView]
    models: list[ModelView]
    scales: list[ScaleView]
    honours: list[HonourView]
    way: list[dict[str, Any]]
    calendar: Chart | None
    assumed: int
    afterwards: list[tuple[str, list[str]]]
    """What follows the decision: title, sentences."""


def read(edition: Edition) -> EditionView:
    """The page of `edition`, whose stages are prefetched."""
    rules = edition.rules
    stages = _stages(edition, rules)
    return EditionView(
        stages=stages,
        models=[_model(rules, key, model) for key, model in rules.models.items()],
        scales=[scale_view(key, rule) for key, rule in rules.scales.items()],
        honours=[_honour(rules, each) for each in rules.honours],
        way=[_step(edition, stage, years=_spans_years(edition, stages)) for stage in stages],
        calendar=_calendar(edition, rules, stages),
        assumed=count_assumed(rules),
        afterwards=[
            (_("Declining a title"), words.declining(rules)),
            (_("Questions about the result"), [words.result_questions(rules)]),
        ],
    )


def _stages(edition: Edition, rules: schema.Edition) -> list[StageView]:
    rows: dict[str, list[Stage]] = {}
    for row in edition.stages.all():
        rows.setdefault(row.key, []).append(row)
    return [
        _stage(rules, place, rule, rows.get(rule.key, []))
        for place, rule in enumerate(rules.stages, 1)
    ]


def _stage(rules: schema.Edition, place: int, rule: Any, rows: list[Stage]) -> StageView:
    judged = rule if isinstance(rule, schema.AssessmentStage) else None
    decided = rule if isinstance(rule, schema.DecisionStage) else None
    gate = getattr(rule, "gate", None)
    model = rules.models.get(judged.scorebook.model) if judged else None
    return StageView(
        number=place,
        rules=rule,
        rows=rows,
        state=_state(rows),
        gate=words.gate(rules, gate) if gate else "",
        gate_rule=gate,
        team=words.team(rules, judged) if judged else [],
        scorebook=words.scorebook(rules, judged) if judged else [],
        decision=words.decision(rules, decided) if decided else [],
        result=words.result(judged.result, rules.fair_model(judged)) if judged else "",
        beside=[words.result(each, rules.fair_model(judged)) for each in judged.beside]
        if judged
        else [],
        model=localised(model, "title") if model else "",
        honours=[each for each in rules.honours if each.stage == rule.key],
        places=[(_place(rules, row), row) for row in rows],
        condition=_applies(rules, rule),
    )


def _place(rules: schema.Edition, row: Stage) -> str:
    region = rules.regions.get(row.region)
    return localised(region, "title") if region else row.region


def _applies(rules: schema.Edition, rule: Any) -> str:
    """`entry.category == 'food'` as the category's title; other conditions as they are written."""
    if rule.applies is None:
        return ""
    source = str(rule.applies.source)
    for category in rules.categories:
        if source == f"entry.category == '{category.key}'":
            return localised(category, "title")
    return source


def _state(rows: Sequence[Stage]) -> str:
    states = {row.state for row in rows}
    if StageState.OPEN in states or len(states) > 1:
        return _WAY[StageState.OPEN]
    return _WAY[StageState(states.pop())] if states else "waiting"


def _spans_years(edition: Edition, stages: Sequence[StageView]) -> bool:
    """Whether the stages run into another year: then each names its year."""
    moments = [at for stage in stages for at in (stage.opens, stage.closes) if at]
    return len({at.astimezone(edition.time_zone).year for at in moments}) > 1


def _step(edition: Edition, stage: StageView, *, years: bool) -> dict[str, Any]:
    zone = edition.time_zone
    opens = stage.opens.astimezone(zone).date() if stage.opens else None
    closes = stage.closes.astimezone(zone).date() if stage.closes else None
    return {
        "label": localised(stage.rules, "title"),
        "when": days(None if closes else opens, closes, years=years),
        "state": stage.state,
        "url": f"#stage-{stage.rules.key}",
    }


def _calendar(edition: Edition, rules: schema.Edition, stages: list[StageView]) -> Chart | None:
    zone = edition.time_zone

    def local(instant: Any) -> date | None:
        return instant.astimezone(zone).date() if instant else None

    tones = {"passed": "done", "active": "now", "waiting": "stage"}
    events = [
        Event(
            localised(stage.rules, "title"),
            local(stage.opens),
            local(stage.closes),
            tones[stage.state],
        )
        for stage in stages
        if stage.opens or stage.closes
    ]
    for each in rules.calendar:
        on = milestone_day(each)
        if on:
            events.append(Event(localised(each, "title"), on, on, "milestone"))
    if not events:
        return None
    return draw(events, title=_("Calendar"), today=now().astimezone(zone).date())


def milestone_day(milestone: Any) -> date | None:
    """The day of a milestone; None where the rulebook says it in words."""
    try:
        return date.fromisoformat(milestone.on)
    except ValueError:
        return None


def _model(rules: schema.Edition, key: str, model: schema.Model) -> ModelView:
    weights = model.weights()
    titles = {
        name: localised(scale, "title") if scale.title else ""
        for name, scale in rules.scales.items()
    }

    def view(criterion: schema.Criterion) -> CriterionView:
        parts = [
            PartView(part, weights[part.key], titles.get(part.scale, ""))
            for part in criterion.parts
        ]
        return CriterionView(model.criteria.index(criterion) + 1, criterion, parts)

    named = [(group.key, localised(group, "title")) for group in model.groups]
    if any(criterion.group is None for criterion in model.criteria):
        named.append(("", ""))
    groups = []
    for group, title in named:
        inside = [view(each) for each in model.criteria if (each.group or "") == group]
        points = sum((each.rules.points for each in inside), Decimal(0))
        if inside:
            groups.append(GroupView(title, points, inside))
    used = [
        localised(stage, "title")
        for stage in rules.stages
        if isinstance(stage, schema.AssessmentStage) and stage.scorebook.model == key
    ]
    most = max(criterion.points for criterion in model.criteria)
    return ModelView(key, model, groups, used, len(weights), most)


def scale_view(key: str, rule: Any) -> ScaleView:
    """A scale as its readers see it."""
    anchors: list[tuple[str, str, str]] = []
    if rule.input == "percent":
        anchors = _steps(rule.bands, Decimal(0), rule.step, " %")
    elif rule.input == "points":
        anchors = _steps(rule.anchors, rule.least, rule.step, "")
    elif rule.input == "ordinal":
        anchors = [
            (number(level.value), localised(level, "title"), localised(level, "guidance"))
            for level in rule.levels
        ]
    return ScaleView(
        key=key,
        rules=rule,
        title=localised(rule, "title") if rule.title else (localised(rule, "unit") or key),
        line=words.scale(rule),
        anchors=anchors,
        bands=words.band(rule) if rule.input == "banded" else [],
        comments=words.comments(rule.comments),
    )


def _steps(
    anchors: Sequence[Any], least: Decimal, step: Decimal, unit: str
) -> list[tuple[str, str, str]]:
    """Anchors "up to" as spans: 0–10, 15–35, …"""
    rows, low = [], least
    for anchor in anchors:
        span = number(low) if low == anchor.to else (f"{number(low)}–{number(anchor.to)}")
        rows.append((span + unit, localised(anchor), ""))
        low = anchor.to + step
    return rows


def _honour(rules: schema.Edition, honour: schema.Honour) -> HonourView:
    formal = ""
    if honour.when is not None and not words.condition(honour.when):
        formal = honour.when.source
    return HonourView(honour, words.limits(rules, honour), formal)


def count_assumed(value: Any) -> int:
    """How many rules say that they are assumed."""
    if isinstance(value, schema.Node):
        mine = 1 if getattr(value, "assumed", False) else 0
        return mine + sum(count_assumed(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, dict):
        return sum(count_assumed(each) for each in value.values())
    if isinstance(value, list):
        return sum(count_assumed(each) for each in value)
    return 0
