"""The request behind `login_required`."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from laureat.platform.accounts.models import User


class Signed(HttpRequest):
    """A request whose person is known; only for annotations."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
