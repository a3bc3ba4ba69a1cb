"""What other rooms are told about organisations; what the registry writes down about people."""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

from laureat import ledger
from laureat.platform.accounts.models import User
from laureat.platform.accounts.signals import second_factor_reset
from laureat.registry import CHAIN

organisations_merging = Signal()
"""Sent inside that transaction before the two are locked, with `kept` and `gone` as they were read.

Whoever locks rows that come before an organisation in the order of all locks (edition, stage, entry)
locks those of both here."""

organisations_merged = Signal()
"""Sent inside the transaction that merges two, with `kept` and `gone` (organisations, both locked),
`goods` (primary keys of goods of `gone` that are another's double → the key of that good) and `by`.

Whoever has rows that point at organisations lets those of `gone` point at `kept`, or raises Refused
where both cannot be one; then nothing is merged."""


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
