"""When two organisations of the register become one: their letters come together."""

from __future__ import annotations

from typing import Any

from laureat.outreach.actions.sending import withdraw_letter
from laureat.outreach.models import Letter, LetterState
from laureat.platform.accounts.models import User
from laureat.registry.models import Organisation

_NOT_LEFT = (LetterState.DRAFT, LetterState.RENDERED, LetterState.NO_ADDRESS)


def take_over_letters(
    sender: Any, kept: Organisation, gone: Organisation, by: User | None, **kwargs: Any
) -> None:
    """Let the letters to `gone` be letters to `kept`.

    Where a campaign has written to both, the letter to `gone` stays as what it was, and is
    withdrawn if it has not left: nobody is written to twice.
    """
    rows = Letter.objects.select_for_update().filter(organisation=gone).order_by("pk")
    twice = set(Letter.objects.filter(organisation=kept).order_by().values_list("campaign"))
    for row in rows:
        if (row.campaign_id,) not in twice:
            row.organisation = kept
            row.save(update_fields=["organisation"])
        elif row.state in _NOT_LEFT:
            withdraw_letter(row, by=None)
