"""The bar that switches between demo sign-ins, where the installation is a demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, Any]:
    """`demo_roles`: the sign-ins one click away; nothing outside a demo."""
    if not settings.DEMO:
        return {}
    from laureat.platform.accounts.queries import demo_roles  # noqa: PLC0415 - apps are loading

    return {"demo_roles": demo_roles(request.user)}
