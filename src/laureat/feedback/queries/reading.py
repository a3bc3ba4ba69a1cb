"""A frozen report in the reader's language: one read model for the page and for the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.assessment.queries.words import in_letters
from laureat.feedback.models import Report
from laureat.feedback.queries.totals import Fair, Sum, fair_of, say, standing_words, sum_of
from laureat.platform.i18n.content import current
from laureat.platform.i18n.search import search_key
from laureat.platform.ui.charts.entries import State
from laureat.platform.ui.text import number


class Remarks(list[str]):
    """Remarks, which stay in the language they were written in."""

    @property
    def lang(self) -> str:
        """That language where it is not the reader's, so that a voice reads them right."""
        letters = [each for remark in self for each in remark if each.isalpha()]
        russian = sum("а" <= each.lower() <= "я" or each in "ёЁ" for each in letters)
        written = "ru" if russian * 2 > len(letters) else "en"
        return written if letters and written != current() else ""


KEY = 3
"""How many strengths and areas are named at the beginning."""
Raw = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """What was said and given for one part."""

    place: str
    code: str
    title: str
    points: str | None
    max: str
    strengths: Remarks
    improvements: Remarks
    edited: bool
    said_above: bool
    """Whether something was said on it that stands at the criterion: it was said of others too."""

    @property
    def silent(self) -> bool:
        """Whether nothing was said on it anywhere."""
        return not (self.strengths or self.improvements or self.said_above)


@dataclass(frozen=True)
class Criterion:
    """A criterion with its parts, and what was said of several of them in the same words."""

    code: str
    title: str
    points: str | None
    max: str
    category_mean: str | None
    honoured_mean: str | None
    strengths: Remarks
    improvements: Remarks
    parts: list[Part]

    @property
    def plus(self) -> int:
        """How many strengths were named."""
        return len(self.strengths) + sum(len(part.strengths) for part in self.parts)

    @property
    def minus(self) -> int:
        """How many areas for improvement were named."""
        return len(self.improvements) + sum(len(part.improvements) for part in self.parts)


@dataclass(frozen=True)
class Block:
    """What one model found."""

    title: str
    stage: str
    points: str | None
    max: str
    fair: Fair | None
    """Beside the points; where fair points decide these are the points themselves."""
    sum: Sum | None
    category_mean: str | None
    honoured_mean: str | None
    category_size: int
    honoured_label: str
    """Whose mean it is: of all who were honoured, or of those with the higher titles."""
    honoured_size: int
    criteria: list[Criterion]
    methods: list[str]
    silence: str
    """About which parts nothing was written: said once, not at each of them."""


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
    outcome: list[tuple[str, str]]
    """What became of the entry, as (words, tone): each honour by itself."""
    way: list[Step]
    failed: list[dict[str, str]]
    standing: list[str]
    """Place by points, and what the titles took that the entry did not get: sentences."""
    summary: list[str]
    main: Block | None
    others: list[Block]
    minimum: int | None
    note: str
    next: list[str]
    attention: list[Raw]
    corrections: int
    strengths: Remarks = field(default_factory=Remarks)
    areas: Remarks = field(default_factory=Remarks)

    @property
    def foreign(self) -> str:
        """That remarks stay as they were written, where some are in another language."""
        said: list[Remarks] = []
        for each in (each for block in self.blocks for each in block.criteria):
            said += [each.strengths, each.improvements]
            said += [kind for part in each.parts for kind in (part.strengths, part.improvements)]
        if not any(kind.lang for kind in said):
            return ""
        return _("Remarks of the assessors stay in the language in which they were written.")

    @property
    def blocks(self) -> list[Block]:
        """All models, the main one first."""
        return [self.main, *self.others] if self.main else []


def reading(report: Report) -> Reading:
    """The frozen content of `report` in the reader's language."""
    content: Raw = report.content
    blocks = [_block(raw, content["edited"]) for raw in content["blocks"]]
    main = blocks[0] if blocks else None
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
        outcome=_outcome(content["outcome"]),
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
        standing=standing_words(content.get("standing")),
        summary=content["summary"],
        main=main,
        others=blocks[1:],
        minimum=content["minimum"],
        note=say(content["note"]),
        next=_next(content),
        attention=[{**flag, "part": in_letters(flag["part"])} for flag in content["attention"]],
        corrections=len(content["edited"]),
        strengths=_key(content["blocks"][0] if main else None, "strengths", best=True),
        areas=_key(content["blocks"][0] if main else None, "improvements", best=False),
    )


def _outcome(raw: Raw | None) -> list[tuple[str, str]]:
    if raw is None:
        return []
    if raw["kind"] == "honoured":
        tones = {"gold": "gold", "laurel": "ok"}
        return [(say(each), tones.get(each["tone"], "neutral")) for each in raw["honours"]]
    if raw["kind"] == "declined":
        titles = ", ".join(say(each) for each in raw["honours"])
        return [(_("%(titles)s: the title was given and declined") % {"titles": titles}, "")]
    if raw["kind"] == "stopped":
        if not raw["stage"]:
            return [(_("Did not go on"), "")]
        return [(_("Did not go on after “%(stage)s”") % {"stage": say(raw["stage"])}, "")]
    return [(_("Judged to the end, without an honour"), "")]


