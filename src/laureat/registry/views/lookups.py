"""Asking the register by INN from a page: how often, and what was filled in by it.

Whoever signed in may ask what is public of a legal entity. Without a limit, one account could read
the register number by number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from allauth.core import ratelimit
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.registry.identifiers import checked_inn
from laureat.registry.permissions import is_staff
from laureat.registry.queries import Prefill, known

_FILLED = signing.Signer(salt="laureat.registry.filled")


@dataclass(frozen=True)
class LookUp:
    """What came of an INN that somebody typed."""

    inn: str = ""
    """As it is stored; "" if it is none."""
    found: Prefill = field(default_factory=lambda: Prefill([]))
    wrong: str = ""
    """Why nothing is told about it."""
    paused: bool = False
    """Nobody looked: this account or address has asked too often."""

    @property
    def filled(self) -> str:
        """What the page sends back, so that facts of this INN are told from what was typed."""
        return _FILLED.sign(self.inn) if self.found.facts else ""


def look_up(request: HttpRequest, typed: str) -> LookUp:
    """What the reader may know of the INN that was `typed`, within the limits (see settings)."""
    assert isinstance(request.user, User)
    try:
        inn = checked_inn(typed)
    except Refused as refused:
        return LookUp(wrong=str(refused))
    if not inn:
        return LookUp()
    if not is_staff(request.user) and not ratelimit.consume(request, action="organisation_by_inn"):
        said = _(
            "You have asked about many INNs in a short time: nothing is filled in for now. Type the "
            "facts yourself, or try again later."
        )
        return LookUp(inn, wrong=said, paused=True)
    return LookUp(inn, known(inn, request.user))


def filled_before(request: HttpRequest) -> Prefill:
    """What was filled in by the INN typed before: the page brings it back signed, so that nobody
    asks this way what the limits refuse.
    """
    assert isinstance(request.user, User)
    try:
        inn = _FILLED.unsign(request.POST.get("filled", ""))
    except signing.BadSignature:
        return Prefill([])
    return known(inn, request.user)
