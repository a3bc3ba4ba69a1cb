"""When two organisations of the register become one: who must not judge one judges neither."""

from __future__ import annotations

from typing import Any

from laureat.assessment.actions.conflicts import keep_conflict
from laureat.assessment.actions.ties import Found
from laureat.assessment.models import Assessor, Conflict, Tie
from laureat.registry.models import Organisation
from laureat.rulebook.models import EditionState


def take_over_conflicts(sender: Any, kept: Organisation, gone: Organisation, **kwargs: Any) -> None:
    """Keep the conflicts with either as conflicts with `kept`, whose entries are those of both now:
    what somebody was to judge of it ends. Comes after the entries were moved.
    """
    for assessor in Assessor.objects.filter(works_for=gone).order_by("pk"):
        assessor.works_for.add(kept)
        assessor.works_for.remove(gone)
    there = set(
        Conflict.objects.filter(organisation=kept, lifted_at__isnull=True)
        .order_by()
        .values_list("assessor_id", flat=True)
    )
    moved = Conflict.objects.filter(organisation=gone)
    for row in moved.order_by("pk"):
        if row.lifted_at is not None or row.assessor_id not in there:
            row.organisation = kept
            row.save(update_fields=["organisation"])
    in_force = Conflict.objects.filter(organisation=kept, lifted_at__isnull=True).exclude(
        assessor__edition__state=EditionState.ARCHIVED
    )
    for row in in_force.select_related(
        "assessor__edition__award", "assessor__edition__version"
    ).order_by("assessor"):
        said = Found(Tie(row.tie), row.about) if row.tie else row.reason
        keep_conflict(row.assessor, kept, said, by=None, kind=row.kind)
