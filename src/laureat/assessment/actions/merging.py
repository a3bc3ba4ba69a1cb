"""When two organisations of the register become one: who must not judge one judges neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from laureat.assessment.actions.conflicts import keep_conflict
from laureat.assessment.actions.ties import Found
from laureat.assessment.models import LIVE, Assessor, Assignment, Conflict, Tie
from laureat.assessment.permissions import keep_assessor
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation
from laureat.rulebook.models import EditionState, StageState


def take_over_conflicts(
    sender: Any, kept: Organisation, gone: Organisation, by: User | None, **kwargs: Any
) -> None:
    """Keep the conflicts with either as conflicts with `kept`, whose entries are those of both now:
    what somebody was to judge of it ends. Comes after the entries were moved.

    Raises Refused where that is work in a contest which `by` does not run.
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
    rows = list(
        in_force.select_related("assessor__edition__award", "assessor__edition__version").order_by(
            "assessor"
        )
    )
    if by is not None:
        _refuse_elsewhere([row.assessor for row in rows], kept, by)
    for row in rows:
        said = Found(Tie(row.tie), row.about) if row.tie else row.reason
        keep_conflict(row.assessor, kept, said, by=by, kind=row.kind, unseen=True)


def _refuse_elsewhere(assessors: Sequence[Assessor], kept: Organisation, by: User) -> None:
    """Who keeps a card of the register ends nobody's work in a contest that others run."""
    at_work = set(
        Assignment.objects.filter(assessor__in=assessors, entry__organisation=kept, state__in=LIVE)
        .exclude(stage__state=StageState.CLOSED)
        .order_by()
        .values_list("assessor", flat=True)
    )
    for assessor in assessors:
        if assessor.pk in at_work and not keep_assessor(by, assessor):
            raise Refused(
                _(
                    "In “%(contest)s” somebody who must not judge one of the two is to judge the "
                    "other. Ask the secretary of that contest to merge them: its teams change then."
                )
                % {"contest": localised(assessor.edition, "title")}
            )
