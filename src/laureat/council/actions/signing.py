"""The minutes after the session: written, approved by who presided (or sent back), signed by the
secretary.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.closing import keep_minutes, write_text
from laureat.council.actions.common import chain, locked, reasoned
from laureat.council.models import MinutesText, Seat, Session, SessionState
from laureat.council.permissions import preside, run_session
from laureat.council.queries.minutes import signature, text_of
from laureat.intake.queries import secretaries_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, localised
from laureat.platform.mail.actions import queue

_OVER = (SessionState.CLOSED, SessionState.PUBLISHED)
PRESIDING, SECRETARY = 0, 1
"""Their places among the signatories."""


@transaction.atomic
def approve_minutes(session: Session, *, by: User) -> Session:
    """Who presides approves the minutes and signs them. Raises Denied, Refused."""
    preside.require(by, session)
    row = locked(session, *_OVER)
    if row.approved_at is not None:
        raise Refused(_("The minutes have been approved already."))
    text = text_of(row) or write_text(row)
    row.approved_at, row.approved_by = now(), by
    row.returned_at = row.returned_by = None
    row.returned_reason_ru = row.returned_reason_en = ""
    row.save(
        update_fields=[
            "approved_at", "approved_by",
            "returned_at", "returned_by", "returned_reason_ru", "returned_reason_en",
        ]
    )  # fmt: skip
    _add(text, PRESIDING, row, by, row.approved_at)
    return _keep(row, "minutes.approved", by)


@transaction.atomic
def return_minutes(session: Session, reason: Words, *, by: User) -> Session:
    """Who presided does not agree with the minutes and says what is wrong; the secretaries are told.
    They take the session up again, or who presided approves the minutes after all.

    Raises Denied, Refused (not written yet; approved or public already; no reason).
    """
    preside.require(by, session)
    row = locked(session, SessionState.CLOSED)
    if row.approved_at is not None:
        raise Refused(_("The minutes have been approved already."))
    ru, en = reasoned(reason, _("Say what is wrong: the secretary mends it."))
    row.returned_at, row.returned_by = now(), by
    row.returned_reason_ru, row.returned_reason_en = ru, en
    row.save(
        update_fields=["returned_at", "returned_by", "returned_reason_ru", "returned_reason_en"]
    )
    data = {"reason_sha256": ledger.words(ru, en), "signer": by.commitment}
    ledger.append(chain(row), "minutes.returned", subject=row.uid, by=by, data=data)
    for user in _writers(row):
        _tell_returned(row, user, by)
    return row


def _writers(session: Session) -> list[User]:
    """Who writes the minutes: the secretary of the panel, else those of the stage."""
    seats = session.panel.seats.filter(role=Seat.Role.SECRETARY, left_at__isnull=True)
    seated = [seat.user for seat in seats.select_related("user") if run_session(seat.user, session)]
    return seated or secretaries_of(session.stage.edition, session.stage.region)


def _tell_returned(session: Session, user: User, by: User) -> None:
    with translation.override(user.language):
        values = {
            "name": user,
            "chair": by.called,
            "panel": localised(session.panel, "title"),
            "edition": localised(session.stage.edition, "title"),
            "number": session.number,
            "reason": localised(session, "returned_reason"),
            "link": f"{settings.BASE_URL}{reverse('council:lead', args=[session.uid])}",
        }
        queue(
            to=user.email,
            user=user,
            kind="council.minutes_returned",
            language=user.language,
            scope=chain(session),
            subject=_("The minutes of session No. %(number)s were not approved") % values,
            body=_(
                "%(name)s,\n\n%(chair)s does not approve the minutes of session No. %(number)s of "
                "the panel “%(panel)s” (%(edition)s):\n\n%(reason)s\n\nTake the session up again, mend what is "
                "wrong and close it: the minutes are written anew. %(link)s\n"
            )
            % values,
        )


@transaction.atomic
def sign_minutes(session: Session, *, by: User) -> Session:
    """The secretary signs the approved minutes: they are final. Raises Denied, Refused."""
    run_session.require(by, session)
    row = locked(session, *_OVER)
    if row.approved_at is None:
        raise Refused(_("Who presided approves the minutes first."))
    if row.signed_at is not None:
        raise Refused(_("The minutes have been signed already."))
    if row.approved_by_id == by.pk:
        raise Refused(_("You approved the minutes: somebody else signs them as secretary."))
    text = text_of(row) or write_text(row)
    row.signed_at, row.signed_by = now(), by
    row.save(update_fields=["signed_at", "signed_by"])
    _add(text, SECRETARY, row, by, row.signed_at)
    return _keep(row, "minutes.signed", by)


def _add(text: MinutesText, place: int, row: Session, by: User, at: datetime) -> None:
    """Put a signature under the text; nothing else of it changes."""
    for language, data in text.data.items():
        with translation.override(language):
            data["signatories"][place] |= signature(row, by, at)
    text.save(update_fields=["data"])


def _keep(row: Session, action: str, by: User) -> Session:
    """Put the minutes on paper anew, with the signature; the earlier file stays in the store."""
    keep_minutes(row)
    assert row.minutes is not None
    data = {"minutes": row.minutes.sha256, "signer": by.commitment}
    ledger.append(chain(row), action, subject=row.uid, by=by, data=data)
    return row
