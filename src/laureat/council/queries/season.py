"""The season up to a session: how many entries came so far. One source for page and minutes."""

from __future__ import annotations

from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.council.models import MotionState, Session
from laureat.intake.queries.lists import Counts, counts_by_stage
from laureat.platform.i18n.content import current, localised
from laureat.platform.ui.charts import PAGE, Chart, Step, Theme, funnel


class SeasonStep(TypedDict):
    """How many entries came to a step."""

    title: str
    count: int


def season_steps(session: Session) -> list[SeasonStep]:
    """Submitted → every stage before this one → put to the vote → given an honour."""
    stage, edition = session.stage, session.stage.edition
    counts = counts_by_stage(edition, stage.region)
    rows = list(edition.stages.all())
    steps: list[SeasonStep] = []
    for number, rule in enumerate(edition.rules.stages):
        if rule.key == stage.key:
            break
        reached = sum(
            (
                counts.get(row.pk, Counts())
                for row in rows
                if row.key == rule.key and stage.region in ("", row.region or stage.region)
            ),
            Counts(),
        ).reached
        title = localised(rule, "title")
        if number == 0:
            title = pgettext("entries", "Submitted")
        steps.append({"title": title, "count": reached})
    motions = list(session.motions.values_list("entry", "honour", "state"))
    honoured = {entry for entry, key, state in motions if key and state == MotionState.CARRIED}
    steps.append(
        {"title": _("Put to the vote"), "count": len({entry for entry, _key, _state in motions})}
    )
    steps.append({"title": _("Given an honour"), "count": len(honoured)})
    return steps


def season_chart(steps: list[SeasonStep], *, theme: Theme = PAGE) -> Chart | None:
    """The steps as a funnel; nothing to draw when nobody came."""
    if not steps or not steps[0]["count"]:
        return None
    return funnel(
        [Step(step["title"], step["count"]) for step in steps],
        title=_("From applications to this decision"),
        columns=(_("Step"), _("Entries"), _("Note")),
        theme=theme,
        lang="en" if current() == "en" else "ru",
    )
