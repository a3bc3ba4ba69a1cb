"""Sessions as files for other programs."""

from laureat.council.exports.calendar import MEDIA_TYPE, session_ics

__all__ = ["MEDIA_TYPE", "session_ics"]
