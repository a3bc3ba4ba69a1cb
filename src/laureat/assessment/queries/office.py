"""What waits for those who run assessment stages."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.assessment.models import LIVE, AssignmentState
from laureat.assessment.permissions import change_teams
from laureat.intake.models import Passage, PassageState
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage, StageState

LATELY = timedelta(days=7)
FEW = 8


def teams_to_complete(user: User) -> list[Section]:
    """Entries whose team lacks somebody, and who left lately, by stage. Two queries at most."""
    if not grants(user, Role.SECRETARY, Role.ORGANISER):
        return []
    stages = list(
        change_teams.of(user)
        .filter(state=StageState.OPEN)
        .select_related("edition__award", "edition__version")
        .order_by("closes_at", "pk")
    )
    if not stages:
        return []
    lacking, left = _teams(stages)
    items = [
        Item(
            _title(stage),
            reverse("assessment:teams", args=[stage.uid]) + ("?show=gaps" if missing else ""),
            detail=", ".join(filter(None, [_missing_words(missing), _left_words(gone)])),
            state=_("complete the teams") if missing else _("somebody else was asked"),
            tone="warn" if missing else "",
            due=stage.closes_at,
            urgent=bool(missing),
        )
        for stage in stages
        if (missing := lacking[stage.pk]) + (gone := left[stage.pk])
    ]
    return [Section(_("Teams of assessors"), items[:FEW])] if items else []


def _teams(stages: list[Stage]) -> tuple[Counter[int], Counter[int]]:
    """By stage: the entries with fewer people than the rule wants or no lead; how many declined or
    named a conflict of interest lately. One query.
    """
    asked = Q(entry__assignments__stage=F("stage"))
    live = asked & Q(entry__assignments__state__in=LIVE)
    gone = asked & Q(
        entry__assignments__state__in=(AssignmentState.DECLINED, AssignmentState.CONFLICTED),
        entry__assignments__moved_at__gt=now() - LATELY,
    )
    rules = {stage.pk: stage.rules.team for stage in stages}
    lacking: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for stage, people, leads, refused in (
        Passage.objects.filter(stage__in=stages, state=PassageState.ACTIVE)
        .annotate(
            people=Count("entry__assignments", filter=live),
            leads=Count("entry__assignments", filter=live & Q(entry__assignments__lead=True)),
            refused=Count("entry__assignments", filter=gone),
        )
        .values_list("stage_id", "people", "leads", "refused")
    ):
        begun = people or refused
        wanted = people < rules[stage].size[0] or leads < rules[stage].lead
        lacking[stage] += bool(begun and wanted)
        left[stage] += refused
    return lacking, left


def _title(stage: Stage) -> str:
    award = localised(stage.edition.award, "short_title")
    where = f" · {stage.region}" if stage.region else ""
    return f"{localised(stage, 'title')}{where} · {award} {stage.edition.year}"


def _missing_words(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s entry lacks assessors", "%(count)s entries lack assessors", count
    ) % {"count": count}


def _left_words(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s place in a team was left this week",
        "%(count)s places in teams were left this week",
        count,
    ) % {"count": count}
