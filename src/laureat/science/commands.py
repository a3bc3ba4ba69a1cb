"""The `laureat science` commands: numbers from columns of a CSV file, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Literal, cast

import click

from laureat.saying import say, translated
from laureat.science import inputs, tables
from laureat.science.commands_apportion import apportion_command
from laureat.science.commands_assign import assign_command
from laureat.science.fair import FairScores, LinearScores, Ratings, Result
from laureat.science.fair.model import Estimator
from laureat.science.labels import label
from laureat.science.ranks import rank_report, zones
from laureat.terminal import Output, complaint, said, translate

TableFile = click.File("rb")


@click.group()
def science() -> None:
    """Fair scores, ranks, assignment and apportionment from plain files."""


def columns_of_ratings(function: click.decorators.FC) -> click.decorators.FC:
    """The options that name the columns and say how to measure."""
    for option in (
        click.option("--json", "json_file", type=Output(), help="Write everything to this file as well."),
        click.option("--level", default=0.9, show_default=True, help="Level of intervals."),
        click.option("--missing", type=click.Choice(["skip", "refuse"]), default="skip",
                     show_default=True, help="Lines with an empty score (or NA)."),
        click.option("--low", type=float, help="The lowest score there may be."),
        click.option("--high", type=float, help="The highest score there may be."),
        click.option("--unused", type=click.Choice(["keep", "renumber", "refuse"]), default="keep",
                     show_default=True, help="Categories between others that nobody used."),
        click.option("--subsets", type=click.Choice(["refuse", "apart"]), default="refuse",
                     show_default=True, help="Ratings that share no assessor."),
        click.option("--weights", type=TableFile, help="Table: criterion, weight in the fair score."),
        click.option("--anchors", type=TableFile,
                     help="Table: entry|assessor|criterion, identifier, known measure in logits."),
        click.option("--halo", is_flag=True, help="A random effect of each entry x assessor."),
        click.option("--random-assessors", is_flag=True, help="Severities random and shrunk."),
        click.option("--model", type=click.Choice(["rsm", "pcm", "linear"]), default="rsm",
                     show_default=True, help="Rating scale, partial credit, or linear (percent)."),
        click.option("--score", default="score", show_default=True, help="Column of the score."),
        click.option("--criterion", help="Column of the criterion.  [default: criterion, if there is one]"),
        click.option("--assessor", default="assessor", show_default=True, help="Column of the assessor."),
        click.option("--entry", default="entry", show_default=True, help="Column of the entry."),
    ):  # fmt: skip
        function = option(function)
    return function


def sheet_of(file: IO[bytes]) -> tables.Sheet:
    return tables.read(file.read(), Path(file.name).name)


def ratings_of(file: IO[bytes], options: Mapping[str, object]) -> tuple[Ratings, list[str]]:
    """The ratings of the file, and what is to be said about them."""
    sheet = sheet_of(file)
    entry, assessor, score = (cast("str", options[name]) for name in ("entry", "assessor", "score"))
    criterion = cast("str | None", options["criterion"])
    if criterion is None and "criterion" in sheet.head:
        criterion = "criterion"
    columns = inputs.Columns(entry, assessor, score, criterion)
    found, missing = inputs.ratings(
        sheet, columns, low=cast("float | None", options["low"]),
        high=cast("float | None", options["high"]), refuse_missing=options["missing"] == "refuse",
    )  # fmt: skip
    notes = (
        [say("lines without a score, taken as not rated: %(count)s", count=missing)]
        if missing
        else []
    )
    return found, notes + _ends_of_scale(found, options)


def _ends_of_scale(found: Ratings, options: Mapping[str, object]) -> list[str]:
    """Say which ends of the scale are only the scores' own: a stray -1 would widen it unnoticed."""
    ends = {"low": found.score.min(), "high": found.score.max()}
    unsaid = [name for name in ends if options[name] is None]
    if not unsaid:
        return []
    told = ", ".join(f"--{name} {ends[name]:g}" for name in unsaid)
    return [
        say("the scale is taken from the scores (%(ends)s): give the rules' own ends", ends=told)
    ]


def fit_of(ratings: Ratings, options: Mapping[str, object]) -> Result:
    files = {name: cast("IO[bytes] | None", options[name]) for name in ("weights", "anchors")}
    weights = inputs.weights(sheet_of(files["weights"])) if files["weights"] else None
    level = cast("float", options["level"])
    if options["model"] == "linear":
        if files["anchors"]:
            raise ValueError(said("--anchors: measures in logits, expected with rsm or pcm"))
        return LinearScores(interaction=bool(options["halo"]), level=level).fit(
            ratings, weights=weights
        )
    return FairScores(
        model=cast("Literal['rsm', 'pcm']", options["model"]),
        estimator=cast("Estimator", options.get("estimator", "mmle")),
        grid=cast("Literal['adaptive', 'tam']", options.get("grid", "adaptive")),
        steps_by=cast("Literal['criterion', 'assessor']", options.get("steps_by", "criterion")),
        assessors="random" if options["random_assessors"] else "fixed",
        halo=bool(options["halo"]), level=level,
        unused=cast("Literal['keep', 'renumber', 'refuse']", options["unused"]),
        subsets=cast("Literal['refuse', 'apart']", options["subsets"]),
    ).fit(
        ratings, weights=weights,
        anchors=inputs.anchors(sheet_of(files["anchors"])) if files["anchors"] else None,
    )  # fmt: skip


