"""Locks, taken in one order so that nobody waits in a circle.

edition → stage → entry → organisation → assessor → assignment → scorebook → journal

Whoever changes who judges, or ends a stage, owns the stage: one at a time. Whoever writes a
scorebook or plans a visit only shares it: many at once, but never beside an owner, so nothing is
written after the stage was closed. Nobody who shares a stage may own it later in the same
transaction. Rows are read after their lock, never before. The journal's head comes last, because
every other action of the edition waits for it.

Keys never change, so the locks leave foreign keys alone (`no_key`): a new row that points at a
locked one need not wait. SQLite has one writer at a time and needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from laureat.assessment.models import Assessor, Assignment, Scorebook
from laureat.intake.models import Entry
from laureat.platform.rows import lend
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition, Stage, StageKind


def own(*stages: int) -> dict[int, Stage]:
    """The stages with these keys, nobody else's until the end of the transaction."""
    rows = Stage.objects.select_for_update(no_key=True).filter(pk__in=stages).order_by("pk")
    return {row.pk: row for row in rows}


def own_of(edition: Edition, organisations: Iterable[Organisation], *also: int) -> dict[int, Stage]:
    """All assessment stages that entries of `organisations` walk through, where a conflict of
    interest changes who judges; and the stages `also`.
    """
    organisations = list(organisations)
    if not organisations:
        return own(*also)
    rows = Stage.objects.filter(
        edition=edition,
        kind=StageKind.ASSESSMENT,
        passages__entry__organisation__in=organisations,
    )
    return own(*also, *rows.values_list("pk", flat=True))


def share(stage: int) -> None:
    """Keep the stage as it is until the end of the transaction; others may do so beside us."""
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 {_SHARED}", [stage])


def shared(stage: Stage) -> Stage:
    """`share`, and the row as it is now; with the edition that `stage` came with, whose rules hold
    still while its stages are open.
    """
    ours = _SHARED if connection.features.has_select_for_update else _PLAIN
    (row,) = Stage.objects.raw(f"SELECT * {ours}", [stage.pk])
    row.edition = stage.edition
    return row


# Django's select_for_update knows FOR UPDATE and FOR NO KEY UPDATE, not FOR SHARE.
_PLAIN = "FROM rulebook_stage WHERE id = %s"
_SHARED = f"{_PLAIN} FOR SHARE"


def entry(key: int) -> None:
    """What is decided about one entry at a time: its team's scorebook, its visit."""
    Entry.objects.select_for_update(no_key=True).values_list("pk").get(pk=key)


def assessor(key: int) -> Assessor:
    """One person's conflicts at a time."""
    return Assessor.objects.select_for_update(no_key=True).get(pk=key)


def assignment(given: Assignment, stage: Stage) -> Assignment:
    """The row as it is now, at `stage` as it was read under its lock."""
    row = Assignment.objects.select_for_update(no_key=True).get(pk=given.pk)
    row.stage = stage
    return lend(row, given, "entry", "assessor")


def scorebook(given: Scorebook, stage: Stage) -> Scorebook:
    """The row as it is now, at `stage` as it was read under its lock."""
    row = Scorebook.objects.select_for_update(no_key=True).get(pk=given.pk)
    row.stage = stage
    return lend(row, given, "entry", "assessor")
