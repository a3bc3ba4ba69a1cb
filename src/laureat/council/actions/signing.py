"""The minutes after the session: written, approved by who presided, signed by the secretary."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions.closing import keep_minutes
from laureat.council.actions.common import chain, locked
from laureat.council.models import Session, SessionState
from laureat.council.permissions import preside, run_session
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused

_OVER = (SessionState.CLOSED, SessionState.PUBLISHED)


@transaction.atomic
def approve_minutes(session: Session, *, by: User) -> Session:
    """Who presides approves the minutes and signs them. Raises Denied, Refused."""
    preside.require(by, session)
    row = locked(session, *_OVER)
    if row.approved_at is not None:
        raise Refused(_("The minutes have been approved already."))
    row.approved_at, row.approved_by = now(), by
    row.save(update_fields=["approved_at", "approved_by"])
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
    row.signed_at, row.signed_by = now(), by
    row.save(update_fields=["signed_at", "signed_by"])
    return _keep(row, "minutes.signed", by)


def _keep(row: Session, action: str, by: User) -> Session:
    """Write the minutes anew with the signature; the earlier file stays in the store."""
    keep_minutes(row)
    assert row.minutes is not None
    data = {"minutes": row.minutes.sha256, "signer": by.commitment}
    ledger.append(chain(row), action, subject=row.uid, by=by, data=data)
    return row
