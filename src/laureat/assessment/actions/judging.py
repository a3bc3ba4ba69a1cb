"""How the assessors of a stage judge: computed once, when the stage is closed, and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.actions.counting import (
    all_known,
    counted_alone,
    is_digest,
    prove_counted,
)
from laureat.assessment.actions.fairness import kept, marks_of, sheets
from laureat.assessment.actions.results import Outcome, outcome_of
from laureat.assessment.models import Judging, Scorebook
from laureat.platform import canonical
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageKind, StageState
from laureat.science import judging

if TYPE_CHECKING:  # the engine is loaded when it is asked
    from laureat.science.judging import Fair, Panel

PLACES = 6
"""What leaves science is rounded, so that another machine writes the same."""


class Figures(TypedDict):
    """Plain values for pages, downloads and the journal; assessors by number."""

    model: str
    parts: int
    """Groups of entries without a common assessor."""
    books: int
    marks: int
    assessors: list[dict[str, Any]]
    """assessor, severity, interval, scorebooks, infit, outfit, spread_of_marks, part."""
    agreement: dict[str, Any]
    habits: list[dict[str, Any]]
    """habit, assessor, other, value, marks."""
    fits: NotRequired[list[dict[str, Any]]]
    """By part: part, entries (numbers), assessors, why_no_fair_points, said, reliability, variances.
    Not kept of stages that were closed before this was.
    """


def figures_of(stage: Stage, outcome: Outcome) -> Figures:
    """From what is signed; computed once in a process. One query the first time."""
    return kept.get(("judging", outcome.digest), lambda: _figures(stage, outcome))


def _figures(stage: Stage, outcome: Outcome) -> Figures:
    panel = judging.panel(marks_of(stage, outcome.books), sheets(outcome.books))
    serials = {book.assessor_id: book.assessor.serial for book in outcome.books}
    severities, spread = outcome.fair.severities, panel.spread or {}
    books: dict[int, int] = {}
    for book in outcome.books:
        books[book.assessor_id] = books.get(book.assessor_id, 0) + 1
    return {
        "model": outcome.fair.model,
        "parts": len(outcome.fair.parts),
        "books": len(outcome.books),
        "marks": sum(book.filled for book in outcome.books),
        "assessors": [
            {
                "assessor": serials[key],
                "severity": str(each.points) if each else None,
                "interval": [str(each.low), str(each.high)] if each else None,
                "scorebooks": count,
                "infit": plain(each.infit) if each else None,
                "outfit": plain(each.outfit) if each else None,
                "spread_of_marks": plain(spread.get(key)),
                "part": each.part + 1 if each else None,
            }
            for key, count in sorted(books.items(), key=lambda item: serials[item[0]])
            for each in [severities.get(key)]
        ],
        "agreement": _agreement(panel),
        "habits": [
            {
                "habit": each.code,
                "assessor": serials[each.assessor],
                "other": None if each.other is None else serials[each.other],
                "value": plain(each.value),
                "marks": each.marks,
            }
            for each in panel.habits
        ],
        "fits": fits_of(
            outcome.fair,
            {each.entry.pk: each.entry.number or each.entry.uid for each in outcome.found},
            serials,
        ),
    }


def fits_of(
    fair: Fair, numbers: Mapping[int, str], serials: Mapping[int, int]
) -> list[dict[str, Any]]:
    """The parts of a fit: who can be compared with whom, and how well."""
    return [
        {
            "part": part.number + 1,
            "entries": [numbers[each] for each in part.entries if each in numbers],
            "assessors": sorted(serials[each] for each in part.assessors),
            "why_no_fair_points": part.why,
            "said": part.said,
            "reliability": plain(part.fit.reliability if part.fit else None),
            "variances": {name: plain(value) for name, value in part.fit.variances.items()}
            if part.fit
            else {},
        }
        for part in fair.parts
    ]


def _agreement(panel: Panel) -> dict[str, Any]:
    return {
        "alpha": plain(panel.alpha),
        "icc_agreement": plain(panel.icc_agreement),
        "icc_consistency": plain(panel.icc_consistency),
        "shares_of_variance": {name: plain(value) for name, value in (panel.shares or {}).items()},
        "assessors_now": plain(panel.assessors_now),
        "reliability_raw": plain(panel.raw_now),
        "reliability_fair": plain(panel.fair_now),
        "assessors_needed": panel.needed,
        "d_study": [
            {"assessors": row.assessors, "raw": plain(row.raw), "fair": plain(row.fair)}
            for row in panel.study
        ],
        "copying": None
        if panel.alike is None
        else {"pairs": panel.alike.pairs, "needs": panel.alike.needs},
        "entries": panel.entries,
        "why_not": panel.why,
    }


def plain(value: float | None) -> float | None:
    """A float as it leaves science; JSON knows no infinity."""
    return None if value is None or not isfinite(value) else round(value, PLACES)


def store_judging(stage: Stage, outcome: Outcome) -> Judging | None:
    """Freeze the figures beside the results; None where nobody judges alone. The caller owns the
    stage.
    """
    if not stage.rules.scorebook.individual:
        return None
    row, _new = Judging.objects.update_or_create(
        stage=stage,
        defaults={
            "figures": figures_of(stage, outcome),
            "digest": outcome.digest,
            "science": judging.VERSION,
            "computed_at": now(),
        },
    )
    return row


def compute_before(stage: Stage, *, unfinished: bool = True) -> None:
    """Ask science what it will be asked under locks: seconds in which others could not write. What
    is signed meanwhile has another digest, and is computed then. unfinished: also where something
    is missing.
    """
    if stage.rules.scorebook.individual:
        outcome = outcome_of(stage, parts=False)
        if unfinished or not outcome.unfinished:
            figures_of(stage, outcome)


def judging_digest(row: Judging | None) -> str:
    """SHA-256 over the frozen figures with their salt; "" where there are none."""
    if row is None:
        return ""
    content = [row.salt, row.digest, row.science, row.figures]
    return hashlib.sha256(canonical.dumps(content)).hexdigest()


def keep_judging(stage: Stage, *, by: User | None) -> Judging:
    """Compute the figures of a stage that was closed before they were kept; kept ones stay. While
    the stage is open they are computed anew each time, and are provisional.

    Of a closed stage they rest on what counted when it was closed, where that can be proven.
    Raises Denied, Refused (not open yet; nobody judges alone there).
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    if stage.state == StageState.CLOSED and not all_known(stage):
        prove_counted(stage)
    if stage.state == StageState.OPEN or not Judging.objects.filter(stage=stage).exists():
        compute_before(stage)
    return _keep(stage, by)


