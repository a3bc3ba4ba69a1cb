"""After the agenda was changed by hand: ties that this brought to light."""

from __future__ import annotations

from django.utils.translation import ngettext

from laureat.council.actions.voting import void_votes
from laureat.council.models import Motion, MotionState, Session
from laureat.council.queries.lines import Mark, marks
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused

_WHY = (
    "к той же черте вышла ещё одна заявка с равными баллами",
    "another entry with equal points came to the same line",
)


def settle_lines(session: Session, *, agreed: bool | None, by: User | None) -> None:
    """Mark on every motion the line that it stands at now.

    Whom only who presides can tell apart have one place too few. Votes that were cast before this
    was known were cast on something else, so they become void and are cast anew after the order is
    set; where there are such votes, raises Refused unless `agreed` says that this is wanted. None: what
    was done brings no tie to light, so motions with votes keep their marks.
    """
    motions = list(session.motions.select_related("entry").order_by("order"))
    found = marks(session, motions)
    late = [
        motion
        for motion in motions
        if found[motion.pk].asks
        and motion.chair_rank is None
        and _mark(motion) != found[motion.pk]
        and (motion.state != MotionState.OPEN or motion.voted.exists())
    ]
    if agreed is None:
        found |= {motion.pk: _mark(motion) for motion in late}
        late = []
    if late and not agreed:
        raise Refused(
            ngettext(
                "This brings a tie to light: entries with equal points share one line, and members "
                "have voted on %(count)s motion already. Say that this vote is void and cast again "
                "after who presides has put the equals in order.",
                "This brings a tie to light: entries with equal points share one line, and members "
                "have voted on %(count)s motions already. Say that these votes are void and cast "
                "again after who presides has put the equals in order.",
                len(late),
            )
            % {"count": len(late)},
            field="again",
        )
    for motion in late:
        void_votes(session, motion, _WHY, by=by)
    for motion in motions:
        if _mark(motion) != (mark := found[motion.pk]):
            motion.at_line, motion.tie_rule, motion.line_of = (
                mark.at_line, mark.tie_rule, mark.line_of,
            )  # fmt: skip
            motion.save(update_fields=["at_line", "tie_rule", "line_of"])


def _mark(motion: Motion) -> Mark:
    return Mark(motion.at_line, motion.tie_rule, motion.line_of)
