"""Letters of the real rulebooks, prepared through the actions that people use.

edition = prize()                        the RF Government Quality Prize 2024
campaign = letters(edition, 3)           drafts to three organisations
sent(campaign)                           the same, made and handed to the mail
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from laureat.outreach.actions import prepare_campaign, render_letters, send_letters
from laureat.outreach.models import Campaign
from laureat.platform.accounts.models import User
from laureat.rulebook.actions import load
from laureat.rulebook.models import Edition
from tests.worlds import registry as register
from tests.worlds.kept import kept

AWARDS = Path(__file__).parents[2] / "awards"


@kept
def prize() -> Edition:
    """The RF Government Quality Prize 2024."""
    return load(AWARDS / "rf-quality-prize" / "2024.yaml", by=None)


@kept
def goods() -> Edition:
    """100 Best Goods of 2023."""
    return load(AWARDS / "best-goods" / "2023.yaml", by=None)


@kept
def practices() -> Edition:
    """The training contest of 2025, which takes applications of all regions."""
    return load(AWARDS / "sandbox" / "2025.yaml", by=None)


def letters(edition: Edition, count: int = 1, *, by: User | None = None, **kwargs: Any) -> Campaign:
    """Drafts of the invitation to `count` new organisations."""
    values: dict[str, Any] = {
        "dated": date(2024, 1, 16),
        "first_number": 121,
        "region": "42",
        "organisations": None,
    }
    values |= kwargs
    organisations = values.pop("organisations") or [
        register.organisation() for _number in range(count)
    ]
    return prepare_campaign(edition, "invitation", organisations, by=by, **values)


def sent(campaign: Campaign) -> Campaign:
    """Make the documents and hand them to the mail."""
    render_letters(campaign, by=None)
    send_letters(campaign, by=None)
    return campaign
