"""What letters to those who hold an honour have in common."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Edition


def ending(edition: Edition) -> str:
    """The contest a letter is about, and where its reader finds their honours."""
    link = settings.BASE_URL + reverse("honours:mine")
    return (
        f"\n{localised(edition, 'title')}\n" + _("Your honours: %(link)s") % {"link": link} + "\n"
    )
