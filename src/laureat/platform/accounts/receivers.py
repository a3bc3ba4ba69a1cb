"""What accounts do when something happens elsewhere: the tables of allauth and axes follow."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import email_changed, password_reset
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from axes.utils import reset
from django.db.models import Q

from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import person_erased


def forget_ways_in(sender: Any, user: User, address: str, **kwargs: Any) -> None:
    """Second factors and the journal of failed sign-ins of an erased person."""
    Authenticator.objects.filter(user=user).delete()
    named = Q(username__iexact=address)
    AccessAttempt.objects.filter(named).delete()
    AccessLog.objects.filter(named).delete()


def follow_address(sender: Any, user: User, to_email_address: Any, **kwargs: Any) -> None:
    """The account's address is the one that was confirmed, in lower case as all of them."""
    User.objects.filter(pk=user.pk).update(email=to_email_address.email.lower())


def open_door(sender: Any, user: User, **kwargs: Any) -> None:
    """Who has proved to be the owner of the address may try again at once."""
    reset(username=user.email)


def connect() -> None:
    """Called once, when the apps are ready."""
    person_erased.connect(forget_ways_in, dispatch_uid="accounts.forget_ways_in")
    password_reset.connect(open_door, dispatch_uid="accounts.open_door")
    email_changed.connect(follow_address, dispatch_uid="accounts.follow_address")
