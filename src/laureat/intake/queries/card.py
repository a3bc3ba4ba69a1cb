"""What a contest needs to find on the cards of an organisation and its good, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laureat.platform.i18n.content import localised
from laureat.rulebook import schema

_FACT = re.compile(r"\b(organisation|product)\.([a-z0-9_]+)")
_FIELDS: dict[str, tuple[Any, str]] = {
    "organisation.headcount": (gettext_lazy("headcount"), "headcount"),
    "organisation.years_active": (gettext_lazy("active since"), "founded_on"),
    "organisation.region": (gettext_lazy("region"), "region"),
    "organisation.sector": (gettext_lazy("sector"), "sector"),
    "organisation.inn": (gettext_lazy("INN"), "inn"),
    "product.months_on_market": (gettext_lazy("on the market since"), "launched_on"),
    "product.okpd2": (gettext_lazy("OKPD2 code"), "okpd2"),
    "product.normative_document": (gettext_lazy("normative document"), "normative_document"),
}
"""What a fact is called, and the field of the card that tells it."""


@dataclass(frozen=True)
class Need:
    """A fact that a condition asks for."""

    fact: str
    name: str
    field: str
    """Of the form of the card."""
    why: str
    """What is decided by it."""

    @property
    def of_good(self) -> bool:
        """Whether the card of the good tells it."""
        return self.fact.startswith("product.")


def needs_of(rules: schema.Edition) -> list[Need]:
    """Every fact that decides about the category or a condition, each once, in reading order."""
    found: dict[str, list[str]] = {}
    for title, source in _asking(rules):
        for fact in facts_in(source):
            reasons = found.setdefault(fact, [])
            if title not in reasons:
                reasons.append(title)
    return [Need(fact, *_FIELDS[fact], why="; ".join(why)) for fact, why in found.items()]


def _asking(rules: schema.Edition) -> Iterator[tuple[str, str]]:
    for category in rules.categories:
        if category.when is not None:
            yield localised(rules.category_title), category.when.source
    if rules.stages[0].per == "region":
        yield _("in which region you apply"), "organisation.region"
    for rule in rules.eligibility:
        yield localised(rule.title), rule.when.source


def facts_in(source: str) -> list[str]:
    """The facts of cards that a condition asks for, in the order in which it does."""
    asked = [f"{subject}.{attribute}" for subject, attribute in _FACT.findall(source)]
    return [fact for fact in dict.fromkeys(asked) if fact in _FIELDS]


def lacking(rules: schema.Edition, facts: Mapping[str, Any]) -> list[Need]:
    """The needs that the cards do not meet yet; of a good nothing before one is chosen."""
    return [
        need
        for need in needs_of(rules)
        if (not need.of_good or facts.get("product")) and is_unknown(need.fact, facts)
    ]


def is_unknown(fact: str, facts: Mapping[str, Any]) -> bool:
    """Whether the card says nothing of `fact`."""
    subject, _dot, attribute = fact.partition(".")
    return (facts.get(subject) or {}).get(attribute) in (None, "")


def unknown_in(source: str, facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Why a condition cannot be checked, and the facts that a card is to be filled in with."""
    missing = [fact for fact in facts_in(source) if is_unknown(fact, facts)]
    if not missing:
        return _("This condition cannot be checked with what is known; ask the secretary."), []
    names = ", ".join(str(_FIELDS[fact][0]) for fact in missing)
    told = _("This cannot be checked yet. Fill in on the card: %(names)s.") % {"names": names}
    return told, missing


def field_of(missing: list[str]) -> str:
    """The field of the organisation's card that tells the first of the facts; "" where it is on
    that of the good.
    """
    first = missing[0] if missing else "product."
    return "" if first.startswith("product.") else _FIELDS[first][1]
