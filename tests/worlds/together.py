"""Two people at once: what the second one sees while the first one's transaction is not over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

from laureat.platform import clock


@dataclass
class Done:
    """What one of them got: a value, or the error that stopped them."""

    value: Any = None
    error: Exception | None = None
    waited: bool = False
    """The second one had to wait until the first one's transaction was over."""


def overlapping(
    first: Callable[[], Any], second: Callable[[], Any], *, patience: float = 0.7
) -> tuple[Done, Done]:
    """Do `first`, and before it is committed, begin `second`; then let both end.

    The second one either waits for the first (and then decides on what is true), or ends before
    it (having decided on what is about to change). Both are whole transactions of their own
    connections.
    """
    moment = clock._set.get()
    written, may_end = threading.Event(), threading.Event()
    one, two = Done(), Done()

    def run(work: Callable[[], Any], done: Done, hold: bool) -> None:
        token = clock._set.set(moment)
        try:
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
    behind.join(patience)
    two.waited = behind.is_alive()
    may_end.set()
    for thread in (ahead, behind):
        thread.join(60)
        assert not thread.is_alive()
    return one, two
