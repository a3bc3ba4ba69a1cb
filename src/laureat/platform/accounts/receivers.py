"""What accounts do when allauth says that something happened, or that somebody came in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    password_reset,
)
from allauth.account.signals import user_logged_in as entered
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from laureat.platform.access.proof import remember_proof
from laureat.platform.accounts import actions, limits
from laureat.platform.accounts.consent import ask_for_consent
from laureat.platform.accounts.models import User


def follow_address(
    sender: Any, user: User, from_email_address: Any, to_email_address: Any, **kwargs: Any
) -> None:
    """The account follows the address that was confirmed."""
    former = from_email_address.email if from_email_address else ""
    actions.follow_address(user, to_email_address.email, former)


def open_door(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever chose a new password may sign in with it."""
    actions.open_door(user)
    limits.forget_passwords(request, user.email)


def signed_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Somebody came in, by whatever way."""
    if request is not None:
        remember_proof(request)


def proved_again(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Who is in proved it once more; a step on the way in, or for another account, is no proof."""
    if request.user == user:
        remember_proof(request)


def came_by_the_door(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody signed in, by password, key or link: not by a click of the demo's bar."""
    ask_for_consent(request, user)


def connect() -> None:
    """Called once, when the apps are ready."""
    password_reset.connect(open_door, dispatch_uid="accounts.open_door")
    email_changed.connect(follow_address, dispatch_uid="accounts.follow_address")
    entered.connect(came_by_the_door, dispatch_uid="accounts.came_by_the_door")
    user_logged_in.connect(signed_in, dispatch_uid="accounts.signed_in")
    authentication_step_completed.connect(proved_again, dispatch_uid="accounts.proved_again")
