"""`laureat ledger`: verify and export the journal."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click
from django.utils.translation import gettext as _

from laureat.ledger.actions import forget_words
from laureat.ledger.models import Chain, Words
from laureat.ledger.queries import lines, verdict
from laureat.ledger.verification import Verdict, export_line, lines_of_export, verify
from laureat.platform.errors import Refused
from laureat.terminal import Output


@click.group()
def ledger() -> None:
    """The hash-chained journal."""


def _chains(edition: str) -> list[Chain]:
    if not edition:
        return list(Chain.objects.order_by("key"))
    chain = Chain.objects.filter(key=edition).first()
    if chain is None:
        known = ", ".join(Chain.objects.order_by("key").values_list("key", flat=True))
        raise Refused(
            _("There is no journal of «%(edition)s». Known: %(known)s.")
            % {"edition": edition, "known": known or "—"}
        )
    return [chain]


def _report(found: Verdict) -> bool:
    if found.sound:
        click.secho(f"✓ {found.chain}: {found.length} records, head {found.head}", fg="green")
        return True
    click.secho(f"✗ {found.chain}: {len(found.faults)} faults", fg="red", err=True)
    for fault in found.faults[:50]:
        click.echo(f"  {fault}", err=True)
    if len(found.faults) > 50:
        click.echo(f"  … and {len(found.faults) - 50} more", err=True)
    return False


@ledger.command("verify")
@click.argument("edition", default="")
@click.option("--file", "file", type=click.File(encoding="utf-8"), help="An exported chain.")
@click.option("--head", default="", help="The head as it was published elsewhere.")
def verify_command(edition: str, file: TextIO | None, head: str) -> None:
    """Recompute every chain, or that of EDITION (award/edition); exit status 1 on any fault."""
    if file is not None:
        found = [verify(edition or file.name, lines_of_export(file), head=head or None)]
    else:
        found = [verdict(chain) for chain in _chains(edition)]
    if not found:
        click.echo("No journal yet.")
    sound = [_report(each) for each in found]
    if not all(sound):
        raise SystemExit(1)


@ledger.command("export")
@click.argument("edition")
@click.option("--out", type=Output(), help="A file; by default the screen.")
def export_command(edition: str, out: Path | None) -> None:
    """Write the chain of EDITION as JSON lines that `verify --file` and any stranger can check."""
    chain = _chains(edition)[0]
    rows = (export_line(line) for line in lines(chain))
    if out is None:
        for row in rows:
            click.echo(row)
        return
    with out.open("w", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)
    click.echo(f"{chain.length} records, head {chain.head}")


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
    click.echo(f"salt {kept.salt}\n{kept.text}")
    if forget:
        forget_words(commitment)
        click.secho("✓ erased", fg="green")