@science.command("fair-scores")
@click.argument("file", type=TableFile)
@columns_of_ratings
@click.option(
    "--estimator", type=click.Choice(["mmle", "jmle", "cmle"]), default="mmle", show_default=True,
    help="Likelihood: marginal, joint or conditional.",
)  # fmt: skip
@click.option("--grid", type=click.Choice(["adaptive", "tam"]), default="adaptive",
              show_default=True, help="tam: 21 nodes on [-6, 6].")  # fmt: skip
@click.option("--steps-by", type=click.Choice(["criterion", "assessor"]), default="criterion",
              show_default=True, help="Whose thresholds they are (pcm).")  # fmt: skip
@click.option("--rows", type=click.IntRange(min=0), default=20, show_default=True,
              help="Entries to print.")  # fmt: skip
def fair_scores(file: IO[bytes], json_file: Path | None, rows: int, **options: object) -> None:
    """Measure entries, assessors and criteria on one scale; print scores at mean severity.

    FILE is a table with a line of titles: comma, semicolon or tab, UTF-8 or windows-1251, decimal
    point or comma.
    """
    try:
        ratings, notes = ratings_of(file, options)
        found = fit_of(ratings, options).to_dict()
    except ValueError as error:
        raise click.ClickException(complaint(error)) from error
    found["notes"] = notes + cast("list[str]", found["notes"])
    print_result(found, rows)
    tables.write_json(json_file, found)


@science.command("ranks")
@click.argument("file", type=TableFile)
@columns_of_ratings
@click.option("--top", type=click.IntRange(min=1), required=True, help="Places to give.")
@click.option("--draws", type=click.IntRange(min=100), default=2000, show_default=True,
              help="How often ranks are drawn.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="The same seed gives the same bytes.")  # fmt: skip
def ranks(
    file: IO[bytes], json_file: Path | None, top: int, draws: int, seed: int, **options: object
) -> None:
    """Rank entries with intervals, chances to be among the best, and the zone around the line."""
    try:
        ratings, notes = ratings_of(file, options)
        result = fit_of(ratings, options)
        report = rank_report(
            result, top, level=cast("float", options["level"]), count=draws, seed=seed
        )
    except ValueError as error:
        raise click.ClickException(complaint(error)) from error
    zone = zones(report)
    lines = [row | {"zone": zone.zone[cast("str", row["id"])]} for row in report.rows()]
    table(lines, ("id", "measure", "expected_rank", "rank_low", "rank_high", "p_top", "zone"))
    click.echo(
        said(
            "line at expected rank %(line)s: %(yes)s clear yes, %(discuss)s to discuss or draw for "
            "%(open)s places, %(no)s clear no",
            line=f"{zone.line:.2f}",
            yes=len(zone.yes),
            discuss=len(zone.discuss),
            open=zone.open,
            no=len(zone.no),
        )
    )
    tables.write_json(json_file, {
        "model": result.model, "places": top, "draws": draws, "seed": seed, "line": zone.line,
        "open": zone.open, "notes": notes + list(result.notes), "entries": lines,
    })  # fmt: skip


def print_result(found: Mapping[str, object], rows: int) -> None:
    """What a person reads: the summary, then each facet."""
    for name in ("model", "estimator", "grid", "ratings", "log_likelihood", "deviance",
                 "entry_mean", "entry_variance", "halo_sd", "assessor_variance", "reliability",
                 "wle_reliability", "components"):  # fmt: skip
        if found[name] is not None:
            click.echo(f"{label(name):28} {text(found[name])}")
    for note in cast("Sequence[str]", found["notes"]):
        click.echo(said("note: %(note)s", note=translated(note, translate)))
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
            click.echo(f"\n{label(name)} ({len(lines)})")
            table(lines[:rows] if name == "entries" else lines, wanted)
            if name == "entries" and len(lines) > rows:
                click.echo(said("… and %(count)s more (--rows, --json)", count=len(lines) - rows))


def table(lines: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    cells = [
        [label(c) for c in columns],
        *(
            [label(str(line[c])) if c == "zone" else text(line[c]) for c in columns]
            for line in lines
        ),
    ]
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


science.add_command(assign_command)
science.add_command(apportion_command)
