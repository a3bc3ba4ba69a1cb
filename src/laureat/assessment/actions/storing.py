"""Results written down: provisional while the stage is open, frozen when it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from laureat.assessment import permissions
from laureat.assessment.actions.gating import decide, decide_ranks, standings_of
from laureat.assessment.actions.results import Outcome, outcome_of
from laureat.assessment.models import Result
from laureat.intake.models import Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageState
from laureat.science.gates import Decision
from laureat.science.judging import VERSION

if TYPE_CHECKING:  # the engine is loaded when it is asked
    from laureat.science.judging import Standing


@transaction.atomic
def compute_results(stage: Stage, *, by: User | None = None) -> list[Result]:
    """Store what is signed now as the stage's (still provisional) results.

    Raises Denied, Refused (the stage is closed: its results are frozen).
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    row = Stage.objects.select_for_update().get(pk=stage.pk)
    if row.state == StageState.CLOSED:
        raise Refused(_("The stage is closed: its results are frozen."))
    outcome = outcome_of(stage)
    return store(stage, outcome, None)


def store(stage: Stage, outcome: Outcome, decisions: Sequence[Decision] | None) -> list[Result]:
    """Write results with all they rest on; provisional ones of entries that left the stage go.

    decisions: what the gate says when the stage is closed; None while it is open.
    Where a stage was opened again for an entry taken back, what it found for those who went on or
    stopped before stays.
    """
    found = outcome.found
    said = decide(stage, found) if decisions is None else decisions
    ranked = decide_ranks(stage, found) if decisions is None else decisions
    ranks = {each.key: each.rank for each in ranked}
    tied = {each.key for each in decisions or () if each.tied}
    stands = standings_of(stage, outcome, said)
    rows = [
        Result(
            stage=stage,
            entry=each.entry,
            method=stage.rules.result,
            points=each.points,
            beside={key: _text(value) for key, value in each.beside.items()},
            raw=each.raw,
            fair=each.fair,
            low=each.low,
            high=each.high,
            model=outcome.fair.model,
            science=VERSION,
            fallback=each.fallback,
            **_standing(stands.get(each.entry.pk)),
            parts={key: _text(value) for key, value in each.parts.items()},
            scorebooks=each.scorebooks,
            rank=ranks.get(each.entry.uid),
            tied_at_line=each.entry.uid in tied,
            computed_at=now(),
        )
        for each in found
    ]
    decided = Passage.objects.filter(
        stage=stage, state__in=(PassageState.PASSED, PassageState.STOPPED)
    )
    left = Result.objects.filter(stage=stage).exclude(entry__in=decided.values("entry"))
    left.exclude(entry__in=[each.entry.pk for each in found]).delete()
    Result.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["stage", "entry"],
        update_fields=[
            "method", "points", "beside", "raw", "fair", "low", "high", "model", "science",
            "fallback", "rank_low", "rank_high", "chance", "zone", "parts", "scorebooks", "rank",
            "tied_at_line", "computed_at",
        ],
    )  # fmt: skip
    return list(
        Result.objects.filter(stage=stage).select_related("entry").order_by("rank", "entry__serial")
    )


def _standing(stands: Standing | None) -> dict[str, Any]:
    if stands is None:
        return {}
    return {
        "rank_low": stands.rank_low,
        "rank_high": stands.rank_high,
        "chance": stands.chance,
        "zone": stands.zone,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
