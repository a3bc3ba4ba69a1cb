"""What is done in a panel, from seating its members to publishing what they decided."""

from laureat.council.actions.agenda import (
    add_motion,
    change_motion,
    order_equals,
    propose_honours,
    remove_motion,
)
from laureat.council.actions.closing import close_session, minutes_pdf, reopen_session
from laureat.council.actions.panels import make_panels, seat_member, unseat
from laureat.council.actions.publishing import publish_session
from laureat.council.actions.sessions import (
    mark_attendance,
    move_session,
    open_session,
    plan_session,
    recuse,
)
from laureat.council.actions.voting import (
    break_tie,
    decide_all,
    decide_motion,
    repeat_vote,
    vote,
    vote_list,
)

__all__ = [
    "add_motion",
    "break_tie",
    "change_motion",
    "close_session",
    "decide_all",
    "decide_motion",
    "make_panels",
    "mark_attendance",
    "minutes_pdf",
    "move_session",
    "open_session",
    "order_equals",
    "plan_session",
    "propose_honours",
    "publish_session",
    "recuse",
    "remove_motion",
    "reopen_session",
    "repeat_vote",
    "seat_member",
    "unseat",
    "vote",
    "vote_list",
]
