"""`laureat letters`: prepare, render and send letters from the command line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from laureat.outreach import actions, queries
from laureat.outreach.lists import read_file, read_list
from laureat.outreach.models import Campaign
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.registry.models import Organisation
from laureat.registry.queries import matching
from laureat.rulebook.models import Edition


def _edition(name: str) -> Edition:
    award, _slash, key = name.partition("/")
    edition = (
        Edition.objects.filter(award__key=award, key=key).select_related("award", "version").first()
    )
    if edition is None:
        known = ", ".join(each.chain for each in Edition.objects.select_related("award")) or "none"
        raise Refused(f"There is no edition {name!r}; loaded are: {known}.")
    return edition


def _campaign(edition: Edition, template: str) -> Campaign:
    campaign = queries.latest_campaign(edition, template)
    if campaign is None:
        raise Refused(f"No letters {template!r} of {edition.chain} are prepared yet.")
    return campaign


@click.group()
def letters() -> None:
    """Write letters to the list: prepare, render, send."""


@letters.command()
@click.argument("edition")
@click.argument("template")
@click.option("--region", default="", help="Two digits: only this region, with its dates.")
@click.option("--sector", default="", help="Key of a line of business.")
@click.option("--search", default="", help="Words in name, INN or city.")
@click.option(
    "--inns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text or CSV file with an INN in each line, instead of the filters.",
)
@click.option("--date", "dated", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@click.option("--number", type=int, help="First serial. Default: the next free one.")
@click.option("--language", type=click.Choice(["ru", "en"]), default="ru")
@click.option("--again", is_flag=True, help="Also to those who have this letter already.")
def prepare(
    edition: str,
    template: str,
    region: str,
    sector: str,
    search: str,
    inns: Path | None,
    dated: datetime | None,
    number: int | None,
    language: str,
    again: bool,
) -> None:
    """Prepare the letter TEMPLATE of EDITION (award/edition) as drafts."""
    found = _edition(edition)
    chosen = _listed(inns) if inns else _filtered(region, sector, search)
    if not again:
        had = queries.written_to(found, template)
        chosen = [each for each in chosen if each.pk not in had]
    day: date = dated.date() if dated else today()
    campaign = actions.prepare_campaign(
        found,
        template,
        chosen,
        dated=day,
        first_number=number or actions.next_number(found, template, day.year),
        language=language,
        region=region,
        by=None,
    )
    click.echo(f"{campaign.letters.count()} letters prepared, campaign {campaign.uid}")


def _listed(path: Path) -> list[Organisation]:
    found = read_list(read_file(path.read_bytes()))
    if found.problems:
        raise Refused("\n".join(found.problems))
    return found.organisations


def _filtered(region: str, sector: str, search: str) -> list[Organisation]:
    rows = Organisation.objects.all()
    if region:
        rows = rows.filter(region_id=region)
    if sector:
        rows = rows.filter(sector_id=sector)
    return list(matching(rows, search).order_by("sort_key", "pk"))


@letters.command()
@click.argument("edition")
@click.argument("template")
@click.option("--again", is_flag=True, help="Also those that are ready.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all PDF and Word files of the campaign into this folder too.",
)
def render(edition: str, template: str, again: bool, into: Path | None) -> None:
    """Make the documents of the newest campaign of TEMPLATE."""
    from laureat.platform.files.store import store  # noqa: PLC0415 - only with --into

    campaign = _campaign(_edition(edition), template)
    done = actions.render_letters(campaign, by=None, again=again)
    click.echo(f"{done} letters made")
    if into is None:
        return
    into.mkdir(parents=True, exist_ok=True)
    written = 0
    for letter in queries.letters(campaign):
        for stored in (letter.pdf, letter.docx):
            if stored is not None:
                with store().open(stored.sha256) as content:
                    (into / stored.name).write_bytes(content.read())
                written += 1
    click.echo(f"{written} files written to {into}")


@letters.command()
@click.argument("edition")
@click.argument("template")
def send(edition: str, template: str) -> None:
    """Hand the newest campaign of TEMPLATE to the mail."""
    result = actions.send_letters(_campaign(_edition(edition), template), by=None)
    click.echo(f"{result.sent} letters handed to mail, {result.no_address} without an address")
