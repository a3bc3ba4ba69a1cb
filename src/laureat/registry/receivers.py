"""What the registry does when something happens to people: its journal belongs to no contest."""

from __future__ import annotations

from typing import Any

from laureat import ledger
from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import second_factor_reset
from laureat.registry import CHAIN


def record_reset(sender: Any, user: User, by: User | None, reason: str = "", **kwargs: Any) -> None:
    """Write that a lost second factor was switched off, also of people without any role: what they
    sign afterwards was signed in for by the password alone.
    """
    ledger.append(
        CHAIN,
        "person.factor_reset",
        subject=user.commitment,
        by=by,
        data={"person": user.commitment, "reason_sha256": ledger.words(reason)},
    )


def connect() -> None:
    """Called once, when the apps are ready."""
    second_factor_reset.connect(record_reset, dispatch_uid="registry.record_reset")
