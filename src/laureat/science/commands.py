"""The `laureat science` commands: numbers from columns of a CSV file, without a database."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Literal, cast

import click

from laureat.science.fair import FairScores, LinearScores, Ratings, Result
from laureat.science.ranks import rank_report, zones


@click.group()
def science() -> None:
    """Fair scores, ranks, assignment and apportionment from plain files."""


def read_columns(file: IO[str], wanted: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Columns of a CSV file by role; a missing column is refused with those that are there."""
    reader = csv.DictReader(file)
    present = reader.fieldnames or []
    for role, name in wanted.items():
        if name is not None and name not in present:
            raise click.UsageError(
                f"--{role} {name}: no such column; the file has {', '.join(present) or 'none'}"
            )
    columns: dict[str, list[str]] = {role: [] for role, name in wanted.items() if name is not None}
    for row in reader:
        for role, name in wanted.items():
            if name is not None:
                columns[role].append(row[name] or "")
    return columns


def columns_of_ratings(function: click.decorators.FC) -> click.decorators.FC:
    """The options that name the columns."""
    for option in (
        click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path),
                     help="Write everything to this file as well."),
        click.option("--level", default=0.9, show_default=True, help="Level of intervals."),
        click.option("--skip-missing", is_flag=True, help="Rows with an empty score are not there."),
        click.option("--unused", type=click.Choice(["keep", "renumber", "refuse"]), default="keep",
                     show_default=True, help="Categories between others that nobody used."),
        click.option("--subsets", type=click.Choice(["refuse", "apart"]), default="refuse",
                     show_default=True, help="Ratings that share no assessor."),
        click.option("--halo", is_flag=True, help="A random effect of each entry x assessor."),
        click.option("--random-assessors", is_flag=True, help="Severities random and shrunk."),
        click.option("--model", type=click.Choice(["rsm", "pcm", "linear"]), default="rsm",
                     show_default=True, help="Rating scale, partial credit, or linear (percent)."),
        click.option("--score", default="score", show_default=True, help="Column of the score."),
        click.option("--criterion", default=None, help="Column of the criterion."),
        click.option("--assessor", default="assessor", show_default=True, help="Column of the assessor."),
        click.option("--entry", default="entry", show_default=True, help="Column of the entry."),
    ):  # fmt: skip
        function = option(function)
    return function


def ratings_of(
    file: IO[str], entry: str, assessor: str, criterion: str | None, score: str, *, skip: bool
) -> Ratings:
    columns = read_columns(
        file, {"entry": entry, "assessor": assessor, "criterion": criterion, "score": score}
    )
    return Ratings.from_columns(
        columns["entry"], columns["assessor"], columns["score"], columns.get("criterion"),
        missing="skip" if skip else "refuse",
    )  # fmt: skip


def fit_of(ratings: Ratings, options: Mapping[str, object]) -> Result:
    if options["model"] == "linear":
        return LinearScores(
            interaction=bool(options["halo"]), level=cast("float", options["level"])
        ).fit(ratings)
    return FairScores(
        model=cast("Literal['rsm', 'pcm']", options["model"]),
        estimator=cast("Literal['mmle', 'jmle']", options.get("estimator", "mmle")),
        grid=cast("Literal['adaptive', 'tam']", options.get("grid", "adaptive")),
        steps_by=cast("Literal['criterion', 'assessor']", options.get("steps_by", "criterion")),
        assessors="random" if options["random_assessors"] else "fixed",
        halo=bool(options["halo"]), unused=cast("Literal['keep', 'renumber', 'refuse']", options["unused"]),
        subsets=cast("Literal['refuse', 'apart']", options["subsets"]),
        level=cast("float", options["level"]),
    ).fit(ratings)  # fmt: skip


@science.command("fair-scores")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@columns_of_ratings
@click.option("--estimator", type=click.Choice(["mmle", "jmle"]), default="mmle", show_default=True)
@click.option("--grid", type=click.Choice(["adaptive", "tam"]), default="adaptive",
              show_default=True, help="tam: 21 nodes on [-6, 6].")  # fmt: skip
