"""Append-only, hash-chained journal: one chain per edition; anyone can verify it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from laureat.ledger.models import Record
    from laureat.platform.accounts.models import User


def append(
    chain: str, action: str, *, subject: str, by: User | None, data: dict[str, Any] | None = None
) -> Record:
    """Append a record to `chain` in the caller's transaction; see `ledger.actions.append`."""
    from laureat.ledger import actions  # noqa: PLC0415 - models load after apps

    return actions.append(chain, action, subject=subject, by=by, data=data or {})


def open_to_public(chain: str) -> None:
    """From now on everybody may read and verify `chain`."""
    from laureat.ledger import actions  # noqa: PLC0415 - models load after apps

    actions.open_to_public(chain)


def words(*texts: str) -> str:
    """Keep somebody's own words beside the journal; returns the commitment that enters it."""
    from laureat.ledger import actions  # noqa: PLC0415 - models load after apps

    return actions.words(*texts)
