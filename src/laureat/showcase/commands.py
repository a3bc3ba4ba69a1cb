"""`laureat results`: published results for machines."""

from __future__ import annotations

from pathlib import Path

import click
from django.utils.translation import gettext as _

from laureat.showcase.queries.results import export, find_edition
from laureat.terminal import Output


@click.group()
def results() -> None:
    """Published results of an edition."""


@results.command(name="export")
@click.argument("edition")
@click.option(
    "--out",
    type=Output(),
    help="Write to this file instead of the screen.",
)
@click.option("--public", is_flag=True, help="What the public page gives: without points.")
def export_results(edition: str, out: Path | None, public: bool) -> None:
    """Print the results of EDITION (award/edition) as canonical JSON (RFC 8785).

    The same published results give the same bytes on every machine.
    """
    content = export(find_edition(edition), public=public)
    if out is None:
        click.echo(content, nl=False)
        return
    out.write_bytes(content)
    click.echo(_("%(file)s: %(size)s bytes") % {"file": out, "size": len(content)}, err=True)