@click.option("--steps-by", type=click.Choice(["criterion", "assessor"]), default="criterion",
              show_default=True, help="Whose thresholds they are (pcm).")  # fmt: skip
@click.option("--rows", default=20, show_default=True, help="Entries to print.")
def fair_scores(
    file: IO[str], entry: str, assessor: str, criterion: str | None, score: str,
    skip_missing: bool, json_file: Path | None, rows: int, **options: object,
) -> None:  # fmt: skip
    """Measure entries, assessors and criteria on one scale; print scores at mean severity."""
    try:
        ratings = ratings_of(file, entry, assessor, criterion, score, skip=skip_missing)
        result = fit_of(ratings, options)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    found = result.to_dict()
    print_result(found, rows)
    write_json(json_file, found)


@science.command("ranks")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@columns_of_ratings
@click.option("--top", type=int, required=True, help="Places to give.")
@click.option("--draws", default=2000, show_default=True)
@click.option("--seed", default=0, show_default=True)
def ranks(
    file: IO[str], entry: str, assessor: str, criterion: str | None, score: str,
    skip_missing: bool, json_file: Path | None, top: int, draws: int, seed: int, **options: object,
) -> None:  # fmt: skip
    """Rank entries with intervals, chances to be among the best, and the zone around the line."""
    try:
        ratings = ratings_of(file, entry, assessor, criterion, score, skip=skip_missing)
        result = fit_of(ratings, options)
        report = rank_report(
            result, top, level=cast("float", options["level"]), count=draws, seed=seed
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    zone = zones(report)
    lines = [row | {"zone": zone.zone[cast("str", row["id"])]} for row in report.rows()]
    table(lines, ("id", "measure", "expected_rank", "rank_low", "rank_high", "p_top", "zone"))
    click.echo(
        f"line at expected rank {zone.line:.2f}: {len(zone.yes)} clear yes, "
        f"{len(zone.discuss)} to discuss or draw for {zone.open} places, {len(zone.no)} clear no"
    )
    write_json(json_file, {
        "model": result.model, "places": top, "draws": draws, "seed": seed, "line": zone.line,
        "open": zone.open, "entries": lines,
    })  # fmt: skip


def print_result(found: Mapping[str, object], rows: int) -> None:
    """What a person reads: the summary, then each facet."""
    for name in ("model", "estimator", "grid", "ratings", "log_likelihood", "deviance",
                 "entry_mean", "entry_variance", "halo_sd", "assessor_variance", "reliability",
                 "wle_reliability", "components"):  # fmt: skip
        if found[name] is not None:
            click.echo(f"{name:18} {text(found[name])}")
    for note in cast("Sequence[str]", found["notes"]):
        click.echo(f"note: {note}")
    columns = ("id", "measure", "se", "infit", "outfit")
    parts = {
        "entries": (
            "id",
            "fair",
            "fair_low",
            "fair_high",
            "raw",
            "measure",
            "se",
            "infit",
            "outfit",
        ),
        "assessors": columns,
        "criteria": columns,
        "thresholds": ("group", "category", "measure", "se", "infit", "outfit"),
    }
    for name, wanted in parts.items():
        lines = cast("Sequence[Mapping[str, object]]", found[name])
        if name == "entries":
            lines = sorted(lines, key=lambda row: -cast("float", row["fair"]))
        if lines:
            click.echo(f"\n{name} ({len(lines)})")
            table(lines[:rows] if name == "entries" else lines, wanted)
            if name == "entries" and len(lines) > rows:
                click.echo(f"… and {len(lines) - rows} more (--rows, --json)")


def table(lines: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    cells = [list(columns), *([text(line[c]) for c in columns] for line in lines)]
    width = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    for row in cells:
        click.echo("  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, width, strict=True))
        ))  # fmt: skip


def text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return "-" if value is None else str(value)


def write_json(file: Path | None, found: Mapping[str, object]) -> None:
    if file is not None:
        file.write_text(
            json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
        )


if find_spec("laureat.science.commands_assign"):
    for _command in vars(import_module("laureat.science.commands_assign")).values():
        if isinstance(_command, click.Command) and not isinstance(_command, click.Group):
            science.add_command(_command)
