"""An edition as its secretary sees it: stages, counts, the funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.intake.models import EntryState
from laureat.intake.queries.lists import (
    Counts,
    counts_by_stage,
    counts_by_state,
    region_names,
)
from laureat.intake.queries.stages import own
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import holds
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import current, localised
from laureat.platform.ui.charts import Step, funnel
from laureat.rulebook.models import Edition, EditionState, Stage, StageKind, StageState
from laureat.rulebook.permissions import run_stage

PAGES = {
    StageKind.INTAKE: "",
    StageKind.CHECK: "intake:checks",
    StageKind.ASSESSMENT: "assessment:stage",
    StageKind.DECISION: "council:stage",
}


@dataclass(frozen=True)
class Line:
    """A stage of the table: one row, or the sum of a stage over its regions."""

    title: str
    kind: str
    stage: Stage | None
    stages: list[Stage]
    counts: Counts
    url: str
    may_run: bool

    @property
    def open(self) -> int:
        """How many regions work in it now."""
        return sum(1 for stage in self.stages if stage.state == StageState.OPEN)

    @property
    def closed(self) -> int:
        """How many regions have ended it."""
        return sum(1 for stage in self.stages if stage.state == StageState.CLOSED)


def page_of(stage: Stage, user: User) -> str:
    """The page of a stage, in whatever room it is; "" where that room has none for `user`."""
    name = PAGES[StageKind(stage.kind)]
    if not name or not (run_stage(user, stage) or _audits(stage, user)):
        return ""
    try:
        return reverse(name, args=[stage.uid])
    except NoReverseMatch:
        return ""


def _audits(stage: Stage, user: User) -> bool:
    """Auditors read assessments and decisions; the protocols of checks hold personal data."""
    scope = {"award": stage.edition.award.key, "edition": stage.edition.key}
    return stage.kind != StageKind.CHECK and holds(user, Role.AUDITOR, **scope, region=stage.region)


_TOLD = (EditionState.PUBLISHED, EditionState.ARCHIVED)


def _sees_all(edition: Edition, user: User) -> bool:
    """Whether `user` reads the journal before everybody: nobody does for one region alone."""
    scope = {"award": edition.award.key, "edition": edition.key, "region": ""}
    return holds(user, Role.ORGANISER, Role.SECRETARY, Role.AUDITOR, **scope)


def survey(
    edition: Edition, user: User, region: str = "", *, theirs: Sequence[str] = ()
) -> dict[str, Any]:
    """The dashboard (four queries), of one region or all; `theirs`: a regional secretary's regions."""
    listed = theirs if len(theirs) > 1 else ()
    rules = edition.rules
    rows = [own(stage, edition) for stage in edition.stages.order_by("order", "region")]
    counts = counts_by_stage(edition, region)
    lines = []
    for rule in rules.stages:
        stages = [
            stage
            for stage in rows
            if stage.key == rule.key and (not region or stage.region in ("", region))
        ]
        if not stages:
            continue
        single = stages[0] if len(stages) == 1 else None
        lines.append(
            Line(
                title=localised(rule.title),
                kind=str(StageKind(rule.kind).label),
                stage=single,
                stages=stages,
                counts=sum((counts.get(stage.pk, Counts()) for stage in stages), Counts()),
                url=page_of(single, user) if single else "",
                may_run=bool(single and run_stage(user, single)),
            )
        )
    states = counts_by_state(edition, region)
    names = region_names() if rules.regions else {}
    started = sum(states.values())
    handed_in = lines[0].counts.reached if lines else 0
    return {
        "edition": edition,
        "rules": rules,
        "region": region,
        "region_name": localised(names[region], "name") if region in names else "",
        "regions": [
            {
                "code": code,
                "name": localised(names[code], "name") if code in names else code,
                "entries": sum(
                    (
                        counts.get(stage.pk, Counts())
                        for stage in rows
                        if stage.region == code and stage.key == rules.stages[0].key
                    ),
                    Counts(),
                ).reached,
                "state": next((stage for stage in rows if stage.region == code), None),
            }
            for code in (listed if region else rules.regions)
        ],
        "lines": lines,
        "may_read_journal": edition.state in _TOLD or _sees_all(edition, user),
        "started": started,
        "drafts": states.get(EntryState.DRAFT, 0),
        "handed_in": handed_in,
        "withdrawn": states.get(EntryState.WITHDRAWN, 0),
        "stopped": states.get(EntryState.STOPPED, 0),
        "finished": states.get(EntryState.FINISHED, 0),
        "chart": _funnel(edition, lines, started),
    }


def _funnel(edition: Edition, lines: list[Line], started: int) -> Any:
    if not started:
        return None
    steps = [Step(_("Drafts started"), started)]
    steps += [
        Step(
            pgettext("entries", "Submitted") if place == 0 else line.title,
            line.counts.reached,
        )
        for place, line in enumerate(lines)
    ]
    return funnel(
        steps,
        title=_("The season as a funnel: %(edition)s") % {"edition": localised(edition, "title")},
        columns=(_("Step"), _("Entries"), _("Note")),
        lang="en" if current() == "en" else "ru",
    )
