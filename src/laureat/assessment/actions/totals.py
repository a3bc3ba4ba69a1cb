"""Stored totals, counted again from the marks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from laureat.assessment.actions.marks import model_of
from laureat.assessment.actions.writing import total
from laureat.assessment.models import Mark, Scorebook
from laureat.rulebook.models import Stage


@dataclass(frozen=True)
class WrongTotal:
    """A stored total that its marks do not give."""

    scorebook: Scorebook
    stored: Decimal | None
    counted: Decimal | None
    filled: int


@transaction.atomic
def check_totals(stage: Stage, *, repair: bool = False) -> list[WrongTotal]:
    """Recompute points of marks and totals of scorebooks; `repair` writes what is right."""
    model = model_of(stage)
    weights = model.weights()
    scales = {part.key: stage.edition.rules.scales[part.scale] for part in model.parts()}
    wrong = []
    for book in Scorebook.objects.filter(stage=stage).prefetch_related("marks").order_by("pk"):
        marks = list(book.marks.all())
        right = {
            mark.pk: (
                scales[mark.part].points(mark.value, weights[mark.part])
                if mark.value is not None and mark.part in scales
                else None
            )
            for mark in marks
        }
        points, filled = total(right.values())
        off = [mark for mark in marks if mark.points != right[mark.pk]]
        if off or points != book.points or filled != book.filled:
            wrong.append(WrongTotal(book, book.points, points, filled))
            if repair:
                for mark in off:
                    mark.points = right[mark.pk]
                Mark.objects.bulk_update(off, ["points"])
                Scorebook.objects.filter(pk=book.pk).update(points=points, filled=filled)
    return wrong
