"""The roots: an award, and one edition of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from laureat.rulebook.schema.base import Key, Node, Sourced, Text
from laureat.rulebook.schema.checks import findings
from laureat.rulebook.schema.forms import Field as FormField
from laureat.rulebook.schema.forms import Form
from laureat.rulebook.schema.honours import (
    Declining,
    Diploma,
    Emblem,
    Feedback,
    Honour,
    ResultQuestions,
)
from laureat.rulebook.schema.letters import Letter
from laureat.rulebook.schema.model import Model
from laureat.rulebook.schema.predicates import Predicate
from laureat.rulebook.schema.saying import Wrong
from laureat.rulebook.schema.scales import Scale
from laureat.rulebook.schema.stages import AssessmentStage, Closing, FairModel, Opening, Stage
from laureat.saying import say

Keyed = TypeVar("Keyed", Stage, Honour, "Category")


_zones = cache(available_timezones)
"""All time zones; asking for them reads six hundred files."""


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
    """A region that holds the regional stages; its own dates override those of the intake."""

    title: Text
    panel_title: Text | None = None
    """What the region's panel is called in full."""
    opens: Opening | None = None
    closes: Closing | None = None


class Panel(Sourced):
    """A body that decides: council or commission."""

    title: Text
    kind: Literal["council", "commission"]
    per: Literal["edition", "region"] = "edition"
    acting_chair: Literal["named", "elected", "either"] = "either"
    """Who presides when the chair is absent: a member named before the session, one elected by the
    members who are there, or either."""


class Fee(Sourced):
    """A fee per entry; zero where none is known."""

    key: Key
    title: Text
    amount: Decimal = Field(Decimal(0), ge=0)


class Milestone(Sourced):
    """A date of the calendar that no stage holds (announcement, ceremony)."""

    title: Text
    on: str


class SourceTitle(Node):
    """What a source is called: in both languages, or in the one that it has a name in.

    A plain text stands for itself: a Russian one is Russian, any other (`gazeta13.ru`) is said so in
    both languages.
    """

    ru: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        russian = re.search("[а-яё]", value, re.IGNORECASE)
        return {"ru": value} if russian else {"ru": value, "en": value}

    @model_validator(mode="after")
    def _says_something(self) -> SourceTitle:
        if not self.ru and not self.en:
            raise Wrong(say("a source without a title"), say("a title in Russian or English"))
        return self


class Source(Node):
    """Where a fact comes from."""

    title: SourceTitle
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
    regions: dict[Key, Region] = {}
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
    declining: Declining = Declining()
    result_questions: ResultQuestions = ResultQuestions()
    fees: list[Fee] = []
    calendar: list[Milestone] = []
    letters: list[Letter] = []
    texts: dict[Key, Text] = {}
    sources: dict[Key, Source] = {}

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
            raise Wrong(
                say("unknown time zone %(zone)s", zone=repr(value)),
                say("a name such as Europe/Moscow"),
            )
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Edition:
        found = list(findings(self))
        if found:
            summary = "; ".join(f"{each.where}: {each.message}" for each in found)
            # Braces would be placeholders of pydantic's template.
            raise PydanticCustomError("findings", "{summary}", {"summary": summary, "found": found})
        return self

    def stage(self, key: str) -> Stage:
        """The stage called `key`; KeyError if there is none."""
        return _one(self.stages, key)

    def honour(self, key: str) -> Honour:
        """The honour called `key`; KeyError if there is none."""
        return _one(self.honours, key)

    def category(self, key: str) -> Category:
        """The category called `key`; KeyError if there is none."""
        return _one(self.categories, key)

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

    def fair_model(self, stage: AssessmentStage) -> FairModel:
        """The model of the stage's fair scores: the one it names, or the one that fits its scales."""
        if stage.fair is not None:
            return stage.fair
        keys = {part.scale for part in self.models[stage.scorebook.model].parts()}
        if all(self.scales[key].input == "ordinal" for key in keys):
            return "rsm" if len(keys) == 1 else "pcm"
        return "linear"

    @property
    def time_zone(self) -> ZoneInfo:
        """The edition's zone."""
        return ZoneInfo(self.zone)


def _one(nodes: Sequence[Keyed], key: str) -> Keyed:
    for node in nodes:
        if node.key == key:
            return node
    raise KeyError(key)
