"""`laureat award`: check and load rulebooks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel

from laureat.rulebook import actions, queries
from laureat.rulebook.reading.problems import told
from laureat.rulebook.schema import Edition
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


def _tell(problems: Iterable[Problem], colour: str = "red") -> None:
    for problem in problems:
        click.secho(str(told(problem)), fg=colour, err=True)


def _editions(path: Path) -> list[Path]:
    """The edition files that `path` means: one file, or the folder of an award."""
    words = {"path": path}
    if not path.exists():
        _fail(_("%(path)s: there is no such file or folder") % words)
    if path.is_file():
        if path.suffix not in {".yaml", ".yml"}:
            _fail(_("%(path)s: expected a .yaml file or the folder of an award") % words)
        if path.name != "award.yaml":
            return [path]
        path = path.parent
    if not (path / "award.yaml").is_file():
        inside = ", ".join(sorted(each.parent.name for each in path.glob("*/award.yaml")))
        if inside:
            _fail(
                _(
                    "%(path)s: this folder holds no award.yaml; did you mean one of %(known)s inside it?"
                )
                % {"path": path, "known": inside}
            )
        _fail(_("%(path)s: this folder holds no award.yaml") % words)
    editions = sorted(path.glob("[0-9]*.yaml"))
    if not editions:
        _fail(_("%(path)s: this folder holds no edition, e.g. 2024.yaml") % words)
    return editions


def _read(path: Path) -> list[LoadedEdition]:
    files = _editions(path)
    if len(files) == 1 and path == files[0] and not (path.parent / "award.yaml").is_file():
        _fail(
            _(
                "%(path)s: there is no award.yaml beside it: an edition lies in the folder of its award"
            )
            % {"path": path}
        )
    try:
        if len(files) == 1 and path == files[0]:
            return [load_edition(files[0])]
        return load_award_folder(files[0].parent).editions
    except RulebookError as error:
        _tell(error.problems)
        count = len(error.problems)
        said = ngettext(
            "%(count)s problem; nothing was loaded", "%(count)s problems; nothing was loaded", count
        )
        _fail(said % {"count": count})


@award.command()
@click.argument("path", type=click.Path(path_type=Path))
def check(path: Path) -> None:
    """Say everything that is wrong with an edition's file, or with a whole award's folder."""
    for loaded in _read(path):
        edition = loaded.edition
        click.secho(f"✓ {edition.award}/{edition.edition} {content_hash(edition)[:12]}", fg="green")
        click.echo(f"  {_counted(edition)}")
        marks = sorted(assumed(edition))
        words = {"count": len(marks), "rules": ", ".join(marks) or _("nothing")}
        click.echo(_("  assumed: %(count)s: %(rules)s") % words)
        _tell(loaded.notices, "yellow")


def _counted(edition: Edition) -> str:
    """What an edition is made of, in a line."""
    kinds = Counter(stage.kind for stage in edition.stages)
    parts = sum(1 for model in edition.models.values() for _part in model.parts())
    return _(
        "stages: %(stages)s (%(kinds)s), categories: %(categories)s, models: %(models)s with parts: "
        "%(parts)s, honours: %(honours)s, letters: %(letters)s"
    ) % {
        "stages": len(edition.stages),
        "kinds": ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
        "categories": len(edition.categories),
        "models": len(edition.models),
        "parts": parts,
        "honours": len(edition.honours),
        "letters": len(edition.letters),
    }


def assumed(value: Any, path: str = "") -> list[str]:
    """Where an edition says that a rule is assumed."""
    found: list[str] = []
    if isinstance(value, BaseModel):
        if getattr(value, "assumed", False):
            found.append(path or _("the contest itself"))
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
    known = queries.in_force()
    try:
        with transaction.atomic():  # all of them, or none
            editions = [actions.load(file, by=None) for file in _editions(path)]
    except RulebookError as error:
        _tell(error.problems)
        _fail(_("nothing was loaded"))
    for edition in editions:
        fresh = edition.version_id not in known
        told_so = _("in force") if fresh else _("the same as before: nothing changed")
        click.secho(f"{edition.chain} {edition.version.content_hash} {told_so}", fg="green")


@award.command()
@click.option("--out", type=Output(), help="Write to a file.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of an edition's file, for editors."""
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(_("%(file)s: %(size)s bytes") % {"file": out, "size": len(text.encode())})
