"""Asking for the right to act for an organisation that is in the register already."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from laureat import ledger
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.platform.mail.models import Message
from laureat.registry import CHAIN
from laureat.registry.actions.rows import locked
from laureat.registry.models import Organisation
from laureat.registry.permissions import edit_organisation
from laureat.registry.queries.organisations import asking_key, keepers


@transaction.atomic
def ask_to_act_for(organisation: Organisation, *, by: User) -> int:
    """Ask those who keep the organisation to let `by` act for it; how many were asked.

    Nobody gets the right by asking: a secretary looks who it is and enters them. Raises Denied,
    Refused (they act for it already, have asked today, or nobody keeps organisations yet).
    """
    if not by.is_active:
        raise Denied(_("Please sign in."))
    # Two clicks at once: the second waits here and finds the letter of the first.
    row = locked(organisation)
    if edit_organisation(by, row):
        raise Refused(_("You may act for this organisation already."))
    key = asking_key(row.uid, by.uid) + today().isoformat()
    if Message.objects.filter(dedupe_key__startswith=key).exists():
        raise Refused(_("You have asked today already; the secretary answers by e-mail."))
    people = keepers(row)
    if not people:
        raise Refused(_("Nobody keeps the organisations of this region yet: ask the organisers."))
    for person in people:
        with override(person.language):
            page = reverse("registry:organisation", args=[row.uid])
            mail.queue(
                to=person.email,
                kind="registry.asked",
                subject=_("%(name)s asks to act for %(organisation)s")
                % {"name": by.called or by.email, "organisation": localised(row, "name")},
                body=_(
                    "%(name)s (%(email)s) asks for the right to act for %(organisation)s. Make sure "
                    "that they belong to it, then enter them on its page: %(link)s If they do not, "
                    "nothing needs to be done."
                )
                % {
                    "name": by.called or by.email,
                    "email": by.email,
                    "organisation": localised(row, "name"),
                    # Addresses are kept in logs and histories: no e-mail stands in them.
                    "link": f"{settings.BASE_URL}{page}?person={by.uid}#people\n\n",
                },
                user=person,
                language=person.language,
                dedupe_key=f"{key}:{person.uid}",
            )
    ledger.append(
        CHAIN,
        "organisation.representative_asked",
        subject=row.uid,
        by=by,
        data={"person": by.commitment},
    )
    return len(people)
