"""The minutes after the session: written, approved by who presided, signed by the secretary."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.closing import keep_minutes, write_text
from laureat.council.actions.common import chain, locked
from laureat.council.models import MinutesText, Session, SessionState
from laureat.council.permissions import preside, run_session
from laureat.council.queries.minutes import signature, text_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused

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
    row.save(update_fields=["approved_at", "approved_by"])
    _add(text, PRESIDING, row, by, row.approved_at)
    return _keep(row, "minutes.approved", by)


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
