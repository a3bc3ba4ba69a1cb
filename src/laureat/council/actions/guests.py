"""Inviting people without a vote."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.common import chain, locked
from laureat.council.actions.inviting import tell_guest
from laureat.council.models import Guest, Session, SessionState
from laureat.council.permissions import lead_session
from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import person_erased
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.latin import called


@transaction.atomic
def invite(
    session: Session,
    name: str,
    *,
    post: str = "",
    capacity: str = Guest.Capacity.GUEST,
    email: str = "",
    language: str = "ru",
    by: User | None,
) -> Guest:
    """Invite an expert or a guest: named by the minutes, without a vote; told by mail if there is
    an address. Raises Denied, Refused (no name; invited already; a member).
    """
    if by is not None:
        lead_session.require(by, session)
    row = locked(session, SessionState.PLANNED, SessionState.OPEN)
    name, post, email = " ".join(name.split()), " ".join(post.split()), email.strip().lower()
    if not name:
        raise Refused(_("Say who is invited: the minutes name the person."), field="name")
    if capacity not in Guest.Capacity.values:
        raise Refused(_("Choose expert or guest."), field="capacity")
    if email:
        _check_address(row, email)
    # Compared here: SQLite knows no Cyrillic case.
    same = (name.casefold(), post.casefold())
    if same in {(guest.name.casefold(), guest.post.casefold()) for guest in row.invited}:
        raise Refused(_("%(name)s is invited already.") % {"name": called(name)}, field="name")
    guest = Guest.objects.create(
        session=row,
        name=name,
        post=post,
        capacity=capacity,
        email=email,
        language="en" if language == "en" else "ru",
        # Somebody asked in while the session is open is there.
        present=row.state == SessionState.OPEN,
    )
    data = {"guest": guest.pk, "capacity": str(capacity)}
    ledger.append(chain(row), "session.guest_invited", subject=row.uid, by=by, data=data)
    if row.state == SessionState.PLANNED:
        tell_guest(guest)
    return guest


def _check_address(session: Session, email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            _("This is not an e-mail address: expected something like name@example.org."),
            field="email",
        ) from error
    if session.panel.seats.filter(user__email__iexact=email, left_at__isnull=True).exists():
        raise Refused(_("This person sits in the panel and is told anyway."), field="email")
    if session.invited.filter(email__iexact=email).exists():
        raise Refused(_("Somebody with this address is invited already."), field="email")


@transaction.atomic
def uninvite(guest: Guest, *, by: User | None) -> None:
    """Take somebody off the list of those invited; row and journal keep that it was so.

    Raises Denied, Refused (the session is over; taken off already).
    """
    if by is not None:
        lead_session.require(by, guest.session)
    row = locked(guest.session, SessionState.PLANNED, SessionState.OPEN)
    if not row.invited.filter(pk=guest.pk).update(removed_at=now(), present=False):
        raise Refused(_("%(name)s is no longer invited.") % {"name": guest.called})
    data = {"guest": guest.pk, "capacity": guest.capacity}
    ledger.append(chain(row), "session.guest_removed", subject=row.uid, by=by, data=data)


def forget_guest(sender: Any, user: User, address: str, **kwargs: Any) -> None:
    """Blank an erased person who was invited somewhere; that somebody was invited stays, and
    so do minutes already written.
    """
    Guest.objects.filter(email__iexact=address).update(name="—", post="", email="")


person_erased.connect(forget_guest, dispatch_uid="council.forget_guest")
