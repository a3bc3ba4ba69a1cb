"""`laureat science assign`: who judges what."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from laureat.science.labels import label
from laureat.science.tables import Sheet, read, write_json
from laureat.terminal import Output, complaint, said

if TYPE_CHECKING:
    from laureat.science.assigning import Problem

FilePath = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("assign")
@click.argument("affinity", type=FilePath)
@click.option("--demand", type=click.IntRange(min=0), help="Assessors per entry.")
@click.option("--max-load", type=click.IntRange(min=0), help="Entries per assessor at most.")
@click.option(
    "--min-load", type=click.IntRange(min=0), default=0, show_default=True, help="… and at least."
)
@click.option("--conflicts", type=FilePath, help="Table of pairs (entry, assessor) never to meet.")
@click.option("--pins", type=FilePath, help="Table of pairs that must meet.")
@click.option(
    "--wishes", type=FilePath, help="Table entry, assessor, what is added to the affinity."
)
@click.option(
    "--people", type=FilePath, help="Table of assessors: any columns, max_load, min_load."
)
@click.option("--places", type=FilePath, help="Table of entries: any columns, demand.")
@click.option("--rules", type=FilePath, help="Table rule, column (of people), value, least, most.")
@click.option("--floor", is_flag=True, help="First raise the entry that is worst off.")
@click.option(
    "--cap",
    type=click.FloatRange(0, 1, min_open=True),
    help="Random teams: no pair likelier than this.",
)
@click.option("--seed", default="1", show_default=True, help="Of the draw, with --cap.")
@click.option("--connect", "join", is_flag=True, help="Mix teams into one component.")
@click.option("--loss", type=click.FloatRange(0, 1), default=0.02, show_default=True,
              help="With --connect: share of the sum that may be lost.")  # fmt: skip
@click.option("--entry", default="entry", show_default=True, help="Column of the entry.")
@click.option("--assessor", default="assessor", show_default=True, help="Column of the assessor.")
@click.option("--affinity-column", default="affinity", show_default=True, help="Column of the fit.")
@click.option("--json", "target", type=Output(), help="Write the result there, too.")
def assign_command(affinity: Path, target: Path | None, **chosen: Any) -> None:
    """Assign assessors to entries by AFFINITY, a table.

    Either three columns (entry, assessor, affinity; a pair that is left out has 0), or a matrix:
    entries in rows with their name first, assessors in the columns of the first line.

    A rule counts people in each team: "lead,lead,yes,1," asks for one with yes in the column lead;
    the value * makes a rule for each value there is (institution,institution,*,,1), the value =
    means that of the entry (own region,region,=,,0, with region in --places).
    """
    try:
        told = _assigned(affinity, **chosen)
    except ValueError as error:
        raise click.ClickException(complaint(error)) from None
    write_json(target, told)
    _show_assignment(told)


def _sheet(path: Path) -> Sheet:
    return read(path.read_bytes(), path.name)


def _task(affinity: Path, chosen: dict[str, Any]) -> Problem:
    from laureat.science import assigning as a  # noqa: PLC0415 - loads the solvers
    from laureat.science import inputs_assign as tables  # noqa: PLC0415

    names = tables.Names(chosen["entry"], chosen["assessor"], chosen["affinity_column"])
    known = tables.affinities(_sheet(affinity), names)
    given = {
        name: _sheet(chosen[name]) if chosen[name] else None
        for name in ("conflicts", "pins", "wishes", "people", "places", "rules")
    }
    people = tables.traits(given["people"], names.assessor, known.assessors)
    places = tables.traits(given["places"], names.entry, known.entries)

    def pairs(name: str) -> list[tuple[str, ...]]:
        sheet = given[name]
        return tables.pairs(sheet, names, known) if sheet else []

    return a.problem(
        known.matrix,
        demand=places.numbers("demand", chosen["demand"]),
        most=people.numbers("max_load", chosen["max_load"]),
        least=people.numbers("min_load", chosen["min_load"]),
        entries=known.entries,
        assessors=known.assessors,
        conflicts=[(pair[0], pair[1]) for pair in pairs("conflicts")],
        pinned=[(pair[0], pair[1]) for pair in pairs("pins")],
        wishes=tables.wishes(given["wishes"], names, known) if given["wishes"] else None,
        rules=tables.team_rules(given["rules"], people, places) if given["rules"] else (),
    )


def _assigned(affinity: Path, **chosen: Any) -> dict[str, Any]:
    from laureat.science import assigning as a  # noqa: PLC0415 - loads the solvers

    floor, cap, join = chosen["floor"], chosen["cap"], chosen["join"]
    if cap is not None and (floor or join):
        raise ValueError(said("--cap: expected without --floor and --connect"))
    task = _task(affinity, chosen)
    if cap is not None:
        return _lottery(a.capped(task, cap), chosen["seed"])
    best = a.assign(task, floor="max" if floor else None)
    found = a.connect(best, loss=chosen["loss"], strict=True) if join else best
    return _teams(found) | {"lost_by_connecting": best.objective - found.objective}


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
    facts = Table(label("figure"), label("value"), title=label("assignment"))
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
            facts.add_row(label(key), f"{told[key]:.8g}")
    loads = list(told["loads"].values())
    facts.add_row(label("loads"), f"{min(loads)}–{max(loads)}")
    console.print(facts)
    teams: dict[str, list[str]] = {}
    for pair in told["pairs"]:
        teams.setdefault(pair["entry"], []).append(f"{pair['assessor']} ({pair['affinity']:g})")
    table = Table(label("entry"), label("assessors (affinity)"))
    for name, members in teams.items():
        table.add_row(name, ", ".join(members))
    console.print(table)
