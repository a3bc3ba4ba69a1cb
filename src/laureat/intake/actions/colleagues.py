"""Colleagues who help with the entries of an organisation in one edition."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.intake import permissions
from laureat.intake.actions import notices
from laureat.intake.models import Colleague, Entry
from laureat.platform.access.actions import end_role, give_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.actions import checked_email
from laureat.platform.accounts.models import User
from laureat.platform.accounts.queries import is_unconfirmed
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.registry.actions.rows import locked

MOST = 30
"""Invitations that are open or accepted, per organisation and edition."""
A_DAY = 15
"""Invitations that one person sends in twenty-four hours, whatever became of them and whomever they
act for: each is a letter with a name they chose, and nobody mails the world through us.
"""


@transaction.atomic
def invite_colleague(entry: Entry, email: str, *, may_submit: bool, by: User) -> Colleague:
    """Ask somebody by mail to work on the organisation's entries of this edition.

    They may do so after accepting, signed in under this address: so nobody ties a stranger (an
    assessor, say) to an organisation. Raises Denied, Refused (not an address; asked already; the
    organisation was merged meanwhile).
    """
    # Whom it concerns are the invitations of the organisation, whichever entry they are sent from.
    locked(entry.organisation)
    permissions.ask_colleagues.require(by, entry)
    _within_a_day(by)
    email = checked_email(email)
    held = _held(entry)
    if held.filter(email=email).exists():
        raise Refused(_("This colleague has been invited already."), field="email")
    known = User.objects.filter(email=email, is_active=True).first()
    if known is not None and permissions.is_applicant(known, entry):
        raise Refused(
            _("This person acts for the organisation already: no invitation is needed."),
            field="email",
        )
    if held.count() >= MOST:
        raise Refused(
            _("At most %(most)s colleagues can be invited. End an invitation first.")
            % {"most": MOST}
        )
    colleague = Colleague.objects.create(
        edition=entry.edition,
        organisation=entry.organisation,
        email=email,
        may_submit=may_submit,
        invited_by=by,
        invited_at=now(),
    )
    _log(colleague, "colleague.invited", by)
    notices.colleague_invited(colleague, known, by=by)
    return colleague


def _within_a_day(by: User) -> None:
    """Raise Refused where `by` has sent as many invitations as a day allows."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    lately = Colleague.objects.filter(invited_by=by, invited_at__gt=now() - timedelta(days=1))
    if lately.count() >= A_DAY:
        raise Refused(
            _("You have sent %(most)s invitations within a day. Send more of them tomorrow.")
            % {"most": A_DAY}
        )


def _held(entry: Entry) -> Any:
    return Colleague.objects.filter(
        edition=entry.edition_id, organisation=entry.organisation_id, ended_at__isnull=True
    )


def _locked(colleague: Colleague) -> Colleague:
    row = (
        Colleague.objects.select_for_update(of=("self",))
        .select_related("edition__award", "organisation")
        .get(pk=colleague.pk)
    )
    if row.ended_at is not None:
        raise Refused(_("This invitation was taken back."))
    return row


@transaction.atomic
def accept_invitation(colleague: Colleague, *, by: User) -> Colleague:
    """Begin to help. Raises Denied (another address was invited), Refused (taken back, accepted,
    the own address was never confirmed: it may be anybody's).
    """
    row = _locked(colleague)
    if by.email.lower() != row.email:
        raise Denied(_("This invitation went to another address. Sign in as the one it went to."))
    if is_unconfirmed(by):
        raise Refused(
            _("Confirm your e-mail address first: the link is in the letter we sent you.")
        )
    if row.accepted_at is not None:
        raise Refused(_("You have accepted this invitation already."))
    row.user, row.accepted_at = by, now()
    row.save(update_fields=["user", "accepted_at"])
    give_role(by, Role.APPLICANT, by=None, **_scope(row))
    _log(row, "colleague.accepted", by)
    notices.colleague_accepted(row, by=by)
    return row


def _scope(colleague: Colleague) -> dict[str, str]:
    return {
        "award": colleague.edition.award.key,
        "edition": colleague.edition.key,
        "organisation": colleague.organisation.uid,
    }


def _may_ask(colleague: Colleague, by: User) -> None:
    probe = Entry(edition=colleague.edition, organisation=colleague.organisation)
    permissions.ask_colleagues.require(by, probe)


@transaction.atomic
def change_colleague(colleague: Colleague, *, may_submit: bool, by: User) -> Colleague:
    """Say whether a colleague may hand in, or only fill in. Raises Denied, Refused."""
    _may_ask(colleague, by)
    row = _locked(colleague)
    if row.may_submit != may_submit:
        row.may_submit = may_submit
        row.save(update_fields=["may_submit"])
        _log(row, "colleague.changed", by)
    return row


@transaction.atomic
def end_colleague(colleague: Colleague, *, by: User) -> None:
    """Take an invitation back, or end the help; colleagues may also leave themselves.

    What they wrote stays. Raises Denied, Refused.
    """
    row = _locked(colleague)
    if row.user_id != by.pk:
        _may_ask(row, by)
    row.ended_at = now()
    row.save(update_fields=["ended_at"])
    for grant in Grant.objects.filter(
        user=row.user_id, role=Role.APPLICANT, ended_at__isnull=True, **_scope(row)
    ):
        end_role(grant, by=None)
    _log(row, "colleague.ended", by)


def _log(colleague: Colleague, action: str, by: User) -> None:
    """Addresses are personal: the ledger names the invitation only."""
    ledger.append(
        colleague.edition.chain,
        action,
        subject=colleague.uid,
        by=by,
        data={"organisation": colleague.organisation.uid, "may_submit": colleague.may_submit},
    )


def forget(sender: Any, user: User, address: str, **_given: Any) -> None:
    """A person is erased: no invitation keeps their address, none to it stays open."""
    mine = Colleague.objects.filter(email__in=[address.lower(), user.email.lower()])
    theirs = mine | Colleague.objects.filter(user=user)
    theirs.filter(ended_at__isnull=True).update(ended_at=now())
    theirs.update(email="")
