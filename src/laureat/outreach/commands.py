"""`laureat letters`: prepare, render, send and take back letters from the command line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from laureat.outreach import actions, queries
from laureat.outreach.lists import read_file, read_list
from laureat.outreach.models import Campaign
from laureat.outreach.queries.recipients import BY_LAW, Asked, Recipients
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.rulebook.models import Edition
from laureat.terminal import OutputFolder


def _campaign(edition: Edition, template: str) -> Campaign:
    campaign = queries.latest_campaign(edition, template)
    if campaign is None:
        raise Refused(f"No letters {template!r} of {edition.chain} are prepared yet.")
    return campaign


@click.group()
def letters() -> None:
    """Write letters to the list: prepare, render, send, take back."""


@letters.command()
@click.argument("edition")
@click.argument("template")
@click.option("--region", default="", help="Two digits: only this region, with its dates.")
@click.option("--sector", default="", help="Key of a line of business.")
@click.option("--search", default="", help="Words in name, INN or city.")
@click.option(
    "--size", default="", help="Size class of the edition, or micro, small, medium, large."
)
@click.option(
    "--before",
    type=click.Choice(["applied", "honoured", "new"]),
    help="Has applied for this award, holds an honour of it, neither.",
)
@click.option(
    "--inns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file (XLSX, CSV, TXT) with an INN in each line, instead of the filters.",
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
    size: str,
    before: str | None,
    inns: Path | None,
    dated: datetime | None,
    number: int | None,
    language: str,
    again: bool,
) -> None:
    """Prepare the letter TEMPLATE of EDITION (award/edition) as drafts."""
    found = queries.edition_called(edition)
    if inns:
        listed = _listed(inns)
    else:
        asked = Asked(found, template, region, sector, search, _size(found, size), before or "")
        listed = queries.recipients(None, asked)
    if not again:
        queries.without_those_written_to(listed, found, template)
    if queries.too_late(Campaign(edition=found, template_key=template, region=region)):
        click.echo("Warning: this contest takes no applications any more.", err=True)
    for sentence in listed.left_out:
        click.echo(sentence, err=True)
    day: date = dated.date() if dated else today()
    campaign = actions.prepare_campaign(
        found,
        template,
        listed.organisations,
        dated=day,
        first_number=number or actions.next_number(found, template, day.year),
        language=language,
        region=region,
        by=None,
    )
    click.echo(f"{campaign.letters.count()} letters prepared, campaign {campaign.uid}")


def _listed(path: Path) -> Recipients:
    found = read_list(read_file(path.read_bytes()))
    if found.problems:
        raise Refused("\n".join(found.problems))
    return Recipients(found.organisations)


def _size(edition: Edition, key: str) -> str:
    """A class of the edition goes before one of the law that is called the same."""
    own = [each.key for each in edition.rules.categories if each.when is not None]
    if key in own:
        return f"{edition.uid}:{key}"
    if key and key not in BY_LAW:
        known = ", ".join([*own, *BY_LAW])
        raise Refused(f"There is no size class {key!r}; known are: {known}.", field="size")
    return key


@letters.command()
@click.argument("edition")
@click.argument("template")
@click.option("--again", is_flag=True, help="Also those that are ready.")
@click.option(
    "--into",
    type=OutputFolder(),
    help="Write all PDF and Word files of the campaign into this folder too.",
)
def render(edition: str, template: str, again: bool, into: Path | None) -> None:
    """Make the documents of the newest campaign of TEMPLATE."""
    from laureat.platform.files.store import store  # noqa: PLC0415 - only with --into

    campaign = _campaign(queries.edition_called(edition), template)
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
    result = actions.send_letters(_campaign(queries.edition_called(edition), template), by=None)
    click.echo(f"{result.sent} letters handed to mail, {result.no_address} without an address")


@letters.command()
@click.argument("edition")
@click.argument("template")
def resend(edition: str, template: str) -> None:
    """Send the undelivered letters of the newest campaign of TEMPLATE once more."""
    result = actions.resend_failed(_campaign(queries.edition_called(edition), template), by=None)
    click.echo(f"{result.sent} letters handed to mail, {result.no_address} without an address")


@letters.command()
@click.argument("edition")
@click.argument("template")
@click.option("--yes", is_flag=True, help="Do not ask.")
def discard(edition: str, template: str, yes: bool) -> None:
    """Withdraw what has not left of the newest campaign of TEMPLATE."""
    campaign = _campaign(queries.edition_called(edition), template)
    if not yes:
        click.confirm(f"Withdraw what has not left of {campaign}?", abort=True)
    result = actions.discard_campaign(campaign, by=None)
    click.echo(f"{result.withdrawn} letters withdrawn, {result.left} had left before")
