"""Who sees the outbox: secretaries and organisers of the edition a message belongs to; auditors see
what was sent when and whether it arrived, but neither to whom nor what it says. A letter under a seal
is kept from those to whom a room says it is closed.

Account mail has no edition and is seen by nobody: its links open accounts.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, holds, no
from laureat.platform.accounts.models import User
from laureat.platform.mail.models import Message
from laureat.platform.mail.seals import closed_to

_READERS = (Role.ORGANISER, Role.SECRETARY)
_CLOSED = _(
    "This letter tells of work in which you take part yourself. Another secretary handles it; it "
    "opens to you when that work is over."
)


def _may_handle(user: User, message: Message) -> Answer:
    award, _slash, edition = message.scope.partition("/")
    if message.scope and holds(user, *_READERS, award=award, edition=edition, region=""):
        return _unsealed(user, message)
    return no(_("Only the secretary of the edition handles its mail."))


def _may_see_state(user: User, message: Message) -> Answer:
    award, _slash, edition = message.scope.partition("/")
    if message.scope and holds(
        user, *_READERS, Role.AUDITOR, award=award, edition=edition, region=""
    ):
        return _unsealed(user, message)
    return no(_("Only the secretary and the auditor of the edition see what mail has left."))


def _unsealed(user: User, message: Message) -> Answer:
    return no(_CLOSED) if message.seal and message.seal in closed_to(user) else YES


def _of(user: User, *roles: Role) -> QuerySet[Message]:
    found = Q(pk__in=[])
    for grant in grants(user, *roles):
        if grant.region:
            continue
        theirs = ~Q(scope="")
        if grant.award:
            theirs &= Q(scope__startswith=f"{grant.award}/")
        if grant.edition:
            theirs &= Q(scope__endswith=f"/{grant.edition}")
        found |= theirs
    rows = Message.objects.filter(found)
    closed = closed_to(user)
    return rows.exclude(seal__in=closed) if closed else rows


def handles_mail(user: User) -> bool:
    """Whether `user` answers for mail that was sent."""
    return any(not grant.region for grant in grants(user, *_READERS))


def audits_mail(user: User) -> bool:
    """Whether `user` sees what mail has left, and no more than that."""
    return any(not grant.region for grant in grants(user, Role.AUDITOR))


handle_message = Permission(
    "handle_message", may=_may_handle, among=lambda user: _of(user, *_READERS)
)
"""Read a message, send it again, take it back."""
see_message_state = Permission(
    "see_message_state",
    may=_may_see_state,
    among=lambda user: _of(user, *_READERS, Role.AUDITOR),
)
"""See that a message of this kind was queued and has left; not to whom, not what it says."""
