"""An assessor is erased in the middle of work: what is not finished passes on to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat import ledger
from laureat.assessment.actions import locks
from laureat.assessment.actions.replacing import replace
from laureat.assessment.actions.teams import assign, move
from laureat.assessment.models import (
    LIVE,
    Assessor,
    Assignment,
    AssignmentState,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.platform.accounts.duties import Duty
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageState


def assessor_duties(user: User) -> Iterator[Duty]:
    """The stages where somebody waits for the scorebooks of `user`."""
    by_stage: dict[int, list[Assignment]] = {}
    for row in _at_work(user):
        by_stage.setdefault(row.stage_id, []).append(row)
    for rows in by_stage.values():
        stage, count = rows[0].stage, len(rows)
        said = ngettext(
            "%(stage)s (%(contest)s): judges %(n)s entry",
            "%(stage)s (%(contest)s): judges %(n)s entries",
            count,
        )
        yield Duty(
            said
            % {
                "stage": localised(stage, "title"),
                "contest": localised(stage.edition, "title"),
                "n": count,
            },
            _(
                "What is signed counts. Of what is not, they leave the team, others are asked at "
                "once and the secretary is told."
            ),
            reverse("assessment:teams", args=[stage.uid]),
        )


def _at_work(user: User) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(assessor__user=user, state__in=LIVE)
        .exclude(stage__state=StageState.CLOSED)
        .select_related("stage__edition__award", "entry", "assessor")
        .order_by("stage", "entry")
    )


def hold_stages(user: User) -> None:
    """The stages whose teams an erasure changes, before the person is locked."""
    locks.own(*_at_work(user).values_list("stage_id", flat=True))


def hand_over(sender: Any, user: User, by: User | None, **kwargs: Any) -> None:
    """Let an erased person be asked no more, and leave the teams that wait for them."""
    stages = locks.own(*_at_work(user).values_list("stage_id", flat=True))
    Assessor.objects.filter(user=user).update(active=False)
    rows = list(_at_work(user))
    for key, stage in stages.items():
        here = [row for row in rows if row.stage_id == key]
        if not here:  # closed, or the last of them left, before the stage was ours
            continue
        stage.edition = here[0].stage.edition
        gone = [row for row in here if not _passes_on(row, stage)]
        for row in gone:
            move(row, AssignmentState.REMOVED)
            row.lead = False
            row.save(update_fields=["state", "lead", "moved_at"])
            ledger.append(
                stage.edition.chain, "assignment.removed", subject=row.uid, by=by, data={}
            )
        if gone:
            replace(stage, gone, "erased", by=None)


def _passes_on(row: Assignment, stage: Stage) -> bool:
    """Whether this person may stay in the team as one who has signed; passes their lead on.

    Who has signed and leads a team whose scorebook is still open passes the lead on; where nobody
    else may lead they leave as well, so that somebody is found who can finish.
    """
    rules = stage.rules.scorebook
    agreed = _signed(row, ScorebookKind.CONSENSUS).exists()
    if not rules.individual:
        return agreed
    if not _signed(row, ScorebookKind.INDIVIDUAL).filter(assessor=row.assessor).exists():
        return False
    if not row.lead or not rules.consensus or agreed:
        return True
    heir = _heir(row)
    if heir is None:
        return False
    assign(stage, row.entry, heir.assessor, lead=True, by=None)
    return True


def _signed(row: Assignment, kind: ScorebookKind) -> QuerySet[Scorebook]:
    return Scorebook.objects.filter(
        stage=row.stage_id, entry=row.entry, state=ScorebookState.SIGNED, kind=kind
    ).order_by()


def _heir(row: Assignment) -> Assignment | None:
    """Who of the team may lead it instead; the lowest number first."""
    return (
        Assignment.objects.filter(
            stage=row.stage_id,
            entry=row.entry,
            state=AssignmentState.ACCEPTED,
            assessor__may_lead=True,
        )
        .exclude(pk=row.pk)
        .select_related("assessor")
        .order_by("assessor__serial")
        .first()
    )
