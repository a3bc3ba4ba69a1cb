"""The room's part of the command line."""

from __future__ import annotations

import sys

import click

from laureat.assessment.actions import check_totals
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageKind


@click.group()
def assessment() -> None:
    """Scorebooks and results."""


@assessment.command("check-totals")
@click.argument("edition")
@click.option("--repair", is_flag=True, help="Write what the marks give.")
def totals(edition: str, repair: bool) -> None:
    """Recompute the stored totals of EDITION (award/edition); exit status 1 if one is wrong."""
    award, slash, key = edition.partition("/")
    stages = Stage.objects.filter(
        edition__award__key=award, edition__key=key, kind=StageKind.ASSESSMENT
    ).select_related("edition__award", "edition__version")
    if not slash or not stages.exists():
        raise Refused(f"no edition {edition!r} with assessment stages: expected award/edition")
    wrong = 0
    for stage in stages:
        for found in check_totals(stage, repair=repair):
            wrong += 1
            click.echo(
                f"{stage} {found.scorebook.uid}: stored {found.stored}, marks give {found.counted}"
            )
    if wrong == 0:
        click.echo("all totals agree with their marks")
    elif repair:
        click.echo(f"{wrong} repaired")
    else:
        sys.exit(1)
