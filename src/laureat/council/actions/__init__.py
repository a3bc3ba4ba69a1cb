"""What is done in a panel, from seating its members to publishing what they decided."""

from laureat.council.actions.agenda import (
    add_motion,
    change_motion,
    order_equals,
    propose_honours,
    remove_motion,
)
from laureat.council.actions.closing import close_session, minutes_pdf, reopen_session
from laureat.council.actions.guests import invite, uninvite
from laureat.council.actions.panels import make_panels, seat_member, unseat
from laureat.council.actions.planning import cancel_session, move_session, plan_session
from laureat.council.actions.presiding import choose_presiding
from laureat.council.actions.publishing import free_place, publish_session
from laureat.council.actions.sessions import mark_attendance, open_session, recuse
from laureat.council.actions.signing import approve_minutes, return_minutes, sign_minutes
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
    "approve_minutes",
    "break_tie",
    "cancel_session",
    "change_motion",
    "choose_presiding",
    "close_session",
    "decide_all",
    "decide_motion",
    "free_place",
    "invite",
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
    "return_minutes",
    "seat_member",
    "sign_minutes",
    "uninvite",
    "unseat",
    "vote",
    "vote_list",
]
