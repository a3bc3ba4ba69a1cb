"""Panels, sessions, motions and ballots."""

from laureat.council.models.motions import (
    MOTION_TRANSITIONS,
    Annulment,
    Choice,
    Motion,
    MotionState,
    Slip,
    Voted,
)
from laureat.council.models.sessions import (
    SESSION_TRANSITIONS,
    Attendance,
    Basis,
    Guest,
    MinutesText,
    Panel,
    Presence,
    Recusal,
    Seat,
    Session,
    SessionState,
)

__all__ = [
    "MOTION_TRANSITIONS",
    "SESSION_TRANSITIONS",
    "Annulment",
    "Attendance",
    "Basis",
    "Choice",
    "Guest",
    "MinutesText",
    "Motion",
    "MotionState",
    "Panel",
    "Presence",
    "Recusal",
    "Seat",
    "Session",
    "SessionState",
    "Slip",
    "Voted",
]
