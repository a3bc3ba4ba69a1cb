"""Who sees the outbox: secretaries, organisers and auditors of the edition it belongs to."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, grants, holds, no
from laureat.platform.accounts.models import User
from laureat.platform.mail.models import Message

_READERS = (Role.ORGANISER, Role.SECRETARY)


def _may_handle(user: User, message: Message) -> Answer:
    award, _slash, edition = message.scope.partition("/")
    if message.scope and holds(user, *_READERS, award=award, edition=edition, region=""):
        return YES
    return no(_("Only the secretary of the edition handles its mail."))


def _handled(user: User) -> QuerySet[Message]:
    found = Q(pk__in=[])
    for grant in grants(user, *_READERS):
        if grant.region:
            continue
        if not grant.award:
            found |= ~Q(scope="")
        elif not grant.edition:
            found |= Q(scope__startswith=f"{grant.award}/")
        else:
            found |= Q(scope=f"{grant.award}/{grant.edition}")
    return Message.objects.filter(found)


handle_message = Permission("handle_message", may=_may_handle, among=_handled)
