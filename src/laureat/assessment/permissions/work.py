"""What is still to be judged: of an entry that was withdrawn or decided about nobody signs a scorebook
any more, so nobody is asked for one, reminded of it, or busy with it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from laureat.assessment.models import LIVE, Assignment
from laureat.intake.models import Passage, PassageState

_TO_JUDGE = (PassageState.WAITING, PassageState.ACTIVE)


def still_judged() -> Exists:
    """Of rows that have an entry and a stage: whether the one is still to be judged at the other."""
    here = {"entry": OuterRef("entry"), "stage": OuterRef("stage")}
    return Exists(Passage.objects.filter(**here, state__in=_TO_JUDGE))


def asked_now(**where: Any) -> QuerySet[Assignment]:
    """Who is asked to judge what is still to be judged, whether they have answered or not."""
    return Assignment.objects.filter(still_judged(), state__in=LIVE, **where).order_by()
