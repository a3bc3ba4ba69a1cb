"""Two people at once: what the second one sees while the first one's transaction is not over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections, transaction

from laureat.platform import clock


@dataclass
class Done:
    """What one of them got: a value, or the error that stopped them."""

    value: Any = None
    error: Exception | None = None
    waited: bool = False
    """The second one had to wait until the first one's transaction was over."""


@dataclass
class _Door:
    """Where the second one stands: its connection is made, its transaction comes next."""

    reached: threading.Event = field(default_factory=threading.Event)
    backend: int = 0
    """PostgreSQL's number for the connection."""


def overlapping(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Done, Done]:
    """Do `first`, and before it is committed, begin `second`; then let both end.

    The second one either waits for the first (and then decides on what is true), or ends before
    it (having decided on what is about to change). Both are whole transactions of their own
    connections.
    """
    moment = clock._set.get()
    written, may_end = threading.Event(), threading.Event()
    one, two, door = Done(), Done(), _Door()

    def run(work: Callable[[], Any], done: Done, hold: bool) -> None:
        token = clock._set.set(moment)
        try:
            connection.ensure_connection()
            if not hold:
                if connection.vendor == "postgresql":
                    door.backend = connection.connection.info.backend_pid
                door.reached.set()
            with transaction.atomic():
                try:
                    done.value = work()
                finally:
                    if hold:
                        written.set()
                if hold:
                    may_end.wait(30)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            done.error = error
        finally:
            clock._set.reset(token)
            connections.close_all()

    ahead = threading.Thread(target=run, args=(first, one, True))
    behind = threading.Thread(target=run, args=(second, two, False))
    ahead.start()
    assert written.wait(30)
    behind.start()
    assert door.reached.wait(30)
    two.waited = _waits(behind, door)
    may_end.set()
    for thread in (ahead, behind):
        thread.join(60)
        assert not thread.is_alive()
    return one, two


def _waits(thread: threading.Thread, door: _Door) -> bool:
    """Look until the thread has ended or stands before a lock of the other one: which of them?"""
    if connection.vendor == "sqlite":
        # Whoever begins to write waits there, however long the other one takes.
        thread.join(0.05)
        return thread.is_alive()
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_blocking_pids(%s) <> '{}'", [door.backend])
            if cursor.fetchone()[0]:
                return True
        thread.join(0.01)
    return False
