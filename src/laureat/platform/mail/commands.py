"""`laureat mail`: the worker, and how the outbox stands."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from types import FrameType

import click
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils.translation import gettext as _

from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.mail import actions, queries
from laureat.platform.mail.jobs import Rota
from laureat.platform.mail.models import MessageState

BATCH = 100
LATE = timedelta(minutes=15)
"""Mail that waits longer is a reason to look."""
LOST = 10
"""Seconds until a database that does not answer is asked again."""


@click.group()
def mail() -> None:
    """Send waiting mail, and look at the outbox."""


@mail.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option(
    "--pause", type=click.IntRange(1, 3600), default=5, show_default=True, help="Seconds of rest."
)
def work(once: bool, pause: int) -> None:
    """Send what waits, and do the regular work of the rooms, until told to stop (Ctrl-C, SIGTERM).

    Several workers may run at once. Stopping finishes the message in hand first.
    """
    stop = threading.Event()
    rota = Rota()
    if not once:
        _stop_on_signals(stop)
        click.echo(_("working; stop with Ctrl-C"))
    while True:
        try:
            sent, failed, again, jobs = work_once(rota)
        except (InterfaceError, OperationalError) as error:
            if once:
                raise
            _say_lost(error)
            connections.close_all()
            if stop.wait(LOST):
                break
            continue
        if sent or failed or again or once:
            words = {"sent": sent, "failed": failed, "again": again, "jobs": len(jobs)}
            click.echo(
                _("sent: %(sent)s, failed: %(failed)s, queued again: %(again)s, jobs: %(jobs)s")
                % words
            )
        if once or stop.is_set():
            break
        close_old_connections()
        # A full batch means that more may be due: go on at once.
        if sent + failed < BATCH and stop.wait(pause):
            break
    if not once:
        click.echo(_("stopped"))


def _say_lost(error: Exception) -> None:
    words = {"why": str(error).strip().partition("\n")[0], "seconds": LOST}
    told = _("The database does not answer: %(why)s. Asking again in %(seconds)s s.") % words
    click.secho(told, fg="red", err=True)


def work_once(rota: Rota) -> tuple[int, int, int, list[str]]:
    """One round: sent, failed, queued again, jobs done."""
    jobs = rota.run_due()
    again = actions.requeue_stuck()
    sent, failed = actions.deliver_due(BATCH)
    return sent, failed, again, jobs


def _stop_on_signals(stop: threading.Event) -> None:
    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ask)


@mail.command()
def status() -> None:
    """Count the messages by state, and say what failed last and whether a worker is at it.

    Ends with 1 if something failed, waits for a quarter of an hour, or waits and no worker is there.
    """
    counted = queries.counts()
    for state in MessageState:
        click.echo(f"{state.label:20} {counted[state.value]}")
    waiting = queries.oldest_waiting()
    if waiting:
        click.echo(_("waiting since %(time)s UTC") % {"time": f"{waiting:%Y-%m-%d %H:%M}"})
    missing = queries.worker_missing()
    if missing:
        how = _("Start it by: %(command)s") % {"command": "laureat mail work"}
        click.secho(f"{missing.said} {how}", fg="red")
    late = waiting is not None and now() - waiting > LATE
    if message := queries.refused():
        words = {"kind": message.kind, "uid": message.uid, "error": message.error}
        told = _("to be tried again: %(kind)s (%(uid)s): %(error)s") % words
        click.secho(told, fg="red" if late else "yellow")
    for message in queries.last_failures():
        words = {"kind": message.kind, "uid": message.uid, "error": message.error}
        click.secho(_("failed: %(kind)s (%(uid)s): %(error)s") % words, fg="red")
    if counted["failed"] or late or (missing and waiting):
        raise SystemExit(1)


@mail.command("test")
@click.argument("address")
def test_command(address: str) -> None:
    """Send one letter to ADDRESS at once, past the outbox, and say what the mail server answers."""
    letter = EmailMessage(
        _("A test letter"), _("Whoever reads this: letters leave."), to=[address.strip()]
    )
    try:
        letter.send()
    except (OSError, ValueError) as error:  # what smtplib, sockets and headers raise
        raise Refused(
            _("No letter leaves: %(why)s. See the settings of mail (%(backend)s).")
            % {"why": actions.in_words(error), "backend": settings.EMAIL_BACKEND}
        ) from error
    click.secho(_("✓ handed over to the mail server"), fg="green")
