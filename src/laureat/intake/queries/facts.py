"""What conditions of a rulebook may ask about an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from laureat.intake.forms.answers import typed
from laureat.intake.models import Entry
from laureat.registry.models import Distinction, Good, Organisation
from laureat.registry.queries import facts_of, history_of
from laureat.rulebook import schema
from laureat.rulebook.models import Edition


def form_of(edition: Edition) -> schema.Form:
    """The application form: that of the first stage."""
    rules = edition.rules
    first = rules.stages[0]
    assert isinstance(first, schema.IntakeStage)
    return rules.forms[first.form]


def all_fields(edition: Edition) -> list[schema.Field]:
    """The questions asked before the form, and the form's fields."""
    return [*edition.rules.questions, *form_of(edition).fields()]


def applicant_facts(
    edition: Edition,
    organisation: Organisation,
    good: Good | None,
    answers: Mapping[str, Any],
    *,
    category: str = "",
    region: str = "",
    late: bool = False,
    on: date | None = None,
    history: Sequence[Mapping[str, Any]] | None = None,
    points: Decimal | None = None,
    honours: Iterable[str] = (),
) -> dict[str, Any]:
    """The vocabulary of conditions (`rulebook.schema.predicates`), filled in."""
    known = typed(all_fields(edition), answers)
    facts = dict(facts_of(organisation, good, on or edition.day()))
    if history is None:
        history = history_of(organisation)
    return facts | {
        "edition": {"year": edition.year, "key": edition.key, "award": edition.award.key},
        "history": [dict(each) for each in history],
        "answers": known,
        "entry": {
            "points": None if points is None else float(points),
            "category": category or None,
            "region": region,
            "honours": list(honours),
            "answers": known,
            "late": late,
        },
    }


def facts(
    entry: Entry,
    *,
    points: Decimal | None = None,
    honours: Iterable[str] = (),
    history: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """What conditions may ask about `entry`; points and honours come from the rooms that know."""
    found = applicant_facts(
        entry.edition,
        entry.organisation,
        entry.good,
        entry.answers,
        category=entry.category.key if entry.category else "",
        region=entry.region,
        late=entry.late,
        on=entry.edition.day(entry.submitted_at or entry.created_at),
        history=history,
        points=points,
        honours=honours,
    )
    if entry.headcount is not None:
        found["organisation"] = found["organisation"] | {"headcount": entry.headcount}
    return found


def facts_of_many(
    entries: Sequence[Entry],
    *,
    points: Mapping[int, Decimal | None] | None = None,
    honours: Mapping[int, Iterable[str]] | None = None,
) -> dict[int, dict[str, Any]]:
    """`facts` of many entries by primary key, with one query for all histories.

    The entries come with edition (award, version), organisation (region, sector), good, category.
    """
    wanted = {entry.organisation_id for entry in entries}
    histories: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Distinction.objects.filter(
        organisation__in=wanted, revoked_at__isnull=True, year__isnull=False
    ).values("organisation_id", "award_key", "year", "honour_key"):
        histories[row["organisation_id"]].append(
            {"award": row["award_key"], "year": row["year"], "honour": row["honour_key"]}
        )
    return {
        entry.pk: facts(
            entry,
            points=(points or {}).get(entry.pk),
            honours=(honours or {}).get(entry.pk, ()),
            history=histories[entry.organisation_id],
        )
        for entry in entries
    }
