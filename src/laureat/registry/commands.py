"""`laureat register`: lists of organisations, honours of past years, tables of regions and sectors."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _

from laureat.platform.errors import Refused
from laureat.registry import actions
from laureat.registry.lists import columns_of, read_lines, read_table


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


@register.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", default="", help="Two digits: of those that name no region.")
@click.option(
    "--known",
    type=click.Choice([actions.Known.FILL, actions.Known.ALL, actions.Known.KEEP]),
    default=actions.Known.FILL,
    help="What the file says of known ones: fill in what is missing, take over all, keep them.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
def import_list(file: Path, region: str, known: str, dry_run: bool) -> None:
    """Enter the organisations of FILE (XLSX, CSV, TXT): its headings tell what the columns hold.

    Lines that cannot be used are named and left out.
    """
    table = read_table(file.read_bytes())
    reading = read_lines(table, columns_of(table), region=region)
    for line in reading.lines:
        for said in filter(None, [line.problem, *line.notes]):
            click.echo(
                _("Line %(line)d, %(name)s: %(why)s")
                % {"line": line.number, "name": line.name or line.inn, "why": said},
                err=True,
            )
    figures = {
        "new": len(reading.new),
        "changed": len(reading.changed),
        "same": len(reading.same),
        "wrong": len(reading.wrong),
    }
    click.echo(
        _(
            "new: %(new)s, known with something else in the file: %(changed)s, known and the same: "
            "%(same)s, lines left out: %(wrong)s"
        )
        % figures
    )
    if not dry_run:
        done = actions.import_organisations(reading, actions.Known(known), by=None)
        click.echo(_("entered: %(entered)s, changed: %(changed)s") % vars(done))


@register.command()
def tables() -> None:
    """Load the tables of regions and sectors anew after editing them."""
    words = {"regions": actions.load_regions(), "sectors": actions.load_sectors()}
    click.echo(_("regions: %(regions)s, sectors: %(sectors)s") % words)
