"""The one clock. Seasons are replayed, so nothing else may ask what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_set: ContextVar[datetime | None] = ContextVar("laureat_clock", default=None)


def now() -> datetime:
    """The current instant in UTC (or the instant that `at` has set)."""
    return _set.get() or datetime.now(UTC)


def wall() -> datetime:
    """The instant on the wall, which no replay turns: how long somebody has been signed in."""
    return datetime.now(UTC)


def today() -> date:
    """The current date in UTC."""
    return now().date()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Inside the block it is `instant` (aware): for replayed seasons and tests."""
    if instant.tzinfo is None:
        message = "an instant has a time zone"
        raise ValueError(message)
    token = _set.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