@transaction.atomic
def _keep(stage: Stage, by: User | None) -> Judging:
    state = locks.own(stage.pk)[stage.pk].state
    if state == StageState.PLANNED:
        raise Refused(_("The stage is not open yet: nobody has judged there."))
    found = Judging.objects.filter(stage=stage).first()
    if found is not None and state == StageState.CLOSED:
        return found
    row = store_judging(stage, outcome_of(stage, parts=False))
    if row is None:
        raise Refused(_("Nobody judges alone at this stage."))
    if state == StageState.CLOSED:
        _record(row, stage, by)
    return row


def _record(row: Judging, stage: Stage, by: User | None) -> None:
    ledger.append(
        stage.edition.chain,
        "judging.kept",
        subject=stage.uid,
        by=by,
        data={
            "science": row.science,
            "scorebooks_sha256": row.digest,
            "judging_sha256": judging_digest(row),
        },
    )


_tried: set[int] = set()
"""Stages where this process could prove nothing: rows do not become more telling by waiting."""


def prove_missing() -> None:
    """The clock: one stage a time that was closed before it was kept which scorebooks counted.

    Figures about its assessors that were kept meanwhile from what counted later are computed once
    more, and the journal is told.
    """
    unknown = Scorebook.objects.filter(stage=OuterRef("pk"), counted=None)
    rows = Stage.objects.filter(
        Exists(unknown), kind=StageKind.ASSESSMENT, state=StageState.CLOSED
    ).exclude(pk__in=_tried)
    stage = rows.select_related("edition__award", "edition__version").order_by("pk").first()
    if stage is None:
        return
    if not prove_counted(stage):
        _tried.add(stage.pk)
        return
    row = Judging.objects.filter(stage=stage).first()
    if row is not None and not is_digest(stage, counted_alone(stage), row.digest, row.science):
        compute_before(stage)
        _keep_again(stage)


@transaction.atomic
def _keep_again(stage: Stage) -> None:
    locks.own(stage.pk)
    row = store_judging(stage, outcome_of(stage, parts=False))
    if row is not None:
        _record(row, stage, None)


def keep_missing() -> None:
    """The clock: one closed stage a time whose figures are not kept yet."""
    rows = Stage.objects.filter(
        kind=StageKind.ASSESSMENT, state=StageState.CLOSED, judging__isnull=True
    ).select_related("edition__award", "edition__version")
    for stage in rows.order_by("pk"):
        if stage.rules.scorebook.individual:
            keep_judging(stage, by=None)
            return
