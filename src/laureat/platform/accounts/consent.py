"""Consent to the processing of personal data, asked at the next sign-in of whoever has not agreed to
the text of today: accounts that are older than the text, and people whom others made accounts for.

Until they agree every page they open leads to the one that asks; from there they read the text, take
a copy of their data, ask to be erased or sign out. What they send is taken all the same: it was typed
on a page that stood open, and would be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from laureat.platform.accounts.models import User
from laureat.platform.accounts.personal_data import CONSENT

_ASKED = "asked_for_consent"
OPEN = frozenset(
    {
        "accounts:consent",
        "accounts:personal_data",
        "accounts:export_data",
        "accounts:ask_erasure",
        "account_logout",
        # A copy of the data needs a proof of identity.
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
"""The pages that are open before."""


def lacks_consent(user: User) -> bool:
    """Whether `user` has not agreed to the text of today; the demo's people are invented."""
    return user.consent_to != CONSENT and not (settings.DEMO and user.demo_role)


def ask_for_consent(request: HttpRequest, user: User) -> None:
    """Remember at a sign-in that the consent is to be asked for."""
    if lacks_consent(user):
        request.session[_ASKED] = True


class ConsentMiddleware:
    """Leads from every other page to the one that asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Nothing is asked of parts of a page that stands open, nor of what was typed on it."""
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or not request.session.get(_ASKED):
            return None
        if not lacks_consent(user):
            del request.session[_ASKED]
            return None
        if request.method not in {"GET", "HEAD"} or getattr(request, "htmx", None):
            return None
        if match is None or match.view_name in OPEN:
            return None
        back = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('accounts:consent')}?{back}")
