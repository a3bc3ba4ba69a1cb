"""`laureat science assign` and `laureat science apportion`: who judges what, who gets how many."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.table import Table

from laureat.science.apportionment import Apportionment, Method, apportion

FilePath = click.Path(exists=True, dir_okay=False, path_type=Path)
OutPath = click.Path(dir_okay=False, path_type=Path)


@click.command("assign")
@click.argument("affinity", type=FilePath)
@click.option("--demand", type=int, required=True, help="Assessors per entry.")
@click.option("--max-load", type=int, required=True, help="Entries per assessor at most.")
@click.option("--min-load", type=int, default=0, show_default=True, help="… and at least.")
@click.option("--conflicts", type=FilePath, help="CSV of pairs (entry, assessor) never to meet.")
@click.option("--floor", is_flag=True, help="First raise the entry that is worst off.")
@click.option("--cap", type=float, help="Random teams: no pair likelier than this.")
@click.option("--seed", default="1", show_default=True, help="Of the draw, with --cap.")
@click.option("--connect", "join", is_flag=True, help="Mix teams into one component.")
@click.option("--entry", default="entry", show_default=True, help="Column of the entry.")
@click.option("--assessor", default="assessor", show_default=True, help="Column of the assessor.")
@click.option("--affinity-column", default="affinity", show_default=True, help="Column of the fit.")
@click.option("--json", "target", type=OutPath, help="Write the result there, too.")
def assign_command(affinity: Path, target: Path | None, **chosen: Any) -> None:
    """Assign assessors to entries by AFFINITY, a CSV file.

    Either three columns (entry, assessor, affinity; a pair that is left out has 0), or a matrix:
    entries in rows with their name first, assessors in the columns of the first line.
    """
    try:
        told = _assigned(affinity, **chosen)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    _write(target, told)
    _show_assignment(told)


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
@click.option("--json", "target", type=OutPath, help="Write the result there, too.")
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
        found = apportion(_votes(votes), seats, method, least, most, seed=seed)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    _write(target, _apportioned(found, method, seats, seed))
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


def _assigned(
    affinity: Path,
    *,
    demand: int,
    max_load: int,
    min_load: int,
    conflicts: Path | None,
    floor: bool,
    cap: float | None,
    seed: str,
    join: bool,
    entry: str,
    assessor: str,
    affinity_column: str,
) -> dict[str, Any]:
    from laureat.science import assigning as a  # noqa: PLC0415 - loads the solvers

    if cap is not None and (floor or join):
        raise ValueError("--cap: expected without --floor and --connect")
    entries, assessors, matrix = _affinities(affinity, entry, assessor, affinity_column)
    task = a.problem(
        matrix,
        demand=demand,
        most=max_load,
        least=min_load,
        entries=entries,
        assessors=assessors,
        conflicts=_conflicts(conflicts, (entry, assessor), entries, assessors) if conflicts else (),
    )
    if cap is not None:
        return _lottery(a.capped(task, cap), seed)
    found = a.assign(task, floor="max" if floor else None)
    if join:
        found = a.connect(found)
    return _teams(found)


def _teams(found: Any) -> dict[str, Any]:
    from laureat.science import assigning as a  # noqa: PLC0415

    ties, task = a.connection(found), found.problem
    return {
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "smallest_entry_sum": found.smallest,
        "floor_bound": found.floor_bound,
        "loads": dict(zip(task.assessors, found.loads.tolist(), strict=True)),
        "components": ties.components,
        "lambda2": ties.lambda2,
        "severity_se_inflation": ties.inflation if math.isfinite(ties.inflation) else None,
        "pairs": [
            {
                "entry": why.entry,
                "assessor": why.assessor,
                "affinity": why.affinity,
                "rank": why.rank,
                "reasons": [": ".join(part for part in code if part) for code in why.codes],
            }
            for why in a.reasons(found)
        ],
    }


def _lottery(found: Any, seed: str) -> dict[str, Any]:
    from laureat.science import assigning as a  # noqa: PLC0415

    task, pairs = found.problem, found.draw(seed)
    sums = [0.0] * len(task.entries)
    loads = dict.fromkeys(task.assessors, 0)
    drawn = []
    for i, j in pairs.tolist():
        sums[i] += float(task.affinity[i, j])
        loads[task.assessors[j]] += 1
        drawn.append(
            {
                "entry": task.entries[i],
                "assessor": task.assessors[j],
                "affinity": float(task.affinity[i, j]),
                "probability": float(found.probabilities[i, j]),
            }
        )
    matrix = found.amounts * 0 > 0
    matrix[pairs[:, 0], pairs[:, 1]] = True
    return {
        "objective": found.objective,
        "bound": found.bound,
        "gap": max(0.0, found.bound - found.objective) / max(abs(found.bound), 1e-300),
        "cap": found.cap,
        "seed": seed,
        "drawn_objective": math.fsum(sums),
        "smallest_entry_sum": min(sums),
        "loads": loads,
        "components": a.parts(matrix),
        "pairs": drawn,
    }


def _show_assignment(told: dict[str, Any]) -> None:
    console = Console()
    facts = Table("figure", "value", title="assignment")
    for key in (
        "objective",
        "bound",
        "gap",
        "cap",
        "drawn_objective",
        "smallest_entry_sum",
        "components",
        "lambda2",
        "severity_se_inflation",
    ):
        if told.get(key) is not None:
            facts.add_row(key, f"{told[key]:.8g}")
    loads = list(told["loads"].values())
    facts.add_row("loads", f"{min(loads)} to {max(loads)}")
    console.print(facts)
    teams: dict[str, list[str]] = {}
    for pair in told["pairs"]:
        teams.setdefault(pair["entry"], []).append(f"{pair['assessor']} ({pair['affinity']:g})")
    table = Table("entry", "assessors (affinity)")
    for name, members in teams.items():
        table.add_row(name, ", ".join(members))
    console.print(table)


def _write(target: Path | None, told: dict[str, Any]) -> None:
    if target is not None:
        text = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
        target.write_text(text + "\n", encoding="utf-8")


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Lines with their numbers, without empty ones."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        reader = csv.reader(file, delimiter=";" if first.count(";") > first.count(",") else ",")
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, [cell.strip() for cell in row]


def _number(text: str, path: Path, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{path.name} line {line}: expected a finite number, got {text!r}")
    return value


def _affinities(
    path: Path, entry: str, assessor: str, column: str
) -> tuple[list[str], list[str], list[list[float]]]:
    rows = _rows(path)
    _, head = next(rows, (0, []))
    if {entry, assessor, column} <= set(head):
        return _long(path, rows, head, (entry, assessor, column))
    if len(head) < 2:
        raise ValueError(f"{path.name}: expected columns {entry}, {assessor}, {column} or a matrix")
    entries, matrix = [], []
    for line, row in rows:
        if len(row) != len(head):
            raise ValueError(f"{path.name} line {line}: expected {len(head)} cells, got {len(row)}")
        entries.append(row[0])
        matrix.append([_number(cell, path, line) for cell in row[1:]])
    if not matrix:
        raise ValueError(f"{path.name}: expected at least one entry below the first line")
    return entries, head[1:], matrix


def _long(
    path: Path, rows: Iterator[tuple[int, list[str]]], head: list[str], names: tuple[str, ...]
) -> tuple[list[str], list[str], list[list[float]]]:
    places = [head.index(name) for name in names]
    fit: dict[tuple[str, str], float] = {}
    for line, row in rows:
        if len(row) != len(head):
            raise ValueError(f"{path.name} line {line}: expected {len(head)} cells, got {len(row)}")
        who, what, value = (row[place] for place in places)
        if (who, what) in fit:
            raise ValueError(f"{path.name} line {line}: {who!r} and {what!r} stand there twice")
        fit[who, what] = _number(value, path, line)
    if not fit:
        raise ValueError(f"{path.name}: expected at least one pair below the first line")
    entries = list(dict.fromkeys(pair[0] for pair in fit))
    people = list(dict.fromkeys(pair[1] for pair in fit))
    return entries, people, [[fit.get((e, p), 0.0) for p in people] for e in entries]


def _conflicts(
    path: Path, titles: tuple[str, str], entries: list[str], assessors: list[str]
) -> list[tuple[str, str]]:
    rows = list(_rows(path))
    places = (0, 1)
    first = rows[0][1] if rows else []
    if set(titles) <= set(first):
        places = (first.index(titles[0]), first.index(titles[1]))
        rows = rows[1:]
    elif len(first) >= 2 and first[0] not in entries and first[1] not in assessors:
        rows = rows[1:]  # a line of other titles
    pairs = []
    for line, row in rows:
        if len(row) <= max(places):
            raise ValueError(f"{path.name} line {line}: expected entry and assessor, got {row}")
        pairs.append((row[places[0]], row[places[1]]))
    return pairs


def _votes(path: Path) -> dict[str, Decimal]:
    votes: dict[str, Decimal] = {}
    for count, (line, row) in enumerate(_rows(path)):
        if len(row) < 2:
            raise ValueError(f"{path.name} line {line}: expected a name and a number, got {row}")
        try:
            value = Decimal(row[1])
        except InvalidOperation:
            if count == 0:
                continue  # the line of titles
            raise ValueError(
                f"{path.name} line {line}: expected a number, got {row[1]!r}"
            ) from None
        if not value.is_finite() or value < 0:
            raise ValueError(f"{path.name} line {line}: expected 0 or more, got {row[1]!r}")
        if row[0] in votes:
            raise ValueError(f"{path.name} line {line}: {row[0]!r} stands there twice")
        votes[row[0]] = value
    if not votes:
        raise ValueError(f"{path.name}: expected at least one group")
    return votes
