"""`laureat clock`: what happens because time has come."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _

from laureat.intake import actions
from laureat.platform.errors import Refused


@click.group()
def clock() -> None:
    """Stages that open by themselves, applications that close, drafts that are reminded of."""


@clock.command()
@click.option(
    "--at",
    "moment",
    default="",
    help="Replay an instant, e.g. 2024-03-01T23:59 (Moscow time unless it names a zone).",
)
def tick(moment: str) -> None:
    """Do what is due now. Safe to run as often as you like, for example every minute."""
    done = actions.tick(at=_instant(moment) if moment else None)
    for stage in done.opened:
        click.echo(_("opened: %(stage)s") % {"stage": f"{stage.edition.chain} {stage}"})
    for stage in done.closed:
        click.echo(_("closed: %(stage)s") % {"stage": f"{stage.edition.chain} {stage}"})
    if done.reminded:
        click.echo(_("reminded of drafts: %(count)s") % {"count": done.reminded})
    if not (done.opened or done.closed or done.reminded):
        click.echo(_("nothing was due"))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if not 1900 < instant.year < 2200:  # further off, days cannot be counted from it
            raise ValueError(text)
    except ValueError as error:
        raise Refused(
            _("«%(text)s» is not a time: expected e.g. 2024-03-01T23:59.") % {"text": text}
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo("Europe/Moscow"))
