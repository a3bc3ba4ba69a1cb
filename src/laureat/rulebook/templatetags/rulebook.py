"""{% sourced node sources %}: where a rule comes from, and whether it is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("rulebook/parts/sourced.html")
def sourced(node: Any, sources: Mapping[str, Any]) -> dict[str, Any]:
    """A link to the source (a key of the edition's sources, or a plain reference) and the mark."""
    key = str(getattr(node, "source", "") or "")
    return {
        "key": key,
        "known": sources.get(key),
        "assumed": bool(getattr(node, "assumed", False)),
    }
