"""What the templates of this room and those to its left need beyond the components."""

import re

from django import template

register = template.Library()
_RUSSIAN = re.compile("[А-Яа-яЁё]")


@register.filter
def tongue(text: str) -> str:
    """The language of what somebody wrote, for `lang`: whoever hears the page hears it read right."""
    return "ru" if _RUSSIAN.search(text) else "en"
