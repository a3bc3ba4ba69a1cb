"""A frozen report in the reader's language: one read model for the page and for the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.feedback.models import Report
from laureat.platform.i18n.content import current
from laureat.platform.ui.charts.entries import State
from laureat.platform.ui.text import number

KEY = 3
"""How many strengths and areas are named at the beginning."""
Raw = dict[str, Any]


def say(text: Mapping[str, str] | None) -> str:
    """A text in the reader's language, else in the other one."""
    if not text:
        return ""
    here = current()
    return text.get(here) or text.get("ru" if here == "en" else "en") or ""


@dataclass(frozen=True)
class Part:
    """What was said and given for one part."""

    place: str
    code: str
    title: str
    points: str | None
    max: str
    strengths: list[str]
    improvements: list[str]
    edited: bool


@dataclass(frozen=True)
class Criterion:
    """A criterion with its parts."""

    code: str
    title: str
    points: str | None
    max: str
    category_mean: str | None
    honoured_mean: str | None
    parts: list[Part]


@dataclass(frozen=True)
class Block:
    """What one model found."""

    title: str
    stage: str
    points: str | None
    max: str
    range: str
    low: str | None
    high: str | None
    category_mean: str | None
    honoured_mean: str | None
    category_size: int
    honoured_size: int
    criteria: list[Criterion]
    methods: list[str]


@dataclass(frozen=True)
class Step:
    """A stage of the way."""

    label: str
    state: State
    on: date | None
    note: str


@dataclass(frozen=True)
class Reading:
    """The report, ready to show."""

    report: Report
    number: str
    award: str
    edition: str
    category: str
    category_title: str
    organisation: str
    place: str
    good: str
    demo: bool
    outcome: str
    outcome_tone: str
    way: list[Step]
    failed: list[dict[str, str]]
    summary: list[str]
    main: Block | None
    others: list[Block]
    minimum: int | None
    note: str
    next: list[str]
    attention: list[Raw]
    corrections: int
    strengths: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """All models, the main one first."""
        return [self.main, *self.others] if self.main else []


def reading(report: Report) -> Reading:
    """The frozen content of `report` in the reader's language."""
    content: Raw = report.content
    blocks = [_block(raw, content["edited"]) for raw in content["blocks"]]
    main = blocks[0] if blocks else None
    outcome, tone = _outcome(content["outcome"])
    return Reading(
        report=report,
        number=content["number"],
        award=say(content["award"]),
        edition=say(content["edition"]),
        category=say(content["category"]),
        category_title=say(content["category_title"]),
        organisation=say(content["organisation"]),
        place=say(content["place"]),
        good=say(content["good"]),
        demo=content["demo"],
        outcome=outcome,
        outcome_tone=tone,
        way=[
            Step(
                label=say(step["title"]),
                state=step["state"],
                on=date.fromisoformat(step["on"]) if step["on"] else None,
                note=say(step["reason"]),
            )
            for step in content["way"]
        ],
        failed=[
            {"stage": say(each["stage"]), "title": say(each["title"]), "note": each["note"]}
            for each in content["failed_checks"]
        ],
        summary=content["summary"],
        main=main,
        others=blocks[1:],
        minimum=content["minimum"],
        note=say(content["note"]),
        next=_next(content),
        attention=content["attention"],
        corrections=len(content["edited"]),
        strengths=_key(main, "strengths", best=True),
        areas=_key(main, "improvements", best=False),
    )


def _outcome(raw: Raw | None) -> tuple[str, str]:
    if raw is None:
        return "", ""
    if raw["kind"] == "honoured":
        tones = {each["tone"] for each in raw["honours"]}
        return "; ".join(say(each) for each in raw["honours"]), "gold" if "gold" in tones else "ok"
    if raw["kind"] == "stopped":
        if not raw["stage"]:
            return _("Did not go on"), "neutral"
        return _("Did not go on after “%(stage)s”") % {"stage": say(raw["stage"])}, "neutral"
    return _("Judged to the end, without an honour"), "neutral"


