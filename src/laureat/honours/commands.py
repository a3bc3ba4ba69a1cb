"""`laureat honours`: what honours need from the clock."""

from __future__ import annotations

import click
from django.utils import translation

from laureat.honours.actions import remind_of_licences


@click.group()
def honours() -> None:
    """Rights that end: who is written to."""


@honours.command()
def remind() -> None:
    """Write to those whose right to use the emblem ends within 60 or 14 days, or is over.

    The worker does this twice a day by itself; safe to run as often as you like.
    """
    with translation.override("en"):
        count = remind_of_licences()
    click.echo(f"reminded of {count} emblem rights" if count else "nothing was due")
