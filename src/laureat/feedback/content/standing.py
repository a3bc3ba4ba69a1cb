"""Where an entry stands by points at the stage that said the last word about it, and how many
points the titles took that it did not get.

The own place is nobody else's secret. A number of points is told where the rules themselves name
it, or where so many got the title that nobody's points are given away.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from laureat.assessment.models import Result
from laureat.feedback.queries.gathering import Material
from laureat.intake.models import Entry, Passage, PassageState
from laureat.rulebook import schema
from laureat.rulebook.models import EditionState

_AT_LEAST = re.compile(r"entry\.points\s*>=\s*(\d+(?:\.\d+)?)")
"""A condition that asks for points and for nothing else."""


def standing(material: Material, entry: Entry) -> dict[str, Any] | None:
    """Place, group and missed titles; None before publication, or where nothing may be told."""
    feedback = material.rules.feedback
    public = material.edition.state in {EditionState.PUBLISHED, EditionState.ARCHIVED}
    if feedback is None or not feedback.tell or not public:
        return None
    ended = [
        each
        for each in material.passages.get(entry.pk, [])
        if each.state in {PassageState.PASSED, PassageState.STOPPED}
    ]
    if not ended:
        return None
    rules = material.rules.stage(ended[-1].stage.key)
    if isinstance(rules, schema.DecisionStage):
        return _at_the_panel(material, entry, ended[-1], rules, feedback)
    if isinstance(rules, schema.AssessmentStage):
        own = material.results.get((entry.pk, rules.key))
        rows = _rows(material, rules.key, ended[-1], rules.gate.per, own)
        return _told(material, own, rows, rules.gate.per, feedback, [])
    return None


def _at_the_panel(
    material: Material,
    entry: Entry,
    passage: Passage,
    rules: schema.DecisionStage,
    feedback: schema.Feedback,
) -> dict[str, Any] | None:
    titles = [h for h in material.rules.honours if h.stage == rules.key and not h.overlay]
    per = "category" if any(each.per == "category" for each in titles) else "edition"
    own = material.results.get((entry.pk, rules.points_from))
    rows = _rows(material, rules.points_from, passage, per, own)
    given = _given(material, entry.pk)
    best = next((n for n, each in enumerate(titles) if each.key in given), len(titles))
    missed = [
        told
        for each in titles[:best]
        if "line" in feedback.tell
        and (told := _missed(material, each, rows, feedback.groups_of_at_least)) is not None
    ]
    return _told(material, own, rows, per, feedback, missed)


def _given(material: Material, entry: int) -> set[str]:
    """Titles that the panel gave the entry, a declined one too: by points it was reached."""
    rows = [*material.honours.get(entry, []), *material.declined.get(entry, [])]
    return {each.key for each in rows}


def _rows(
    material: Material, source: str, passage: Passage, per: str, own: Result | None
) -> list[Result]:
    """The results of those that the entry was compared with: of its stage, its group, with points."""
    came = material.came.get(passage.stage_id, set())
    return [
        row
        for (pk, key), row in material.results.items()
        if key == source
        and pk in came
        and row.points is not None
        and own is not None
        and _group(row, per) == _group(own, per)
    ]


def _group(row: Result, per: str) -> object:
    return {"category": row.entry.category_id, "region": row.entry.region}.get(per)


def _missed(
    material: Material, title: schema.Honour, rows: list[Result], least: int
) -> dict[str, Any] | None:
    """How many got a title and from how many points on; None where its condition asks for more than
    points: then they do not tell why it was not given.
    """
    holders = [row for row in rows if title.key in _given(material, row.entry_id)]
    asked = _AT_LEAST.fullmatch(title.when.source.strip()) if title.when else None
    if title.when is not None and asked is None:
        return None
    line: Decimal | None = None
    if asked is not None:
        line = Decimal(asked[1])
    elif len(holders) >= max(1, least):
        line = min(row.points for row in holders if row.points is not None)
    return {
        "title": {"ru": title.title.ru, "en": title.title.en},
        "given": len(holders),
        "line": None if line is None else f"{line.normalize():f}",
        "by_rule": asked is not None,
    }


def _told(
    material: Material,
    own: Result | None,
    rows: list[Result],
    per: str,
    feedback: schema.Feedback,
    missed: list[dict[str, Any]],
) -> dict[str, Any] | None:
    if own is None or own.points is None:
        return None
    better = sum(row.points is not None and row.points > own.points for row in rows)
    category = own.entry.category if per == "category" else None
    return {
        "points": f"{own.points.normalize():f}",
        "place": better + 1 if "place" in feedback.tell else None,
        "of": len(rows),
        "group": {"ru": category.title_ru, "en": category.title_en} if category else None,
        "missed": missed,
    }
