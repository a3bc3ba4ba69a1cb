"""{% sourced node sources %}: where a rule comes from, and whether it is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from laureat.platform.i18n.content import localised_with_language

register = template.Library()


@register.inclusion_tag("rulebook/parts/sourced.html")
def sourced(node: Any, sources: Mapping[str, Any]) -> dict[str, Any]:
    """A link to the source (a key of the edition's sources, or a plain reference) and the mark."""
    key = str(getattr(node, "source", "") or "")
    known = sources.get(key)
    title, language = localised_with_language(known, "title") if known else ("", "")
    return {
        "key": key,
        "known": known,
        "title": title,
        "language": language,
        "assumed": bool(getattr(node, "assumed", False)),
    }
