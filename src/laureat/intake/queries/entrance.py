"""What the public entrance of an edition shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from laureat.intake.models import Entry, EntryState
from laureat.intake.queries.card import needs_of
from laureat.intake.queries.facts import form_of
from laureat.intake.queries.lists import region_names
from laureat.intake.queries.stages import in_both_zones, intake_stages, own, why_closed
from laureat.intake.queries.walking import under_way
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition, EditionState, Stage, StageKind, StageState

_EVER, _NEVER = (edge.replace(tzinfo=UTC) for edge in (datetime.min, datetime.max))
"""Where a stage without a date stands among those with one."""


def intake_told(edition: Edition, stages: Sequence[Stage] | None = None) -> str:
    """Why nobody can apply now and when somebody can; "" while any intake is open.

    `stages` (the rows of the first stage, their edition set) save a query to callers that have them.
    """
    intakes = intake_stages(edition) if stages is None else list(stages)
    if not intakes or any(stage.is_open for stage in intakes):
        return ""
    to_come = [stage for stage in intakes if stage.state == StageState.PLANNED]
    if to_come:
        return why_closed(min(to_come, key=lambda each: each.opens_at or _NEVER))
    last = max(intakes, key=lambda each: each.closes_at or _EVER)
    return f"{why_closed(last)} {_next_intake(edition)}"


def _next_intake(edition: Edition) -> str:
    """When another season of the award takes applications, if that is public."""
    rows = (
        Stage.objects.filter(
            kind=StageKind.INTAKE,
            edition__award=edition.award_id,
            # What is in preparation is not public yet.
            edition__state=EditionState.RUNNING,
        )
        .exclude(edition=edition.pk)
        .select_related("edition")
        .order_by("opens_at", "pk")
    )
    for stage in rows:
        title = localised(stage.edition, "title")
        if stage.is_open:
            return _("The contest “%(title)s” takes applications now.") % {"title": title}
        if stage.state == StageState.PLANNED and stage.opens_at and stage.opens_at > now():
            return _("The next intake opens on %(when)s: %(title)s.") % {
                "when": in_both_zones(stage.opens_at, stage.edition),
                "title": title,
            }
    return _("The dates of the next intake are not announced yet.")


def places_taken(edition: Edition, organisation: Organisation) -> list[Entry]:
    """The applicant's entries where it has as many as the rules allow; else nothing."""
    most = edition.rules.entries_per_applicant
    if most is None:
        return []
    rows = Entry.objects.filter(edition=edition, organisation=organisation)
    found = list(rows.exclude(state=EntryState.WITHDRAWN).order_by("serial", "pk"))
    return found if len(found) >= most else []


def entrance(edition: Edition) -> dict[str, Any]:
    """Dates, conditions, what to prepare (four queries at most)."""
    rules = edition.rules
    stages = [own(stage, edition) for stage in edition.stages.order_by("order", "region")]
    intakes = [stage for stage in stages if stage.key == rules.stages[0].key]
    names = region_names() if rules.regions else {}
    form = form_of(edition)
    return {
        "edition": edition,
        "rules": rules,
        "regions": [
            {
                "name": localised(names[stage.region], "name")
                if stage.region in names
                else localised(rules.regions[stage.region].title),
                "stage": stage,
                "closed": why_closed(stage),
            }
            for stage in intakes
            if stage.region
        ],
        "intake": intakes[0] if len(intakes) == 1 else None,
        "closed": intake_told(edition, intakes),
        "open": any(stage.is_open for stage in intakes),
        "way": [
            under_way([row for row in stages if row.key == stage.key], edition)
            for stage in rules.stages
        ],
        "needs": needs_of(rules),
        "documents": [field for field in form.fields() if field.kind == "file"],
        "form": form,
        "conditions": [
            {
                "title": localised(rule.title),
                "text": localised(rule.otherwise),
                "source": rules.sources.get(rule.source),
                "reference": rule.source,
                "assumed": rule.assumed,
            }
            for rule in rules.eligibility
        ],
    }
