"""`laureat science apportion`: who gets how many places."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.table import Table

from laureat.science.apportionment import Apportionment, Method, apportion
from laureat.science.tables import Sheet, decimal, read, write_json
from laureat.terminal import Output

FilePath = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("apportion")
@click.argument("votes", type=FilePath)
@click.option("--seats", type=int, required=True, help="Places to give.")
@click.option(
    "--method", type=click.Choice(get_args(Method)), default="hamilton", show_default=True
)
@click.option(
    "--min", "least", type=int, default=0, show_default=True, help="Places each at least."
)
@click.option("--max", "most", type=int, help="Places each at most.")
@click.option("--seed", help="Draw equal claims to the last places by lot.")
@click.option("--json", "target", type=Output(), help="Write the result there, too.")
def apportion_command(
    votes: Path,
    seats: int,
    method: Method,
    least: int,
    most: int | None,
    seed: str | None,
    target: Path | None,
) -> None:
    """Spread SEATS over the groups of VOTES, a CSV file of name and number."""
    try:
        found = apportion(
            _votes(read(votes.read_bytes(), votes.name)), seats, method, least, most, seed=seed
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    write_json(target, _apportioned(found, method, seats, seed))
    table = Table("group", "places", title=f"{method}, {seats} places")
    for name, places in found.seats.items():
        table.add_row(name, str(places))
    console = Console()
    console.print(table)
    if found.open:
        tied = ", ".join(found.tied)
        console.print(f"{found.open} places stay open: equal claims of {tied} (give a --seed)")
    if found.drawn:
        console.print(f"drawn by lot among {', '.join(found.tied)}: {', '.join(found.drawn)}")
    if found.unfilled:
        console.print(f"{found.unfilled} places nobody may take")


def _apportioned(found: Apportionment, method: str, seats: int, seed: str | None) -> dict[str, Any]:
    return {
        "method": method,
        "places": seats,
        "seed": seed,
        "seats": found.seats,
        "tied": list(found.tied),
        "open": found.open,
        "drawn": list(found.drawn),
        "unfilled": found.unfilled,
    }


def _votes(sheet: Sheet) -> dict[str, Decimal]:
    votes: dict[str, Decimal] = {}
    for count, (line, row) in enumerate(sheet.headless()):
        if len(row) < 2:
            raise ValueError(
                f"{sheet.name} line {line}: expected a name and a number, got {row[0]!r}"
            )
        try:
            value = decimal(row[1])
        except ValueError:
            if count == 0:
                continue  # the line of titles
            raise ValueError(
                f"{sheet.name} line {line}: expected a number, got {row[1]!r}"
            ) from None
        if re.fullmatch(r"\d{1,3},\d{3}", row[1]):
            raise ValueError(
                f"{sheet.name} line {line}: {row[1]!r} may be thousands or a fraction; "
                f"expected {row[1].replace(',', '')} or {row[1].replace(',', '.')}"
            )
        if value < 0:
            raise ValueError(f"{sheet.name} line {line}: expected 0 or more, got {row[1]!r}")
        if row[0] in votes:
            raise ValueError(f"{sheet.name} line {line}: {row[0]!r} stands there twice")
        votes[row[0]] = value
    if not votes:
        raise ValueError(f"{sheet.name}: expected at least one group")
    return votes