def _block(raw: Raw, edited: Raw) -> Block:
    criteria = [criterion_of(each, edited) for each in raw["criteria"]]
    return Block(
        title=say(raw["title"]),
        stage=say(raw["stage"]),
        points=raw["points"],
        max=raw["max"],
        fair=fair_of(raw),
        sum=sum_of(raw),
        category_mean=raw["means"].get("category"),
        honoured_mean=raw["means"].get("honoured"),
        category_size=raw["sizes"].get("category", 0),
        honoured_label=_honoured_label(raw),
        honoured_size=raw["sizes"].get("honoured", 0),
        criteria=criteria,
        methods=[_method(each) for each in raw["methods"]],
        silence=_silence([part for criterion in criteria for part in criterion.parts]),
    )


def _honoured_label(raw: Raw) -> str:
    titles = [say(each) for each in raw.get("honoured_as", [])]
    size = {"size": raw["sizes"].get("honoured", 0)}
    if not titles:
        return _("mean of the honoured (%(size)s)") % size
    return _("mean of “%(titles)s” (%(size)s)") % {"titles": ", ".join(titles), **size}


def _silence(parts: list[Part]) -> str:
    silent = [part.code for part in parts if part.silent]
    if not silent:
        return ""
    if len(silent) == len(parts):
        return _("The assessors gave points only and wrote no remarks.")
    return _("The assessors wrote nothing on these parts: %(parts)s.") % {
        "parts": ", ".join(silent)
    }


def criterion_of(raw: Raw, edited: Raw) -> Criterion:
    """A frozen criterion in the reader's language, with what several parts share told once."""
    shared = {kind: _shared(raw["parts"], kind) for kind in ("strengths", "improvements")}
    return Criterion(
        code=raw["code"],
        title=say(raw["title"]),
        points=raw["points"],
        max=raw["max"],
        category_mean=raw["means"].get("category"),
        honoured_mean=raw["means"].get("honoured"),
        strengths=Remarks(shared["strengths"].values()),
        improvements=Remarks(shared["improvements"].values()),
        parts=[_part(part, shared, edited) for part in raw["parts"]],
    )


def _shared(parts: list[Raw], kind: str) -> dict[str, str]:
    """Remarks that several parts of a criterion have in the same words, by these words: each once,
    with the numbers of the parts. Read part by part they would drown what is said of one alone.
    """
    words: dict[str, str] = {}
    codes: dict[str, list[str]] = {}
    for part in parts:
        for remark in part[kind]:
            key = search_key(remark)
            words.setdefault(key, remark)
            code = in_letters(part["code"])
            if code not in codes.setdefault(key, []):
                codes[key].append(code)
    return {
        key: f"{words[key]} ({', '.join(found)})" for key, found in codes.items() if len(found) > 1
    }


def _part(raw: Raw, shared: Mapping[str, Mapping[str, str]], edited: Raw) -> Part:
    own = {
        kind: [remark for remark in raw[kind] if search_key(remark) not in above]
        for kind, above in shared.items()
    }
    return Part(
        place=raw["place"],
        code=in_letters(raw["code"]),
        title=say(raw["title"]),
        points=raw["points"],
        max=raw["max"],
        strengths=Remarks(own["strengths"]),
        improvements=Remarks(own["improvements"]),
        edited=any(key.startswith(f"{raw['place']}.") for key in edited),
        said_above=any(len(own[kind]) < len(raw[kind]) for kind in own),
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
            _("The diploma and the right to the emblem can be checked by anybody on these pages.")
        )
    elif outcome:
        said.append(_("You can take part again: the next contest is announced on these pages."))
    return said


def _share(points: str | None, most: str) -> Decimal | None:
    return Decimal(points) / Decimal(most) if points is not None and Decimal(most) else None


def _key(raw: Raw | None, kind: str, *, best: bool) -> Remarks:
    """The first remark on each of the parts with the highest (or lowest) share of points, from
    different criteria and in different words.
    """
    if raw is None:
        return Remarks()
    ranked = []
    for order, criterion in enumerate(raw["criteria"]):
        for part in criterion["parts"]:
            share = _share(part["points"], part["max"])
            if share is not None:
                ranked.append((-share if best else share, order, part["code"], part[kind]))
    chosen: dict[int, str] = {}
    said: set[str] = set()
    for _rank, order, _code, remarks in sorted(ranked, key=lambda each: each[:3]):
        new = next((remark for remark in remarks if search_key(remark) not in said), None)
        if new is not None and order not in chosen:
            chosen[order] = new
            said.add(search_key(new))
    return Remarks(list(chosen.values())[:KEY])
