"""What the room does when others tell it something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from laureat.council.models import Motion, Session
from laureat.honours.actions import receive_decisions


def on_decisions_published(
    sender: Any, session: Session, carried: Sequence[Motion], **kwargs: Any
) -> None:
    """A session's decisions become honours, in the transaction that publishes them."""
    receive_decisions(session, carried)
