"""`laureat award`: check and load rulebooks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click
from pydantic import BaseModel

from laureat.rulebook import actions
from laureat.rulebook.schema.loading import (
    LoadedEdition,
    content_hash,
    json_schema,
    load_award_folder,
    load_edition,
)
from laureat.rulebook.schema.problems import Problem, RulebookError
from laureat.terminal import Output


@click.group()
def award() -> None:
    """Check and load the rulebooks of awards."""


def _fail(message: str) -> NoReturn:
    click.secho(message, fg="red", err=True)
    raise SystemExit(1)


def _told(problems: Iterable[Problem], colour: str = "red") -> None:
    for problem in problems:
        click.secho(problem_line(problem), fg=colour, err=True)


def problem_line(problem: Problem) -> str:
    """file:line path: message — expected …"""
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    path = f" {problem.path}:" if problem.path else ""
    expected = f" — expected {problem.expected}" if problem.expected else ""
    return f"{place}{path} {problem.message}{expected}"


def _editions(path: Path) -> list[Path]:
    """The edition files that `path` means: one file, or the folder of an award."""
    if not path.exists():
        _fail(f"{path}: there is no such file or folder")
    if path.is_file():
        if path.suffix not in {".yaml", ".yml"}:
            _fail(f"{path}: expected a .yaml file or the folder of an award")
        if path.name == "award.yaml":
            path = path.parent
        else:
            return [path]
    if not (path / "award.yaml").is_file():
        inside = sorted(each.parent.name for each in path.glob("*/award.yaml"))
        hint = f"; did you mean one of {', '.join(inside)} inside it?" if inside else ""
        _fail(f"{path}: this folder holds no award.yaml{hint}")
    editions = sorted(path.glob("[0-9]*.yaml"))
    if not editions:
        _fail(f"{path}: this folder holds no edition, e.g. 2024.yaml")
    return editions


def _read(path: Path) -> list[LoadedEdition]:
    files = _editions(path)
    try:
        if len(files) == 1 and path.is_file():
            return [load_edition(files[0])]
        return load_award_folder(files[0].parent).editions
    except RulebookError as error:
        _told(error.problems)
        count = len(error.problems)
        _fail(f"{count} {'problem' if count == 1 else 'problems'}; nothing was loaded")


@award.command()
@click.argument("path", type=click.Path(path_type=Path))
def check(path: Path) -> None:
    """Say everything that is wrong with an edition's file, or with a whole award's folder."""
    for loaded in _read(path):
        edition = loaded.edition
        click.secho(
            f"ok: {edition.award}/{edition.edition} {content_hash(edition)[:12]}", fg="green"
        )
        counted = Counter(stage.kind for stage in edition.stages)
        parts = sum(1 for model in edition.models.values() for _ in model.parts())
        click.echo(
            f"  {len(edition.stages)} stages ("
            + ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))
            + f"), {len(edition.categories)} categories, {len(edition.models)} models with "
            f"{parts} parts, {len(edition.honours)} honours, {len(edition.letters)} letters"
        )
        marks = sorted(assumed(edition))
        click.echo(f"  {len(marks)} assumed: {', '.join(marks) or 'nothing'}")
        _told(loaded.notices, "yellow")


def assumed(value: Any, path: str = "") -> list[str]:
    """Where an edition says that a rule is assumed."""
    found: list[str] = []
    if isinstance(value, BaseModel):
        if getattr(value, "assumed", False):
            found.append(path or "the edition")
        for name, field in type(value).model_fields.items():
            found += assumed(getattr(value, name), f"{path}.{field.alias or name}".lstrip("."))
    elif isinstance(value, dict):
        for key, each in value.items():
            found += assumed(each, f"{path}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            name = getattr(each, "key", None) or str(number)
            found += assumed(each, f"{path}[{name}]")
    return found


@award.command()
@click.argument("path", type=click.Path(path_type=Path))
def load(path: Path) -> None:
    """Freeze an edition's file (or all of an award's folder) as a version and put it in force."""
    _read(path)  # all problems of all editions first
    for file in _editions(path):
        try:
            edition = actions.load(file, by=None)
        except RulebookError as error:
            _told(error.problems)
            _fail("nothing was loaded")
        click.secho(f"{edition.chain} {edition.version.content_hash}", fg="green")


@award.command()
@click.option("--out", type=Output(), help="Write to a file.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of an edition's file, for editors."""
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"{out}: {len(text.encode())} bytes")
