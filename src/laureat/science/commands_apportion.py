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
from laureat.terminal import Output, complaint, said

FilePath = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("apportion")
@click.argument("votes", type=FilePath)
@click.option("--seats", type=click.IntRange(min=0), required=True, help="Places to give.")
@click.option(
    "--method", type=click.Choice(get_args(Method)), default="hamilton", show_default=True,
    help="Largest remainders (hamilton) or highest quotients.",
)  # fmt: skip
@click.option(
    "--min",
    "least",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Places each at least.",
)
@click.option("--max", "most", type=click.IntRange(min=0), help="Places each at most.")
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
        raise click.ClickException(complaint(error)) from None
    write_json(target, _apportioned(found, method, seats, seed))
    table = Table(
        said("group"),
        said("places"),
        title=said("%(method)s, places: %(seats)s", method=method, seats=seats),
    )
    for name, places in found.seats.items():
        table.add_row(name, str(places))
    console = Console()
    console.print(table)
    if found.open:
        tied = ", ".join(found.tied)
        console.print(
            said(
                "places that stay open: %(count)s, equal claims of %(tied)s (give a --seed)",
                count=found.open,
                tied=tied,
            )
        )
    if found.drawn:
        console.print(
            said(
                "drawn by lot among %(tied)s: %(drawn)s",
                tied=", ".join(found.tied),
                drawn=", ".join(found.drawn),
            )
        )
    if found.unfilled:
        console.print(said("places nobody may take: %(count)s", count=found.unfilled))


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
                said(
                    "%(file)s line %(line)s: expected a name and a number, got %(name)s",
                    file=sheet.name,
                    line=line,
                    name=repr(row[0]),
                )
            )
        try:
            value = decimal(row[1])
        except ValueError:
            if count == 0:
                continue  # the line of titles
            raise ValueError(
                said(
                    "%(file)s line %(line)s: expected a number, got %(cell)s",
                    file=sheet.name,
                    line=line,
                    cell=repr(row[1]),
                )
            ) from None
        if re.fullmatch(r"\d{1,3},\d{3}", row[1]):
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(cell)s may be thousands or a fraction; expected %(thousands)s or %(fraction)s",
                    file=sheet.name,
                    line=line,
                    cell=repr(row[1]),
                    thousands=row[1].replace(",", ""),
                    fraction=row[1].replace(",", "."),
                )
            )
        if value < 0:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: expected 0 or more, got %(cell)s",
                    file=sheet.name,
                    line=line,
                    cell=repr(row[1]),
                )
            )
        if row[0] in votes:
            raise ValueError(
                said(
                    "%(file)s line %(line)s: %(name)s stands there twice",
                    file=sheet.name,
                    line=line,
                    name=repr(row[0]),
                )
            )
        votes[row[0]] = value
    if not votes:
        raise ValueError(said("%(file)s: expected at least one group", file=sheet.name))
    return votes
