"""Being forgotten: asking for it, and blanking a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat.platform.accounts.duties import duties, hold_before
from laureat.platform.accounts.models import User
from laureat.platform.accounts.permissions import erase_person as may_erase
from laureat.platform.accounts.permissions import ruling_everything
from laureat.platform.accounts.personal_data import operator, said_day, until
from laureat.platform.accounts.signals import person_erased
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused


@transaction.atomic
def erase_person(user: User, *, by: User | None) -> User:
    """Blank a person for good: name, addresses, ways to sign in, letters, and the salt that ties
    ledger records to them. What they did stays, without saying who; what they are in the middle of
    passes on to others. Raises Denied, Refused (also where only they can finish something).
    """
    if by is not None:
        may_erase.require(by, user)
    # What comes before a person in the order of all locks is held before: see `duties`.
    hold_before(user)
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.is_erased:
        raise Refused(_("This person has been erased already."))
    waiting = [duty for duty in duties(row) if duty.blocks]
    if waiting:
        said = " ".join(f"{duty.said}. {duty.then}" for duty in waiting)
        raise Refused(_("This must be settled first: %(what)s") % {"what": said})
    address = row.email
    row.email = f"{row.uid}@erased.invalid"
    row.name = row.name_latin = row.post = row.phone = row.demo_role = row.ledger_salt = ""
    row.is_active, row.erasure_asked_at = False, None
    row.set_unusable_password()
    row.save()
    EmailAddress.objects.filter(user=row).delete()
    Authenticator.objects.filter(user=row).delete()
    for journal in (AccessAttempt, AccessLog):  # of sign-ins, failed and other
        journal.objects.filter(username__iexact=address).delete()
    # The rooms that hold words about the person (roles, letters) blank theirs.
    person_erased.send(sender=User, user=row, address=address, by=by)
    return row


@dataclass(frozen=True)
class Asked:
    """What came of asking."""

    until: datetime
    """By when the account must be erased."""
    told: int
    """How many organisers, or the operator, got a letter; 0: it waits for the operator to look."""


@transaction.atomic
def ask_erasure(user: User, *, by: User) -> Asked:
    """Ask for one's own account to be erased. That is kept whoever can be told of it: the organisers
    of the whole installation, else the operator. Asking again, once a day, reminds them; the term
    counts from the first time. Raises Denied, Refused (asked today already).
    """
    from laureat.platform.mail.models import Message  # noqa: PLC0415 - mail knows accounts

    if by.pk != user.pk:
        raise Denied(_("Everybody asks for themselves only."))
    row = User.objects.select_for_update().get(pk=user.pk)
    first = row.erasure_asked_at is None
    today = f"erasure:{user.uid}:{now():%Y-%m-%d}:"
    if row.erasure_asked_at is None:
        row.erasure_asked_at = user.erasure_asked_at = now()
        row.save(update_fields=["erasure_asked_at"])
    elif Message.objects.filter(dedupe_key__startswith=today).exists():
        raise Refused(
            _("You have asked today already; it will be done by %(day)s at the latest.")
            % {"day": said_day(until(row.erasure_asked_at))}
        )
    last = until(row.erasure_asked_at)
    key = f"{today}{now():%H:%M:%S.%f}:"  # not the day alone: a request may be taken back and made anew
    asked = Asked(last, _tell_those_who_erase(row, last, key))
    if first or asked.told:
        _confirm(row, asked, key)
    return asked


@transaction.atomic
def take_back_erasure(user: User, *, by: User) -> None:
    """Keep the account after all; whoever was asked to erase it is told. Raises Denied, Refused (it
    was not asked for).
    """
    if by.pk != user.pk:
        raise Denied(_("Everybody asks for themselves only."))
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.erasure_asked_at is None:
        raise Refused(_("Nobody has asked for your account to be erased."))
    row.erasure_asked_at = user.erasure_asked_at = None
    row.save(update_fields=["erasure_asked_at"])
    for each in _who_erases(row):
        language = each.language if each else "ru"
        with translation.override(language):
            _queue(
                "account.erasure_taken_back",
                _("An account is to be kept after all"),
                {"user": each, "who": row},
                to=each.email if each else settings.OPERATOR_EMAIL,
                user=each,
                language=language,
                key=f"erasure:{user.uid}:back:{now():%Y-%m-%d %H:%M:%S.%f}:{each.uid if each else ''}",
            )


def _who_erases(user: User) -> list[User | None]:
    """The organisers of everything but `user`; else the operator (None), if an address is known."""
    found: list[User | None] = [each for each in ruling_everything() if each.pk != user.pk]
    return found or ([None] if settings.OPERATOR_EMAIL else [])


def _tell_those_who_erase(user: User, last: datetime, key: str) -> int:
    """How many were told."""
    readers = _who_erases(user)
    for each in readers:
        language = each.language if each else "ru"
        with translation.override(language):
            page = reverse("accounts:erase", args=[user.uid])
            words = {
                "user": each,
                "who": user,
                "link": settings.BASE_URL + page if each else "",
                "command": f"laureat people erase {user.email}",
                "day": said_day(last),
            }
            _queue(
                "account.erasure_asked",
                _("Somebody asks for their account to be erased"),
                words,
                to=each.email if each else settings.OPERATOR_EMAIL,
                user=each,
                language=language,
                key=key + (each.uid if each else "operator"),
            )
    return len(readers)


def _confirm(user: User, asked: Asked, key: str) -> None:
    """Tell the person by when it is done, and whom to write to if it is not."""
    with translation.override(user.language):
        words = {"user": user, "day": said_day(asked.until), "operator": operator()}
        _queue(
            "account.erasure_noted",
            _("Your account will be erased"),
            words,
            to=user.email,
            user=user,
            language=user.language,
            key=f"{key}self",
        )


def _queue(
    kind: str,
    subject: str,
    words: Mapping[str, object],
    *,
    to: str,
    user: User | None,
    language: str,
    key: str,
) -> None:
    from laureat.platform.mail import actions as mail  # noqa: PLC0415 - mail knows accounts

    mail.queue(
        to=to,
        kind=kind,
        subject=subject,
        body=render_to_string(f"accounts/mail/{kind.removeprefix('account.')}.txt", dict(words)),
        user=user,
        language=language,
        dedupe_key=key,
    )
