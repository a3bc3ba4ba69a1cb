"""A session as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from laureat.council.models import Session, SessionState
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised

MEDIA_TYPE = "text/calendar"
LASTS = timedelta(hours=2)
"""How much of the day a calendar keeps free: the rulebook does not say when a session ends."""


def session_url(session: Session) -> str:
    """The page of a session, as mail and calendars name it."""
    return f"{settings.BASE_URL}{reverse('council:session', args=[session.uid])}"


def where_held(session: Session) -> str:
    """Where members come: the place, the link to join by video, or both."""
    return " · ".join(filter(None, [localised(session, "place"), session.link]))


def session_ics(session: Session, language: str, *, linked: bool = True) -> bytes:
    """The session for a calendar, with its page if `linked` (guests without a seat see no page).

    The same `UID` and a higher `SEQUENCE` replace what was sent earlier; a cancelled session takes
    itself out. The method is PUBLISH, not REQUEST: nobody is asked to answer by calendar.
    """
    cancelled = session.state == SessionState.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//laureat//sessions//RU")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"session-{session.uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", session.revision)
    event.add("dtstamp", now())
    starts = session.held_at.astimezone(UTC)
    event.add("dtstart", starts)
    event.add("dtend", starts + LASTS)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    with translation.override(language):
        event.add(
            "summary",
            _("%(panel)s: session No. %(number)s")
            % {"panel": localised(session.panel, "title"), "number": session.number},
        )
        event.add("description", localised(session.stage.edition, "title"))
        if place := where_held(session):
            event.add("location", place)
    if linked:
        event.add("url", session_url(session))
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    event.add("organizer", vCalAddress(f"mailto:{sender}"))
    calendar.add_component(event)
    return calendar.to_ical()
