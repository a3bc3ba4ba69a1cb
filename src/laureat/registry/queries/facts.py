"""What predicates of rulebooks know of an organisation and its good."""

from __future__ import annotations

from datetime import date
from typing import Any

from laureat.registry.models import Good, Organisation


def history_of(organisation: Organisation) -> list[dict[str, Any]]:
    """The honours in force as predicates read them: [{award, year, honour}], newest first.

    Honours whose year no source tells are left out: no rule can count from them.
    """
    return [
        {"award": award, "year": year, "honour": honour}
        for award, year, honour in organisation.distinctions.filter(
            revoked_at__isnull=True, year__isnull=False
        )
        .order_by("-year", "award_key", "pk")
        .values_list("award_key", "year", "honour_key")
    ]


def facts_of(organisation: Organisation, good: Good | None, on: date) -> dict[str, Any]:
    """What predicates know of an organisation and its good on the day `on`.

    Times are fractions, so that “more than three years” and “at most 24 months” are exact to the
    day. What is not known is None.
    """
    facts: dict[str, Any] = {
        "organisation": {
            "headcount": organisation.headcount,
            "years_active": years_between(organisation.founded_on, on),
            "region": organisation.region_id or "",
            "sector": organisation.sector_id or "",
            "inn": organisation.inn,
            "individual": len(organisation.inn) == 12,
        }
    }
    if good is not None:
        facts["product"] = {
            "months_on_market": months_between(good.launched_on, on),
            "okpd2": good.okpd2,
            "normative_document": good.normative_document,
        }
    return facts


def months_between(start: date | None, end: date) -> float | None:
    """Months from `start` to `end`, with the part of the last one; 0 before the start.

    >>> months_between(date(2022, 3, 1), date(2024, 3, 1))
    24.0
    >>> months_between(date(2022, 3, 1), date(2024, 3, 2)) > 24
    True
    """
    if start is None:
        return None
    if end <= start:
        return 0.0
    whole = (end.year - start.year) * 12 + end.month - start.month
    if _after(start, whole) > end:
        whole -= 1
    reached, ahead = _after(start, whole), _after(start, whole + 1)
    return whole + round((end - reached).days / (ahead - reached).days, 4)


def years_between(start: date | None, end: date) -> float | None:
    """Years from `start` to `end`, with the part of the last one."""
    months = months_between(start, end)
    return None if months is None else round(months / 12, 6)


def _after(start: date, months: int) -> date:
    """The day `months` after `start`; the last of the month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date(year, month + 1, 1)).days
    return date(year, month + 1, min(start.day, last))
