"""What of the register the public does not hear of."""

from __future__ import annotations

from django.db.models import Q

from laureat.honours.models import Honour


def concealed() -> Q:
    """Lines of honours that were declined, where the rules of their contest do not tell that."""
    return Q(reference__in=Honour.objects.concealed().order_by().values("uid"))
