"""The names of their day that honours keep."""

from __future__ import annotations

from collections.abc import Mapping

from laureat.registry.models import Distinction, Good, Organisation


def keep_names(
    named: Organisation | Good, *, before: Mapping[str, str], correction: bool = False
) -> None:
    """After a change of the name of `named`, which the caller has locked: honours keep the name of
    their day and are found by it too. A `correction` mends it in those that carried the mistake.

    `before`: the name as it was, by language.
    """
    what = "organisation" if isinstance(named, Organisation) else "good"
    rows = list(
        Distinction.every.select_for_update(of=("self",))
        .filter(**{what: named})
        .select_related("organisation", "good")
        .order_by("pk")
    )
    for row in rows:
        # Asked of the name as it is now, which the row was not read with.
        setattr(row, what, named)
        for language, was in before.items():
            name = f"{what}_{language}"
            if correction and getattr(row, name) == was:
                setattr(row, name, getattr(named, f"name_{language}"))
        row.derive()
    names = ["search", *(f"{what}_{language}" for language in before)]
    Distinction.every.bulk_update(rows, names)


def name_of_day(row: Distinction) -> None:
    """Write into `row` what those whom it honours are called now (not saved)."""
    for language in ("ru", "en"):
        setattr(row, f"organisation_{language}", getattr(row.organisation, f"name_{language}"))
        named = getattr(row.good, f"name_{language}") if row.good else ""
        setattr(row, f"good_{language}", named)
    row.derive()
