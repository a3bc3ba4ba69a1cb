"""The roots: an award, and one edition of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from laureat.rulebook.schema.base import Key, Node, Sourced, Text
from laureat.rulebook.schema.forms import Field as FormField
from laureat.rulebook.schema.forms import Form
from laureat.rulebook.schema.honours import Diploma, Emblem, Feedback, Honour
from laureat.rulebook.schema.letters import Letter
from laureat.rulebook.schema.model import Model
from laureat.rulebook.schema.predicates import Predicate
from laureat.rulebook.schema.scales import Scale
from laureat.rulebook.schema.stages import (
    AssessmentStage,
    Closing,
    DecisionStage,
    IntakeStage,
    Opening,
    Stage,
)


class Award(Sourced):
    """An award: what does not change from edition to edition (`award.yaml`)."""

    award: Key
    title: Text
    short_title: Text
    organiser: Text
    about: Text
    site: str = ""


class Category(Sourced):
    """A group in which entries are compared: a size class or a nomination."""

    key: Key
    title: Text
    when: Predicate | None = None
    """Set on all categories (then the first that holds is taken) or on none (then the
    applicant chooses)."""


class EligibilityRule(Sourced):
    """A condition for taking part, and what to say if it does not hold."""

    key: Key
    title: Text
    when: Predicate
    otherwise: Text


class Region(Sourced):
    """A region that holds the regional stages; its own dates override the stage's."""

    title: Text
    panel_title: Text | None = None
    opens: Opening | None = None
    closes: Closing | None = None


class Panel(Sourced):
    """A body that decides: council or commission."""

    title: Text
    kind: Literal["council", "commission"]
    per: Literal["edition", "region"] = "edition"


class Fee(Sourced):
    """A fee per entry; zero where none is known."""

    key: Key
    title: Text
    amount: Decimal = Field(Decimal(0), ge=0)


class Milestone(Sourced):
    """A date of the calendar that no stage holds (announcement, ceremony)."""

    title: Text
    on: str


class Source(Node):
    """Where a fact comes from."""

    title: str
    url: str = ""


class Edition(Sourced):
    """One season of an award, pinned."""

    award: Key
    edition: Key
    year: int = Field(ge=1990, le=2100)
    title: Text
    subject: Literal["organisation", "product"]
    zone: str = "Europe/Moscow"
    motto: Text | None = None
    about: Text | None = None
    numbering: str = "{year}-{serial:04d}"
    """Entry numbers: Python format with year, region, serial. Serials run per edition, or per
    region if {region} occurs."""
    categories: list[Category] = Field(min_length=1)
    category_title: Text = Text(ru="Категория", en="Category")
    regions: dict[str, Region] = {}
    questions: list[FormField] = []
    """Asked before the form, for the eligibility rules."""
    eligibility: list[EligibilityRule] = []
    entries_per_applicant: int | None = None
    forms: dict[Key, Form]
    scales: dict[Key, Scale]
    models: dict[Key, Model]
    panels: dict[Key, Panel] = {}
    stages: list[Stage] = Field(min_length=1)
    honours: list[Honour] = []
    diploma: Diploma
    emblem: Emblem | None = None
    feedback: Feedback | None = None
    fees: list[Fee] = []
    calendar: list[Milestone] = []
    letters: list[Letter] = []
    texts: dict[Key, Text] = {}
    sources: dict[str, Source] = {}

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            message = f"unknown time zone {value!r}, expected e.g. Europe/Moscow"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Edition:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        """Cross references that do not hold, in words."""
        stages = [stage.key for stage in self.stages]
        honours = [honour.key for honour in self.honours]
        yield from _twice("stage", stages)
        yield from _twice("honour", honours)
        yield from _twice("category", [category.key for category in self.categories])
        ruled = [category.when is not None for category in self.categories]
        if any(ruled) and not all(ruled):
            yield "either every category has 'when', or none"
        if not isinstance(self.stages[0], IntakeStage):
            yield "the first stage is of kind intake"
        for key, model in self.models.items():
            for part in model.parts():
                yield from _known("scale", part.scale, self.scales, f"models.{key}.{part.key}")
        for stage in self.stages:
            yield from self._stage_problems(stage, stages, honours)
        decisions = [each.key for each in self.stages if isinstance(each, DecisionStage)]
        for honour in self.honours:
            yield from _known("decision stage", honour.stage, decisions, f"honours.{honour.key}")
            for other in honour.with_honours:
                yield from _known("honour", other, honours, f"honours.{honour.key}.with")
        for other in self.emblem.honours if self.emblem else []:
            yield from _known("honour", other, honours, "emblem.honours")
        if self.feedback:
            assessments = [each.key for each in self.stages if isinstance(each, AssessmentStage)]
            yield from _known(
                "assessment stage", self.feedback.model_stage, assessments, "feedback.model_stage"
            )
        yield from _numbering_problems("numbering", self.numbering)

    def _stage_problems(self, stage: Stage, stages: list[str], honours: list[str]) -> Iterator[str]:
        where = f"stages.{stage.key}"
        if stage.per == "region" and not self.regions:
            yield f"{where}: 'per: region' needs 'regions'"
        earlier = stages[: stages.index(stage.key)]
        if isinstance(stage, IntakeStage):
            yield from _known("form", stage.form, self.forms, where)
        elif isinstance(stage, AssessmentStage):
            yield from _known("model", stage.scorebook.model, self.models, where)
            for name in (stage.team.taken_from, stage.scorebook.starts_from):
                if name:
                    yield from _known("earlier stage", name, earlier, where)
        elif isinstance(stage, DecisionStage):
            yield from _known("panel", stage.panel, self.panels, where)
            yield from _known("earlier stage", stage.points_from, earlier, where)
            for honour in stage.gate.honours if stage.gate else []:
                yield from _known("honour", honour, honours, f"{where}.gate")

    def stage(self, key: str) -> Stage:
        """The stage called `key`; KeyError if there is none."""
        return next(_one(self.stages, key))

    def honour(self, key: str) -> Honour:
        """The honour called `key`; KeyError if there is none."""
        return next(_one(self.honours, key))

    def category(self, key: str) -> Category:
        """The category called `key`; KeyError if there is none."""
        return next(_one(self.categories, key))

    @property
    def chosen_category(self) -> bool:
        """Whether the applicant chooses the category (otherwise a rule does)."""
        return self.categories[0].when is None

    def category_of(self, facts: Mapping[str, Any]) -> Category | None:
        """The first category whose condition holds of `facts`."""
        for category in self.categories:
            if category.when is not None and category.when.holds(facts):
                return category
        return None

    @property
    def time_zone(self) -> ZoneInfo:
        """The edition's zone."""
        return ZoneInfo(self.zone)


def _one(nodes: list[Any], key: str) -> Iterator[Any]:
    for node in nodes:
        if node.key == key:
            yield node
    raise KeyError(key)


def _twice(kind: str, keys: list[str]) -> Iterator[str]:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{kind} key {key!r} is used twice"


def _known(kind: str, key: str, known: Any, where: str) -> Iterator[str]:
    if key not in known:
        yield f"{where}: unknown {kind} {key!r}, expected one of {', '.join(known) or '(none)'}"


def _numbering_problems(where: str, pattern: str) -> Iterator[str]:
    try:
        pattern.format(year=2024, region="42", serial=1)
    except (KeyError, ValueError, IndexError) as error:
        yield f"{where}: {pattern!r} cannot be filled in ({error}): use year, region, serial"
