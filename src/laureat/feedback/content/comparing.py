"""Points by criterion, and the means of groups that are large enough not to give anybody away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from laureat.assessment.models import Result
from laureat.feedback.queries.gathering import Material
from laureat.rulebook import schema
from laureat.rulebook.schema.scales import rounded


def points_of(criterion: schema.Criterion, parts: dict[str, Decimal]) -> Decimal | None:
    """Points of a criterion: the sum of its parts; nothing while one of them has no mark."""
    found = [parts.get(part.key) for part in criterion.parts]
    known = [points for points in found if points is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def decimals(parts: dict[str, Any]) -> dict[str, Decimal]:
    """Stored points by part as exact numbers."""
    return {key: Decimal(str(value)) for key, value in parts.items() if value is not None}


def mean(values: list[Decimal], least: int) -> Decimal | None:
    """The mean, rounded half to even; nothing for fewer than `least` values."""
    return rounded(sum(values, Decimal(0)) / len(values)) if len(values) >= max(1, least) else None


def compare(material: Material, stage: schema.AssessmentStage, category: str) -> dict[str, Any]:
    """Sizes and means of the groups that an entry of `category` is compared with at `stage`.

    {"category": {"size": 14, "total": Decimal, "criteria": {key: Decimal}}, "honoured": …}; a
    group below the rulebook's least size, or one that is not wanted, has no means.
    """
    known = material.groups.get((stage.key, category))
    if known is not None:
        return known
    feedback = material.rules.feedback
    wanted = feedback.compare_with if feedback else []
    least = feedback.groups_of_at_least if feedback else 0
    model = material.rules.models[stage.scorebook.model]
    here = [row for (_entry, key), row in material.results.items() if key == stage.key]
    honoured, titles = _honoured(material, stage, here)
    groups = {
        "category": [row for row in here if _category(row) == category],
        "honoured": honoured,
    }
    found = {
        name: _group(rows if name in wanted else [], model, least) for name, rows in groups.items()
    }
    found["honoured"]["titles"] = [{"ru": each.title.ru, "en": each.title.en} for each in titles]
    material.groups[stage.key, category] = found
    return found


def _honoured(
    material: Material, stage: schema.AssessmentStage, rows: list[Result]
) -> tuple[list[Result], list[schema.Honour]]:
    """Those whom the panel that decides after `stage` honoured, and by which titles.

    A mean of everybody compares nothing: where each entry got one of the titles, the lowest ones
    are left out until the honoured are some of all; the titles are told then.
    """
    order = [each.key for each in material.rules.stages]
    after = material.rules.stages[order.index(stage.key) + 1 :]
    panel = next((each.key for each in after if each.kind == "decision"), "")
    titles = [each for each in material.rules.honours if each.stage == panel and not each.overlay]
    scored = [row for row in rows if row.points is not None]
    kept = titles
    while kept:
        keys = {each.key for each in kept}
        found = [
            row
            for row in scored
            if any(given.key in keys for given in material.honours.get(row.entry_id, []))
        ]
        if len(found) < len(scored):
            return found, kept if len(kept) < len(titles) else []
        kept = kept[:-1]
    return [], []


def _category(row: Result) -> str:
    return row.entry.category.key if row.entry.category else ""


def _group(rows: list[Result], model: schema.Model, least: int) -> dict[str, Any]:
    scored = [row for row in rows if row.points is not None]
    totals = [row.points for row in scored if row.points is not None]
    parts = [decimals(row.parts) for row in scored]
    criteria = {}
    for criterion in model.criteria:
        known = [points for each in parts if (points := points_of(criterion, each)) is not None]
        criteria[criterion.key] = mean(known, least)
    return {"size": len(totals), "total": mean(totals, least), "criteria": criteria}
