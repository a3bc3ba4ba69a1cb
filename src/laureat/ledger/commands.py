"""`laureat ledger`: verify and export the journal."""

from __future__ import annotations

import itertools
from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.ledger.actions import forget_words
from laureat.ledger.models import Chain, Words
from laureat.ledger.queries import lines, verdict
from laureat.ledger.verification import (
    Verdict,
    chain_of,
    export_line,
    lines_of_export,
    verify,
)
from laureat.platform.errors import Refused
from laureat.terminal import Output

MOST_FAULTS = 50
"""So many are told; a chain that was rewritten has one at each record."""


@click.group()
def ledger() -> None:
    """The hash-chained journal."""


def _chain(edition: str) -> Chain:
    chain = Chain.objects.filter(key=edition).first()
    if chain is None:
        known = ", ".join(Chain.objects.order_by("key").values_list("key", flat=True))
        raise Refused(
            _("There is no journal of «%(edition)s». Known: %(known)s.")
            % {"edition": edition, "known": known or "—"}
        )
    return chain


def _records(count: int) -> str:
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": count}


def _report(found: Verdict) -> bool:
    if found.sound:
        words = {"chain": found.chain, "records": _records(found.length), "head": found.head}
        click.secho(_("✓ %(chain)s: %(records)s, head %(head)s") % words, fg="green")
        if found.published is not None:
            told = _("  the published head is that of record %(place)s; %(later)s after it")
            later = _records(found.length - found.published)
            click.echo(told % {"place": found.published, "later": later})
        _tell_backwards(found)
        return True
    count = len(found.faults)
    told = ngettext("✗ %(chain)s: %(count)s fault", "✗ %(chain)s: %(count)s faults", count)
    click.secho(told % {"chain": found.chain, "count": count}, fg="red", err=True)
    for fault in found.faults[:MOST_FAULTS]:
        click.echo(f"  {fault}", err=True)
    if count > MOST_FAULTS:
        click.echo(_("  … and %(count)s more") % {"count": count - MOST_FAULTS}, err=True)
    _tell_backwards(found)
    return False


def _tell_backwards(found: Verdict) -> None:
    """A note, not a fault: the chain proves in which order records were written, not when."""
    if not found.backwards:
        return
    count = len(found.backwards)
    told = ngettext(
        "  note: time runs backwards at %(count)s record; no fault, the clock of a server may be set:",
        "  note: time runs backwards at %(count)s records; no fault, the clock of a server may be set:",
        count,
    )
    click.echo(told % {"count": count})
    for each in found.backwards[:MOST_FAULTS]:
        words = {"seq": each.seq, "at": each.at, "before": each.before}
        click.echo(_("  #%(seq)s is of %(at)s, after a record of %(before)s") % words)
    if count > MOST_FAULTS:
        click.echo(_("  … and %(count)s more") % {"count": count - MOST_FAULTS})


@ledger.command("verify")
@click.argument("edition", default="")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An exported chain.",
)  # fmt: skip
@click.option("--head", default="", help="A head of it as it was published elsewhere.")
def verify_command(edition: str, file: Path | None, head: str) -> None:
    """Recompute every chain, or that of EDITION (award/edition), or a file that somebody downloaded;
    exit status 1 on any fault.
    """
    head = head.strip()
    if head and not edition and file is None:
        raise click.UsageError(_("--head belongs to one journal: name its edition, award/edition."))
    if file is not None:
        found = [_verdict_of_file(edition, file, head)]
    elif edition:
        found = [verdict(_chain(edition), head)]
    else:
        found = [verdict(each) for each in Chain.objects.order_by("key")]
    if not found:
        click.echo(_("No journal yet."))
    sound = [_report(each) for each in found]
    if not all(sound):
        raise SystemExit(1)


def _verdict_of_file(edition: str, file: Path, head: str) -> Verdict:
    """Without an `edition` the file is that of the chain which its first record names."""
    try:
        with file.open(encoding="utf-8-sig") as text:
            rows = lines_of_export(text)
            first = list(itertools.islice(rows, 1))
            name = edition or "".join(map(chain_of, first)) or str(file)
            found = verify(name, itertools.chain(first, rows), published=head)
    except UnicodeDecodeError as error:
        raise Refused(_("%(file)s is not a text in UTF-8.") % {"file": file}) from error
    if not found.length:
        raise Refused(_("%(file)s holds no records.") % {"file": file})
    return found


@ledger.command("export")
@click.argument("edition")
@click.option("--out", type=Output(), help="A file; by default the screen.")
def export_command(edition: str, out: Path | None) -> None:
    """Write the chain of EDITION as JSON lines that `verify --file` and any stranger can check."""
    chain = _chain(edition)
    rows = (export_line(line) for line in lines(chain))
    if out is None:
        for row in rows:
            click.echo(row)
        return
    with out.open("w", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)
    words = {"records": _records(chain.length), "head": chain.head}
    click.echo(_("%(records)s, head %(head)s") % words)


@ledger.command("words")
@click.argument("commitment")
@click.option(
    "--forget", is_flag=True, help="Erase them and their salt: nothing ties them any more."
)
def words_command(commitment: str, forget: bool) -> None:
    """Show the words behind COMMITMENT, which a record holds, with the salt that proves them."""
    kept = Words.objects.filter(commitment=commitment).first()
    if kept is None:
        raise Refused(_("No words are kept under this commitment, or they were erased."))
    click.echo(f"{_('salt')} {kept.salt}\n{kept.text}")
    if forget:
        forget_words(commitment)
        click.secho(_("✓ erased"), fg="green")