def _block(raw: Raw, edited: Raw) -> Block:
    low, high = raw["low"], raw["high"]
    return Block(
        title=say(raw["title"]),
        stage=say(raw["stage"]),
        points=raw["points"],
        max=raw["max"],
        range=f"{number(low)}–{number(high)}" if low and high else "",
        low=low if low and high else None,
        high=high if low and high else None,
        category_mean=raw["means"].get("category"),
        honoured_mean=raw["means"].get("honoured"),
        category_size=raw["sizes"].get("category", 0),
        honoured_size=raw["sizes"].get("honoured", 0),
        criteria=[_criterion(each, edited) for each in raw["criteria"]],
        methods=[_method(each) for each in raw["methods"]],
    )


def _criterion(raw: Raw, edited: Raw) -> Criterion:
    return Criterion(
        code=raw["code"],
        title=say(raw["title"]),
        points=raw["points"],
        max=raw["max"],
        category_mean=raw["means"].get("category"),
        honoured_mean=raw["means"].get("honoured"),
        parts=[
            Part(
                place=part["place"],
                code=part["code"],
                title=say(part["title"]),
                points=part["points"],
                max=part["max"],
                strengths=part["strengths"],
                improvements=part["improvements"],
                edited=any(key.startswith(f"{part['place']}.") for key in edited),
            )
            for part in raw["parts"]
        ],
    )


def _method(raw: Raw) -> str:
    """How the numbers of a stage were made, in words."""
    how = {
        "mean": _("the result is the mean of the assessors' points"),
        "median": _("the result is the median of the assessors' points"),
        "trimmed": _("the result is the mean without the highest and the lowest points"),
        "consensus": _("the result is what the team agreed on"),
        "fair": _("the result is the mean corrected for how strict or lenient each assessor marks"),
    }.get(raw["method"], raw["method"])
    people = raw["people"]
    told = ngettext("%(count)s assessor", "%(count)s assessors", people) % {"count": people}
    alone = _("each marked alone first") if raw["individual"] > 1 else ""
    together = _("then the team agreed on one scorebook") if raw["consensus"] and alone else ""
    told = ", ".join(filter(None, [told if people else "", alone, together]))
    points = _("%(points)s points") % {"points": number(raw["points"])} if raw["points"] else ""
    return f"{say(raw['stage'])}: " + "; ".join(filter(None, [told, how, points])) + "."


def _next(content: Raw) -> list[str]:
    said = []
    if content["blocks"]:
        said.append(
            _(
                "Choose two or three areas for improvement with the greatest effect, name who "
                "answers for them and by when, and compare after a year."
            )
        )
    outcome = content["outcome"] or {}
    if outcome.get("kind") == "honoured":
        said.append(
            _("The diploma and the right to the sign can be checked by anybody on these pages.")
        )
    elif outcome:
        said.append(_("You can take part again: the next contest is announced on these pages."))
    return said


def _share(points: str | None, most: str) -> Decimal | None:
    return Decimal(points) / Decimal(most) if points is not None and Decimal(most) else None


def _key(block: Block | None, kind: str, *, best: bool) -> list[str]:
    """The first remark on each of the parts with the highest (or lowest) share of points, from
    different criteria.
    """
    if block is None:
        return []
    ranked = []
    for order, criterion in enumerate(block.criteria):
        for part in criterion.parts:
            share, remarks = _share(part.points, part.max), getattr(part, kind)
            if share is not None and remarks:
                ranked.append((-share if best else share, order, part.code, remarks[0]))
    chosen: dict[int, str] = {}
    for each in sorted(ranked, key=lambda each: each[:3]):
        order, remark = each[1], each[3]
        chosen.setdefault(order, remark)
    return list(chosen.values())[:KEY]
