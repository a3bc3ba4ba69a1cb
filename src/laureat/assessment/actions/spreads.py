"""How far the members of a team lie apart, and what it therefore has to talk about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from laureat.assessment import permissions
from laureat.assessment.actions.marks import model_of, scale_of
from laureat.assessment.models import Mark, Scorebook, ScorebookKind, ScorebookState
from laureat.rulebook.schema.scales import BandedScale, OrdinalScale, PercentScale, PointsScale


def spread_of(scale: Any, values: Sequence[Decimal]) -> Decimal | None:
    """How far marks lie apart, in percent of the scale (banded: of the points it can earn)."""
    if len(values) < 2:
        return None
    shares: list[Fraction]
    if isinstance(scale, BandedScale):
        shares = [scale.share(value) for value in values]
    else:
        low, high = _range(scale)
        shares = [(Fraction(value) - low) / (high - low) for value in values]
    return Decimal(round((max(shares) - min(shares)) * 1000)) / 10


def _range(scale: Any) -> tuple[Fraction, Fraction]:
    if isinstance(scale, PercentScale):
        return Fraction(0), Fraction(100)
    if isinstance(scale, PointsScale):
        return Fraction(scale.least), Fraction(scale.most)
    if isinstance(scale, OrdinalScale):
        return Fraction(scale.levels[0].value), Fraction(scale.levels[-1].value)
    return Fraction(0), Fraction(1)


def too_far(found: Decimal | None, limit: Decimal | None) -> bool:
    """Whether marks lie further apart than the rule lets pass without words."""
    return limit is not None and found is not None and found > limit


def undiscussed(book: Scorebook, marks: Mapping[str, Mark]) -> list[str]:
    """Parts of the team's scorebook over which its members lie too far apart, and which nobody has
    saved since it was begun from their means; in reading order. One query.

    marks: those of the scorebook, by part.
    """
    stage, rules = book.stage, book.stage.rules.scorebook
    limit = rules.discuss_when_spread_over
    if book.kind != ScorebookKind.CONSENSUS or not rules.individual or limit is None:
        return []
    alone = Mark.objects.filter(
        scorebook__stage=stage,
        scorebook__entry=book.entry_id,
        scorebook__kind=ScorebookKind.INDIVIDUAL,
        scorebook__state=ScorebookState.SIGNED,
        scorebook__assessor__in=permissions.team_of(book.entry_id, stage.pk)
        .order_by()
        .values("assessor"),
    )
    given: dict[str, list[Decimal]] = {}
    for part, value in alone.values_list("part", "value"):
        if value is not None:
            given.setdefault(part, []).append(value)
    return [
        part.key
        for part in model_of(stage).parts()
        if not (part.key in marks and marks[part.key].settled)
        and too_far(spread_of(scale_of(stage, part), given.get(part.key, [])), limit)
    ]
