"""Reading people for pages."""

from __future__ import annotations

from typing import Any

from laureat.platform.accounts.models import DemoRole, User


def demo_roles(user: Any) -> list[dict[str, Any]]:
    """The demo sign-ins in the order of the bar, with the current one marked."""
    there = set(demo_people().values_list("demo_role", flat=True))
    current = getattr(user, "demo_role", "")
    return [
        {"key": role.value, "label": role.label, "current": role.value == current}
        for role in DemoRole
        if role.value in there
    ]


def demo_people() -> Any:
    """The people behind the demo sign-ins, the oldest of each role first."""
    return User.objects.filter(is_active=True).exclude(demo_role="").order_by("pk")
