"""`laureat honours`: what honours need from the clock."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.honours.actions import remind_of_licences


@click.group()
def honours() -> None:
    """Rights that end: who is written to."""


@honours.command()
def remind() -> None:
    """Write to those whose right to use the emblem ends within 60 or 14 days, or is over.

    The worker does this twice a day by itself; safe to run as often as you like.
    """
    count = remind_of_licences()
    told = ngettext(
        "reminded of %(count)s emblem right", "reminded of %(count)s emblem rights", count
    )
    click.echo(told % {"count": count} if count else _("nothing was due"))
