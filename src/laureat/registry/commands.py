"""`laureat register`: the honours of past years, the tables of regions and sectors."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings

from laureat.platform.errors import Refused
from laureat.registry import actions


@click.group()
def register() -> None:
    """Keep the register of organisations and honours."""


@register.command()
@click.argument("awards", nargs=-1)
def history(awards: tuple[str, ...]) -> None:
    """Take over the honours of past years of AWARDS (all that have a history.yaml).

    Doing it again changes nothing but what was edited.
    """
    paths = (
        [settings.AWARDS / award / "history.yaml" for award in awards]
        if awards
        else sorted(Path(settings.AWARDS).glob("*/history.yaml"))
    )
    for path in paths:
        if not path.is_file():
            raise Refused(f"There is no {path}.")
        told = actions.import_history(path, by=None)
        click.echo(
            f"{path.parent.name}: {told.recorded} honours recorded, {told.known} known, "
            f"{told.organisations} organisations new; passed over: {told.unnamed} without a name, "
            f"{told.left_open} that leave the honour open"
        )


@register.command()
def tables() -> None:
    """Load the tables of regions and sectors anew after editing them."""
    click.echo(f"{actions.load_regions()} regions, {actions.load_sectors()} sectors")
