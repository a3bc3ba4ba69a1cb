"""What the worker does beside mail: rooms hang their regular work here when they start.

    jobs.register("intake clock", timedelta(minutes=1), tick)

The worker calls `tick()` about so often; a job that fails is logged and tried again next time.
Jobs may run in several workers at once, so they compare and set like everybody else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import checks
from django.db import DatabaseError
from django.utils.translation import gettext as _

from laureat.platform.clock import now
from laureat.platform.mail.queries import worker_missing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Something done every so often."""

    name: str
    every: timedelta
    work: Callable[[], object]


_jobs: dict[str, Job] = {}


def register(name: str, every: timedelta, work: Callable[[], object]) -> None:
    """Have the worker call `work` about every `every`; the same name again replaces it."""
    _jobs[name] = Job(name, every, work)


def registered() -> list[Job]:
    """All jobs, by name."""
    return [_jobs[name] for name in sorted(_jobs)]


def check_worker(app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """`laureat manage check --deploy`: whether anybody sends mail and makes letters here."""
    try:
        missing = worker_missing()
    except DatabaseError:  # not migrated yet
        return []
    if missing is None:
        return []
    hint = _("Start “laureat mail work” as a service, or run “laureat mail work --once” by cron.")
    return [checks.Warning(missing.said, hint=hint, id="laureat.W001")]


class Rota:
    """Which job is due; each worker keeps its own."""

    def __init__(self) -> None:
        """At first everything is due."""
        self._last: dict[str, datetime] = {}

    def run_due(self) -> list[str]:
        """Do what is due; returns the names of what was done without failing."""
        done = []
        for job in registered():
            last = self._last.get(job.name)
            if last is not None and now() - last < job.every:
                continue
            self._last[job.name] = now()
            try:
                job.work()
            except Exception:
                logger.exception("the job %r failed and is tried again later", job.name)
            else:
                done.append(job.name)
        return done
