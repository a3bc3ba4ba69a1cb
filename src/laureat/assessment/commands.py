"""The room's part of the command line."""

from __future__ import annotations

import sys

import click
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.assessment.actions import check_totals
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageKind


@click.group()
def assessment() -> None:
    """Scorebooks and results."""


@assessment.command("check-totals")
@click.argument("edition", required=False)
@click.option("--repair", is_flag=True, help="Write what the marks give.")
def totals(edition: str | None, repair: bool) -> None:
    """Recompute the stored totals of EDITION (award/edition) or of all; exit status 1 if one is wrong."""
    stages = Stage.objects.filter(kind=StageKind.ASSESSMENT)
    stages = stages.select_related("edition__award", "edition__version")
    if edition is not None:
        stages = _of(edition, stages)
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


def _of(edition: str, stages: QuerySet[Stage]) -> QuerySet[Stage]:
    award, slash, key = edition.partition("/")
    found = stages.filter(edition__award__key=award, edition__key=key)
    if slash and found.exists():
        return found
    known = {each.edition.chain for each in stages}
    raise Refused(
        _("There is no contest «%(edition)s» with stages of assessment. Known: %(known)s.")
        % {"edition": edition, "known": ", ".join(sorted(known)) or "—"}
    )
