"""The team's scorebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions import locks
from laureat.assessment.actions.marks import COMMENTS, MarkInput, model_of, scale_of
from laureat.assessment.actions.scorebooks import check_open
from laureat.assessment.actions.writing import fill, starting_marks
from laureat.assessment.models import Mark, Scorebook, ScorebookKind, ScorebookState
from laureat.intake.models import Entry, Passage
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage
from laureat.rulebook.schema.scales import (
    BandedScale,
    CheckScale,
    OrdinalScale,
    PercentScale,
    PointsScale,
)
from laureat.science.combining import combine


@transaction.atomic
def start_consensus(
    entry: Entry, stage: Stage, *, by: User | None, override: bool = False
) -> Scorebook:
    """Begin the team's scorebook from the means of the signed individual ones (or from the
    agreed marks of the stage that this one starts from); the one already begun if there is one.

    All individual scorebooks must be signed, unless the secretary overrides. Raises Denied,
    Refused.
    """
    stage = locks.shared(stage)
    locks.entry(entry.pk)
    passage = Passage.objects.get(entry=entry, stage=stage)
    passage.stage = stage
    if by is not None:
        permissions.lead_team.require(by, passage)
        if override:
            permissions.manage_stage.require(by, stage)
    begun = Scorebook.objects.filter(stage=stage, entry=entry, kind=ScorebookKind.CONSENSUS)
    existing = begun.order_by().first()
    if existing:
        return existing
    if not stage.rules.scorebook.consensus:
        raise Refused(_("At this stage no team scorebook is written."))
    check_open(stage, entry)
    team = list(permissions.team_of(entry.pk, stage.pk).select_related("assessor"))
    lead = next((each.assessor for each in team if each.lead), None)
    if lead is None:
        raise Refused(_("The team has no lead assessor yet: the secretary names one."))
    books = list(
        Scorebook.objects.filter(
            stage=stage,
            entry=entry,
            kind=ScorebookKind.INDIVIDUAL,
            state=ScorebookState.SIGNED,
            assessor__in=[each.assessor_id for each in team],
        )
        .order_by("assessor__serial")
        .prefetch_related("marks")
    )
    if stage.rules.scorebook.individual and not override:
        signed = {book.assessor_id for book in books}
        waiting = [each.assessor.serial for each in team if each.assessor_id not in signed]
        if waiting:
            raise Refused(
                _("Not signed yet: the scorebooks of assessors %(numbers)s.")
                % {"numbers": ", ".join(map(str, waiting))}
            )
    book = Scorebook.objects.create(
        edition=stage.edition,
        stage=stage,
        entry=entry,
        assessor=lead,
        kind=ScorebookKind.CONSENSUS,
        started_at=now(),
    )
    start = starting_marks(stage, entry) | merged(stage, [list(each.marks.all()) for each in books])
    fill(book, start)
    ledger.append(
        stage.edition.chain,
        "consensus.started",
        subject=book.uid,
        by=by,
        data={"scorebooks": [each.uid for each in books], "override": override},
    )
    return book


def merged(stage: Stage, books: Sequence[Sequence[Mark]]) -> dict[str, MarkInput]:
    """Marks at the mean, brought onto each scale, with everybody's comments line by line."""
    by_part: dict[str, list[Mark]] = {}
    for marks in books:
        for mark in marks:
            by_part.setdefault(mark.part, []).append(mark)
    found = {}
    for part in model_of(stage).parts():
        marks = by_part.get(part.key, [])
        if not marks:
            continue
        scale = scale_of(stage, part)
        attributes = _merged_attributes(scale, marks)
        value = nearest(scale, [mark.value for mark in marks if mark.value is not None])
        if value is not None and isinstance(scale, PercentScale):
            value = min(value, scale.overall_limit(attributes))
        found[part.key] = MarkInput(
            value,
            attributes,
            **{name: merged_lines(getattr(mark, name) for mark in marks) for name in COMMENTS},
        )
    return found


def _merged_attributes(scale: Any, marks: Sequence[Mark]) -> dict[str, Decimal]:
    if not isinstance(scale, PercentScale):
        return {}
    found = {}
    for attribute in scale.attributes:
        given = [
            Decimal(mark.attributes[attribute.key])
            for mark in marks
            if mark.attributes.get(attribute.key) not in (None, "")
        ]
        value = nearest(scale, given)
        if value is not None:
            found[attribute.key] = value
    return found


def nearest(scale: Any, values: Sequence[Decimal]) -> Decimal | None:
    """The value on the scale nearest to the mean; the median where a mean says nothing."""
    if not values:
        return None
    mean = Fraction(sum(values, Decimal(0))) / len(values)  # marks are short: their sum is exact
    if isinstance(scale, PercentScale | PointsScale):
        least = scale.least if isinstance(scale, PointsScale) else Decimal(0)
        steps = round((mean - Fraction(least)) / Fraction(scale.step))
        return least + steps * scale.step
    if isinstance(scale, OrdinalScale):
        levels = [level.value for level in scale.levels]
        return min(levels, key=lambda level: (abs(Fraction(level) - mean), level))
    if isinstance(scale, CheckScale):
        return Decimal(int(mean > Fraction(1, 2)))
    assert isinstance(scale, BandedScale)
    median = combine(values, "median")
    assert median is not None
    return median.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN)


def merged_lines(texts: Iterable[str]) -> str:
    """All lines of all texts, each once, in order."""
    seen: dict[str, str] = {}
    for text in texts:
        for line in text.splitlines():
            if line.strip():
                seen.setdefault(line.strip().casefold(), line.strip())
    return "\n".join(seen.values())
