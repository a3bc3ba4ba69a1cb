"""`laureat register`: the honours of past years, the tables of regions and sectors."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _

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
    missing = [path.parent.name for path in paths if not path.is_file()]
    if missing:  # before any of them is taken over
        known = sorted(path.parent.name for path in settings.AWARDS.glob("*/history.yaml"))
        raise Refused(
            _("There is no history of «%(award)s». Known: %(known)s.")
            % {"award": missing[0], "known": ", ".join(known) or "—"}
        )
    for path in paths:
        told = actions.import_history(path, by=None)
        click.echo(
            _(
                "%(award)s: honours recorded: %(recorded)s, known: %(known)s; new organisations: "
                "%(organisations)s; passed over: %(unnamed)s without a name, %(left_open)s that "
                "leave the honour open"
            )
            % {"award": path.parent.name, **vars(told)}
        )


@register.command()
def tables() -> None:
    """Load the tables of regions and sectors anew after editing them."""
    words = {"regions": actions.load_regions(), "sectors": actions.load_sectors()}
    click.echo(_("regions: %(regions)s, sectors: %(sectors)s") % words)
