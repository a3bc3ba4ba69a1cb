"""`laureat files`: whether all files are still there."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.platform.files import queries
from laureat.platform.files.queries import Fault


@click.group()
def files() -> None:
    """What was uploaded or made: the bytes beside the database."""


@files.command("verify")
def verify_command() -> None:
    """Read every file and compare it with its SHA-256; exit status 1 if one is missing or damaged."""
    said = {Fault.MISSING: _("missing"), Fault.DAMAGED: _("damaged")}
    found = [each for each in queries.lost() if each]
    for each in found:
        names = ", ".join(f"«{name}»" for name in each.names)
        click.secho(f"✗ {said[each.fault]}: {each.sha256} {names}", fg="red", err=True)
    if found:
        raise SystemExit(1)
    count = queries.count()
    told = ngettext(
        "✓ %(count)s file, as it was kept", "✓ %(count)s files, as they were kept", count
    )
    click.secho(told % {"count": count}, fg="green")
