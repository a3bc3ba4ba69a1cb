"""Telling members and guests when a session is held, moved or cancelled, with a calendar file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from laureat.council.actions.common import chain, people_of
from laureat.council.exports.calendar import session_ics, session_url, where_held
from laureat.council.models import Guest, Session, SessionState
from laureat.platform.accounts.models import User
from laureat.platform.files.actions import keep_bytes
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.content import localised
from laureat.platform.mail.actions import queue
from laureat.platform.ui.text import moment


@dataclass(frozen=True)
class _Reader:
    """Somebody who is told."""

    who: User | Guest
    email: str
    language: str
    zone: str

    @property
    def user(self) -> User | None:
        """The person's account; guests have none."""
        return self.who if isinstance(self.who, User) else None

    @property
    def name(self) -> str:
        """As the letter calls them, in its language."""
        return self.who.called if isinstance(self.who, Guest) else str(self.who)


def tell_all(session: Session) -> None:
    """Tell the panel and everybody invited how the session stands: planned, moved, cancelled."""
    guests = session.invited.exclude(email="")
    _tell(session, [*_members(people_of(session.panel)), *_guests(session, guests)])


def tell_guest(guest: Guest) -> None:
    """Invite one more person."""
    if guest.email:
        _tell(guest.session, _guests(guest.session, [guest]))


def _members(people: Iterable[User]) -> list[_Reader]:
    return [_Reader(u, u.email, u.language, u.time_zone) for u in people]


def _guests(session: Session, guests: Iterable[Guest]) -> list[_Reader]:
    zone = session.stage.edition.zone
    return [_Reader(guest, guest.email, guest.language, zone) for guest in guests]


def _tell(session: Session, readers: Iterable[_Reader]) -> None:
    files: dict[tuple[str, bool], StoredFile] = {}
    for reader in readers:
        linked = reader.user is not None
        key = (reader.language, linked)
        if key not in files:
            content = session_ics(session, reader.language, linked=linked)
            files[key] = keep_bytes(content, f"session-{session.number}.ics")
        with translation.override(reader.language):
            subject, body = _words(session, reader)
            queue(
                to=reader.email,
                user=reader.user,
                kind=f"council.session_{_what(session)}",
                language=reader.language,
                scope=chain(session),
                subject=subject,
                body=body,
                attachments=[files[key]],
            )


def _what(session: Session) -> str:
    if session.state == SessionState.CANCELLED:
        return "cancelled"
    return "moved" if session.revision else "planned"


def _words(session: Session, reader: _Reader) -> tuple[str, str]:
    when = moment(session.held_at, zone=reader.zone)
    values = {
        "name": reader.name,
        "panel": localised(session.panel, "title"),
        "edition": localised(session.stage.edition, "title"),
        "number": session.number,
        "when": f"{when.shown} ({when.zone})" if when.zone else when.shown,
        "place": where_held(session) or _("to be announced"),
        "reason": localised(session, "cancelled_reason"),
        "link": session_url(session),
    }
    what = _what(session)
    if what == "cancelled":
        subject = _("Session No. %(number)s is cancelled: %(when)s. %(panel)s")
        body = _(
            "%(name)s,\n\nsession No. %(number)s of the panel “%(panel)s” (%(edition)s), planned for "
            "%(when)s, is cancelled.\nReason: %(reason)s\n\nThe attached file takes it out of your calendar.\n"
        )
        return subject % values, body % values
    if what == "moved":
        subject = _("Session No. %(number)s has been moved: %(when)s. %(panel)s")
        body = _(
            "%(name)s,\n\nsession No. %(number)s of the panel “%(panel)s” (%(edition)s) is now held on "
            "%(when)s.\nPlace: %(place)s.\n\nThe attached file corrects your calendar.\n"
        )
    else:
        subject = _("Session No. %(number)s: %(when)s. %(panel)s")
        body = _(
            "%(name)s,\n\nsession No. %(number)s of the panel “%(panel)s” (%(edition)s) is held on "
            "%(when)s.\nPlace: %(place)s.\n\nThe attached file puts it into your calendar.\n"
        )
    if reader.user is None:
        after = _("\nYou are invited without a vote; the minutes name those who came.\n")
    else:
        after = _(
            "\nThe agenda with the entries: %(link)s\nIf you are tied to an applicant, recuse "
            "yourself there.\n"
        )
    return subject % values, (body + after) % values
