"""`laureat letters`: prepare, render, send and take back letters from the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from laureat.outreach import actions, queries
from laureat.outreach.lists import read_file, read_list
from laureat.outreach.models import Campaign
from laureat.outreach.queries.recipients import BY_LAW, Asked, Recipients
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.registry import queries as registry
from laureat.rulebook.models import Edition
from laureat.terminal import OutputFolder


def _edition(name: str, template: str) -> Edition:
    """The edition called `name`, if it has the letter. Raises Refused with what there is."""
    edition = queries.edition_called(name)
    letters = [each.key for each in edition.rules.letters]
    if template not in letters:
        raise Refused(
            _("The rulebook has no letter “%(key)s”: it has %(known)s.")
            % {"key": template, "known": ", ".join(letters) or "—"}
        )
    return edition


def _campaign(name: str, template: str) -> Campaign:
    edition = _edition(name, template)
    campaign = queries.latest_campaign(edition, template)
    if campaign is None:
        raise Refused(
            _("No letters “%(key)s” of %(edition)s are prepared yet.")
            % {"key": template, "edition": edition.chain}
        )
    return campaign


def _known(told: str, key: str, known: Iterable[str]) -> str:
    """`key`, empty or one of those there are. Raises Refused, saying `told` and which these are."""
    keys = sorted(known)
    if key and key not in keys:
        raise Refused(told % {"key": key, "known": ", ".join(keys) or "—"})
    return key


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
    type=click.Choice(["applied", "honoured", "new", "unanswered"]),
    help="Has applied for this award, holds an honour of it, neither; had a letter, no answer.",
)
@click.option(
    "--inns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file (XLSX, CSV, TXT) with an INN in each line, instead of the filters.",
)
@click.option("--date", "dated", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@click.option(
    "--number", type=click.IntRange(min=1), help="First serial. Default: the next free one."
)
@click.option(
    "--language",
    type=click.Choice(["ru", "en"]),
    default="ru",
    show_default=True,
    help="Language of the letter.",
)
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
    found = _edition(edition, template)
    codes = [each.code for each in registry.regions()]
    _known(_("There is no region «%(key)s». Known: %(known)s."), region, codes)
    keys = [each.key for each in registry.sectors()]
    _known(_("There is no line of business «%(key)s». Known: %(known)s."), sector, keys)
    if inns:
        listed = _listed(inns)
    else:
        asked = Asked(found, template, region, sector, search, _size(found, size), before or "")
        listed = queries.recipients(None, asked)
    if not again and before != "unanswered":
        queries.without_those_written_to(listed, found, template)
    if queries.too_late(Campaign(edition=found, template_key=template, region=region)):
        click.echo(_("Warning: this contest takes no applications any more."), err=True)
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
    words = {"count": campaign.letters.count(), "uid": campaign.uid}
    click.echo(_("letters prepared: %(count)s, campaign %(uid)s") % words)


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
        raise Refused(
            _("There is no size class «%(key)s». Known: %(known)s.")
            % {"key": key, "known": ", ".join([*own, *BY_LAW])},
            field="size",
        )
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

    campaign = _campaign(edition, template)
    done = actions.render_letters(campaign, by=None, again=again)
    click.echo(_("letters made: %(count)s") % {"count": done})
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
    words = {"count": written, "folder": into}
    click.echo(_("files written: %(count)s, folder %(folder)s") % words)


def _told_sent(result: actions.Sent) -> None:
    words = {"sent": result.sent, "homeless": result.no_address}
    click.echo(_("letters handed to mail: %(sent)s, without an address: %(homeless)s") % words)


@letters.command()
@click.argument("edition")
@click.argument("template")
def send(edition: str, template: str) -> None:
    """Hand the newest campaign of TEMPLATE to the mail."""
    result = actions.send_letters(_campaign(edition, template), by=None)
    _told_sent(result)


@letters.command()
@click.argument("edition")
@click.argument("template")
def resend(edition: str, template: str) -> None:
    """Send the undelivered letters of the newest campaign of TEMPLATE once more."""
    result = actions.resend_failed(_campaign(edition, template), by=None)
    _told_sent(result)


@letters.command()
@click.argument("edition")
@click.argument("template")
@click.option("--yes", is_flag=True, help="Do not ask.")
def discard(edition: str, template: str, yes: bool) -> None:
    """Withdraw what has not left of the newest campaign of TEMPLATE."""
    campaign = _campaign(edition, template)
    if not yes:
        click.confirm(
            _("Withdraw what has not left of %(campaign)s?") % {"campaign": campaign}, abort=True
        )
    result = actions.discard_campaign(campaign, by=None)
    words = {"withdrawn": result.withdrawn, "left": result.left}
    click.echo(_("letters withdrawn: %(withdrawn)s, had left before: %(left)s") % words)
