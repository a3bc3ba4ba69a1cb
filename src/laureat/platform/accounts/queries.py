"""Reading people for pages."""

from __future__ import annotations

from typing import Any


def demo_roles(user: Any) -> list[dict[str, Any]]:
    """The demo sign-ins, with the current one marked."""
    return []
