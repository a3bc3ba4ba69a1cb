"""Small helps for the templates of the room."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def chosen(choices: Mapping[str, str], uid: str) -> str:
    """The choice for a motion that was not cast yet."""
    return choices.get(uid, "")
