"""The request of somebody who has signed in, as the types know it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from laureat.platform.accounts.models import User


class Signed(HttpRequest):
    """What a view behind `login_required` gets; only for annotations."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
