"""What the public entrance of an edition shows."""

from __future__ import annotations

from typing import Any

from laureat.intake.queries.facts import form_of
from laureat.intake.queries.lists import region_names
from laureat.intake.queries.stages import intake_stages, own, why_closed
from laureat.intake.queries.walking import under_way
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Edition, Stage


def open_stages(edition: Edition) -> list[Stage]:
    """The intakes that take applications now."""
    return [stage for stage in intake_stages(edition) if stage.is_open]


def entrance(edition: Edition) -> dict[str, Any]:
    """Dates, conditions, what to prepare (three queries at most)."""
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
        "closed": ""
        if any(stage.is_open for stage in intakes)
        else why_closed(intakes[0])
        if intakes
        else "",
        "open": any(stage.is_open for stage in intakes),
        "way": [
            under_way([row for row in stages if row.key == stage.key], edition)
            for stage in rules.stages
        ],
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
