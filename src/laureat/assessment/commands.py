"""The room's part of the command line."""

from __future__ import annotations

import sys

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        with_stages = Stage.objects.filter(kind=StageKind.ASSESSMENT)
        known = {each.edition.chain for each in with_stages.select_related("edition__award")}
        raise Refused(
            _("There is no contest «%(edition)s» with stages of assessment. Known: %(known)s.")
            % {"edition": edition, "known": ", ".join(sorted(known)) or "—"}
        )
    wrong = 0
    for stage in stages:
        for found in check_totals(stage, repair=repair):
            wrong += 1
            click.echo(
                _("%(stage)s %(uid)s: stored %(stored)s, marks give %(counted)s")
                % {
                    "stage": stage,
                    "uid": found.scorebook.uid,
                    "stored": found.stored,
                    "counted": found.counted,
                }
            )
    if wrong == 0:
        click.echo(_("all totals agree with their marks"))
    elif repair:
        told = ngettext("%(count)s total repaired", "%(count)s totals repaired", wrong)
        click.echo(told % {"count": wrong})
    else:
        sys.exit(1)
