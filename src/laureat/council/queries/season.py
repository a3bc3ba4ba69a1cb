"""The season up to a session: how many entries came so far. One source for page and minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laureat.council.models import Motion, MotionState, Session
from laureat.intake.models import Passage, PassageState
from laureat.platform.i18n.content import current, localised
from laureat.platform.ui.charts import PAGE, Chart, Step, Theme, funnel


class SeasonStep(TypedDict):
    """How many entries came to a step."""

    title: str
    count: int


_CAME = (PassageState.ACTIVE, PassageState.PASSED, PassageState.STOPPED)


def season_steps(session: Session, motions: Sequence[Motion]) -> list[SeasonStep]:
    """Submitted → every stage before this one → put to the vote → given an honour.

    `motions` are those of the session.
    """
    stage, edition = session.stage, session.stage.edition
    came = Passage.objects.filter(stage__edition=edition, state__in=_CAME)
    if stage.region:
        came = came.filter(entry__region=stage.region)
    counts = dict(came.order_by().values_list("stage__key").annotate(count=Count("pk")))
    steps: list[SeasonStep] = []
    for number, rule in enumerate(edition.rules.stages):
        if rule.key == stage.key:
            break
        title = localised(rule, "title")
        if number == 0:
            title = pgettext("entries", "Submitted")
        steps.append({"title": title, "count": counts.get(rule.key, 0)})
    voted = {motion.entry_id for motion in motions}
    honoured = {m.entry_id for m in motions if m.honour and m.state == MotionState.CARRIED}
    steps.append({"title": _("Put to the vote"), "count": len(voted)})
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
