"""The agenda as it was made by rank, caps and conditions, and what was done to it since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laureat.council.models import Motion, MotionState, Session
from laureat.council.queries.standing import field, propose
from laureat.intake.models import Passage, PassageState

if TYPE_CHECKING:
    from laureat.council.queries.room import Room
    from laureat.council.queries.rows import Row


def changed_by_hand(session: Session) -> bool:
    """Whether motions were changed, added or removed: making the agenda anew would undo that."""
    motions = list(session.motions.values_list("entry__uid", "honour", "entry", "chair_rank"))
    ranks = {entry: rank for _uid, _honour, entry, rank in motions if rank is not None}
    active = Passage.objects.filter(stage=session.stage, state=PassageState.ACTIVE)
    here = set(active.values_list("entry__uid", flat=True))
    found = field(session.stage, besides=session, chair_ranks=ranks)
    made = {(each.candidate, each.honour) for each in propose(found) if each.candidate in here}
    return made != {(uid, honour) for uid, honour, _entry, _rank in motions}


def has_votes(session: Session) -> bool:
    """Whether somebody has voted: then the agenda is no longer made anew."""
    motions = session.motions
    decided = motions.exclude(state=MotionState.OPEN).exists()
    return decided or motions.filter(voted__isnull=False).exists()


def session_of_motion(uid: str) -> str:
    """The uid of the session on whose agenda the motion stands; "" if there is no such motion."""
    return Motion.objects.filter(uid=uid).values_list("session__uid", flat=True).first() or ""


def equals_of(room: Room, row: Row) -> list[Row]:
    """Those equal with `row` at its line; if it stands at none, all that have its points."""
    if row.points is None:
        return []
    line = row.motion.line_of if row.motion.tie_rule == "chair" else ""
    rows = [
        each
        for each in room.rows
        if each.points == row.points
        and (
            not line
            or (
                each.motion.tie_rule == "chair"
                and each.motion.line_of == line
                and each.entry.category_id == row.entry.category_id
            )
        )
    ]
    return list({each.entry.pk: each for each in rows}.values())
