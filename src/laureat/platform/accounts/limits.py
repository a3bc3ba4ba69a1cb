"""How often a password or a code may be wrong, and when the door opens again.

Passwords are counted by django-axes (address of the person and of the visitor together) and, from
wherever they come, by the account alone; codes of the second factor by allauth (by account). They say how many tries are left before the last one,
and afterwards how long it takes and what opens the door at once.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.platform.accounts import queries
from laureat.platform.accounts.models import User
from laureat.platform.clock import wall

_WARNED = 3
"""From so many tries left on they are counted aloud."""
_OF_ACCOUNT = "wrong_passwords_of_account"


def minutes(rest: timedelta) -> int:
    """As people wait: whole minutes, at least one."""
    return max(1, ceil(rest.total_seconds() / 60))


def _left(tries: int) -> str:
    return ngettext(
        "%(n)s try is left; after it the door is closed for %(minutes)s minutes.",
        "%(n)s tries are left; after them the door is closed for %(minutes)s minutes.",
        tries,
    ) % {"n": tries, "minutes": minutes(settings.AXES_COOLOFF_TIME)}


def passwords_left(request: HttpRequest) -> str:
    """After a wrong password: how many more, in a sentence; nothing while there are plenty."""
    wrong = getattr(request, "axes_failures_since_start", 0) or 0
    left = settings.AXES_FAILURE_LIMIT - wrong
    return _left(left) if 0 < left <= _WARNED else ""


def count_password(request: HttpRequest, name: str) -> ratelimit.RateLimitUsage | None:
    """One more try to sign in as `name`, from wherever; nothing once there were too many."""
    return ratelimit.consume(request, app="allauth.account", action=_OF_ACCOUNT, key=name)


def forget_passwords(request: HttpRequest, name: str) -> None:
    """The tries of `name` begin anew."""
    ratelimit.clear(request, app="allauth.account", action=_OF_ACCOUNT, key=name.lower())


def door_opens(request: HttpRequest, name: str) -> timedelta:
    """How long the door stays closed for who tries to sign in as `name` from here."""
    last = queries.last_wrong_password(name, getattr(request, "axes_ip_address", None))
    if last is None:
        return timedelta()
    return max(timedelta(), last + settings.AXES_COOLOFF_TIME - wall())


def wrong_code(request: HttpRequest, user: User, *, closed: bool) -> str:
    """What to say after a wrong code of the second factor; `closed`: it was not even looked at."""
    rest, left = timedelta(), 0
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        key = ratelimit.get_cache_key(
            request,
            app="allauth.account",
            action="login_failed",
            rate=rate,
            key=f"mfa-auth-user-{user.pk}",
        )
        tried: list[Any] = cache.get(key, [])
        left = rate.amount - len(tried)
        if tried:
            rest = timedelta(seconds=min(tried) + rate.duration - wall().timestamp())
    if closed or left <= 0:
        return _(
            "Too many wrong codes. The door opens again in %(minutes)s min. If the phone is lost, "
            "use one of your recovery codes then, or ask an organiser to switch the second factor off."
        ) % {"minutes": minutes(rest)}
    said = _("This code is wrong or too old: enter the newest one.")
    return f"{said} {_left(left)}" if left <= _WARNED else said
