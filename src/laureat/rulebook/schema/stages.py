"""The walk of an entry: stages and the gates at their ends."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from laureat.rulebook.schema.base import Key, Node, Share, Sourced, Text
from laureat.rulebook.schema.predicates import Predicate
from laureat.rulebook.schema.saying import Wrong, found, one_of
from laureat.saying import say

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNITS = {"min": 60, "h": 3600, "d": 86400}


def _span(value: Any) -> Any:
    """Read "15 min", "2 h", "3 d"."""
    if isinstance(value, timedelta):
        return value
    parts = str(value).split()
    if len(parts) != 2 or not parts[0].isdigit() or parts[1] not in _UNITS:
        raise Wrong(found(value), say("a time span such as '15 min', '2 h' or '3 d'"))
    return timedelta(seconds=int(parts[0]) * _UNITS[parts[1]])


def _span_text(value: timedelta) -> str:
    return f"{int(value.total_seconds()) // 60} min"


Span = Annotated[
    timedelta,
    BeforeValidator(_span),
    PlainSerializer(_span_text, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["15 min", "2 h", "3 d"]}),
]
"""A time span in whole minutes: 15 min, 2 h, 3 d."""


class Deadline(Node):
    """An instant of the edition's zone, and the grace after it."""

    at: datetime
    grace: Span = timedelta(0)


def _deadline(value: Any) -> Any:
    """A plain date closes at the end of that day."""
    if isinstance(value, dict | Deadline):
        return value
    if isinstance(value, datetime):
        return {"at": value}
    if isinstance(value, date):
        return {"at": datetime.combine(value, time(23, 59, 59))}
    text = str(value).strip()
    return {"at": f"{text}T23:59:59" if _DAY.fullmatch(text) else text}


