"""Organisations read again under their lock."""

from __future__ import annotations

from django.utils.translation import gettext as _

from laureat.platform.errors import Refused
from laureat.registry.models import Organisation


def locked(organisation: Organisation) -> Organisation:
    """The row as it is now, held till the transaction ends. Raises Refused (it was merged)."""
    row = Organisation.objects.select_for_update(of=("self",)).filter(pk=organisation.pk).first()
    if row is None:
        raise Refused(
            _(
                "This organisation has just been merged into another one: open it anew and repeat "
                "what you did."
            )
        )
    return row
