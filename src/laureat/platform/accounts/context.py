"""What the head of every page knows of accounts: the profile, and the demo's sign-ins."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def demo(request: HttpRequest) -> dict[str, Any]:
    """`profile_url`; and `demo_roles`, the sign-ins one click away, in a demo only."""
    known: dict[str, Any] = {"profile_url": reverse("accounts:profile")}
    if not settings.DEMO:
        return known
    from laureat.platform.accounts.queries import demo_roles  # noqa: PLC0415 - apps are loading

    return known | {"demo_roles": demo_roles(request.user)}