def _opening(value: Any) -> Any:
    """A plain date opens at midnight."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(0))
    text = str(value).strip()
    return f"{text}T00:00:00" if _DAY.fullmatch(text) else value


_WHEN: dict[str, Any] = {"type": "string", "examples": ["2024-01-16", "2024-01-16T09:00"]}
Opening = Annotated[datetime, BeforeValidator(_opening), WithJsonSchema(_WHEN)]
"""When something opens: 2024-01-16 (midnight) or 2024-01-16T09:00, in the edition's zone."""
Closing = Annotated[
    Deadline,
    BeforeValidator(_deadline),
    WithJsonSchema(
        {
            "anyOf": [
                _WHEN,
                {
                    "type": "object",
                    "properties": {
                        "at": _WHEN,
                        "grace": {"type": "string", "examples": ["15 min"]},
                    },
                    "required": ["at"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""When something closes: 2024-03-01 (the end of that day), 2024-03-01T18:00, or
{at: 2024-03-01T18:00, grace: 15 min}."""


def instant(local: datetime, zone: str) -> datetime:
    """The instant meant by a rulebook's local time."""
    return local.replace(tzinfo=ZoneInfo(zone)) if local.tzinfo is None else local


class Gate(Sourced):
    """Who walks on at the end of a stage.

    threshold: at least `at_least` points · top: the best `top` · share: the best `share` ·
    quota: `total` places spread over `per` by `method` · passed: all checks passed ·
    honoured: those given one of `honours` · all: everybody who has a result.
    Groups are the whole stage, or `per` category or region.
    """

    rule: Literal["threshold", "top", "share", "quota", "passed", "honoured", "all"]
    at_least: Decimal | None = None
    top: int | None = None
    share: Share | None = None
    total: int | None = None
    least: int = 0
    method: Literal["hamilton", "dhondt", "sainte-lague", "huntington"] = "hamilton"
    honours: list[Key] = []
    per: Literal["edition", "category", "region"] = "edition"
    decided_by: Literal["rule", "secretary", "panel"] = "rule"

    @model_validator(mode="after")
    def _complete(self) -> Gate:
        needs = {"threshold": "at_least", "top": "top", "share": "share", "quota": "total"}
        name = needs.get(self.rule)
        if name and getattr(self, name) is None:
            raise Wrong(
                say("a gate of rule %(rule)s without %(name)s", rule=self.rule, name=repr(name)),
                say("its figure"),
            )
        if self.rule == "honoured" and not self.honours:
            raise Wrong(
                say("a gate of rule %(rule)s without %(name)s", rule=self.rule, name="'honours'"),
                say("the honours that let an entry go on"),
            )
        if self.rule == "quota" and self.per == "edition":
            raise Wrong(say("a quota for the whole contest"), "'per: region', 'per: category'")
        return self


class StageBase(Sourced):
    """What all stages share."""

    key: Key
    title: Text
    note: Text | None = None
    opens: Opening | None = None
    closes: Closing | None = None
    per: Literal["edition", "region"] = "edition"
    applies: Predicate | None = Field(None, alias="for")
    """Only entries of which this holds walk through the stage."""


class IntakeStage(StageBase):
    """Applications are filled in and submitted."""

    kind: Literal["intake"]
    form: Key


class CheckItem(Sourced):
    """One thing that is checked, with a protocol if a document proves it."""

    key: Key
    title: Text
    guidance: Text | None = None
    protocol: bool = False


class CheckStage(StageBase):
    """The secretary checks things and writes what was found."""

    kind: Literal["check"]
    checks: list[CheckItem] = Field(min_length=1)
    gate: Gate = Gate(rule="passed")


class Team(Sourced):
    """Who judges an entry at a stage."""

    size: tuple[int, int]
    lead: int = 1
    newcomers: int | None = None
    """At most so many newcomers."""
    same_region: bool = True
    """Whether assessors of the applicant's region may judge it."""
    taken_from: Key | None = Field(None, alias="from")
    """Stage whose team goes on (as far as it is needed)."""

    @model_validator(mode="after")
    def _sane(self) -> Team:
        low, high = self.size
        if not 1 <= low <= high:
            raise Wrong(
                say("team size %(low)s–%(high)s", low=low, high=high),
                say("at least 1, and the second not smaller"),
            )
        if self.lead > high:
            raise Wrong(say("more leads than members"), say("at most %(le)s", le=high))
        return self


class ScorebookRule(Node):
    """How scorebooks are filled in."""

    model: Key
    individual: bool = True
    """Each assessor alone, hidden from colleagues until signed."""
    consensus: bool = False
    """The lead then writes the team's scorebook."""
    discuss_when_spread_over: Decimal | None = None
    """Marks of a part further apart than this share of the scale, in percent, are discussed."""
    starts_from: Key | None = None
    """Stage whose agreed marks are the starting values."""


class Blind(Node):
    """Who is hidden from whom."""

    assessors_to_applicant: bool = True
    applicant_to_assessors: bool = False
    """Tastings: the assessor sees a sample code only."""


class OnSite(Node):
    """The stage happens at the applicant's place."""

    days: tuple[int, int] = (1, 1)


FairModel = Literal["raw", "linear", "rsm", "pcm"]
"""How fair scores are freed from the severity of assessors: not at all; totals as entry, severity
and error; marks by a Rasch model, thresholds of the rating scale or of each part."""


class AssessmentStage(StageBase):
    """Scorebooks are filled in."""

    kind: Literal["assessment"]
    team: Team
    scorebook: ScorebookRule
    blind: Blind = Blind()
    on_site: OnSite | None = None
    result: Literal["mean", "median", "trimmed", "consensus", "fair"] = "mean"
    beside: list[Literal["mean", "median", "trimmed", "consensus", "fair"]] = []
    fair: FairModel | None = None
    """Model of the fair scores. Unless told: linear; where every part is judged by levels, rsm if
    they share one scale, else pcm."""
    gate: Gate = Gate(rule="all")

    @model_validator(mode="after")
    def _consistent(self) -> AssessmentStage:
        if self.result == "consensus" and not self.scorebook.consensus:
            message = "result: consensus needs scorebook.consensus: true"
            raise ValueError(message)
        if self.result == "fair" and self.fair == "raw":
            message = "result: fair needs a model, but fair: raw corrects nothing"
            raise ValueError(message)
        if self.result == "fair" and not self.scorebook.individual:
            raise Wrong(
                say("'result: fair' without individual scorebooks"), "'scorebook.individual: true'"
            )
        return self


class DecisionStage(StageBase):
    """A panel sits, votes and decides honours."""

    kind: Literal["decision"]
    panel: Key
    points_from: Key
    """The assessment stage whose results rank the entries."""
    quorum: Share
    """Share of the voting members that has to be there."""
    ballot_quorum: Share | None = None
    """Share of the voting members who are not recused that has to take part in the vote on a
    motion, abstentions included; without it as much as `quorum`."""
    majority: Literal["simple", "absolute", "two-thirds"] = "simple"
    """simple: more for than against of those voting; absolute: more than half of all members;
    two-thirds: at least two thirds of those present."""
    ballot: Literal["open", "secret"] = "open"
    ties: list[str] = ["chair"]
    """Tie-break chain: criterion:<key>, group:<key>, fair, earlier_entry; ends with chair."""
    gate: Gate | None = None
    confirmed_by: Text | None = None
    publish_requires: Literal["signed_minutes", "closed_session"] = "signed_minutes"
    """What there must be before decisions become public: minutes approved by who presided and
    signed by the secretary, or only a closed session."""

    @model_validator(mode="after")
    def _chain_ends_with_a_person(self) -> DecisionStage:
        known = ("fair", "earlier_entry", "chair")
        for tie in self.ties:
            if tie not in known and not tie.startswith(("criterion:", "group:")):
                raise Wrong(
                    say("unknown tie-break %(tie)s", tie=repr(tie)),
                    one_of(("criterion:<key>", "group:<key>", *known)),
                )
        if not self.ties or self.ties[-1] != "chair":
            raise Wrong(
                say("a tie-break chain that does not end with a person"), say("'chair' at its end")
            )
        return self


Stage = Annotated[
    IntakeStage | CheckStage | AssessmentStage | DecisionStage, Field(discriminator="kind")
]
