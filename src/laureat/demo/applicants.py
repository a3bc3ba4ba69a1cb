"""Who applies, with what, and how they fill in the form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from laureat.demo import names
from laureat.demo.plan import Plan
from laureat.rulebook import schema
from laureat.rulebook.schema.predicates import PredicateError

OKPD2 = {
    "food": "10.71.11", "consumer": "14.13.21", "technical": "28.15.24", "craft": "16.29.13",
    "service": "86.90.19", "service-technical": "71.20.19",
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """One entry to come: whose (a number within the season), where, in which category."""

    organisation: int
    region: str
    sector: str
    headcount: int
    category: str
    """"" where a rule decides."""
    strength: float


def wishes(rules: schema.Edition, plan: Plan, regions: list[str], random: Random) -> list[Wish]:
    """The entries of the season, in the order in which they are submitted."""
    if plan.by_region:
        found = _by_region(plan, random)
    else:
        found = _by_count(rules, plan, regions, random)
    random.shuffle(found)
    return found


def strength(plan: Plan, random: Random) -> float:
    """What share of the scale an entry deserves."""
    wanted = plan.strength
    if random.random() < plan.ceiling:
        return 1.0
    if wanted.shape == "skewed":
        value = wanted.middle * math.exp(random.gauss(0, wanted.spread))
    else:
        value = random.gauss(wanted.middle, wanted.spread)
    return min(wanted.most, max(0.02, value))


def _headcount(plan: Plan, random: Random) -> int:
    low, high = random.choices(list(plan.headcounts.values()), weights=plan.headcount_shares)[0]
    return round(math.exp(random.uniform(math.log(low), math.log(high))))


def _by_region(plan: Plan, random: Random) -> list[Wish]:
    found: list[Wish] = []
    serial = 0
    for region, wanted in plan.by_region.items():
        categories = [key for key, count in wanted.categories.items() for _ in range(count)]
        owners: dict[str, list[tuple[int, str, int]]] = {}
        for place, category in enumerate(_spread(categories)):
            pool = owners.setdefault(category, [])
            if place < wanted.organisations or not pool:
                serial += 1
                sector = random.choice(names.CATEGORY_SECTORS.get(category, ("services",)))
                pool.append((serial, sector, _headcount(plan, random)))
                owner = pool[-1]
            else:
                owner = random.choice(pool)
            found.append(Wish(owner[0], region, owner[1], owner[2], category,
                              strength(plan, random)))  # fmt: skip
    return found


def _spread(categories: list[str]) -> list[str]:
    """One of each kind in turn, so that the first organisations cover every category."""
    pools = {key: categories.count(key) for key in dict.fromkeys(categories)}
    found = []
    while any(pools.values()):
        for key, left in pools.items():
            if left:
                found.append(key)
                pools[key] -= 1
    return found


def _by_count(rules: schema.Edition, plan: Plan, regions: list[str], random: Random) -> list[Wish]:
    held = list(rules.regions) or regions
    places = [code for code, count in plan.regions.items() for _ in range(count)]
    others = [code for code in held if code not in plan.regions]
    if plan.regions_in_all:
        others = others[: plan.regions_in_all - len(plan.regions)]
    rest = plan.entries - len(places)
    places += [(others or held)[index % len(others or held)] for index in range(rest)]
    random.shuffle(places)
    sectors = [key for key, count in plan.sectors.items() for _ in range(count)]
    common = [key for key in names.SECTOR_WORDS if key not in plan.sectors]
    sectors += [common[index % len(common)] for index in range(plan.entries - len(sectors))]
    random.shuffle(sectors)
    chosen = [each.key for each in rules.categories] if rules.chosen_category else [""]
    return [
        Wish(
            number, region, sector, _headcount(plan, random), random.choice(chosen),
            strength(plan, random),
        )
        for number, (region, sector) in enumerate(zip(places, sectors, strict=True), 1)
    ]  # fmt: skip


def founded(random: Random, year: int) -> date:
    """A date of foundation between four and forty years before `year`."""
    return date(year - random.randrange(5, 40), random.randrange(1, 13), random.randrange(1, 28))


def launched(random: Random, year: int) -> date:
    """When a good came to the market."""
    return date(year, 1, 15) - timedelta(days=random.randrange(90, 3000))


def eligible_answers(rules: schema.Edition, facts: dict[str, Any]) -> dict[str, Any]:
    """Answers to the questions before the form under which every rule holds.

    Each yes/no question is tried both ways; other kinds get a plain answer.
    """
    answers = {field.key: _plain(field) for field in rules.questions}
    for field in rules.questions:
        if field.kind != "yes_no":
            continue
        kept = answers[field.key]
        broken = _broken(rules, facts, answers)
        answers[field.key] = not kept
        if _broken(rules, facts, answers) >= broken:
            answers[field.key] = kept
    return answers


def _broken(rules: schema.Edition, facts: dict[str, Any], answers: dict[str, Any]) -> int:
    count = 0
    for rule in rules.eligibility:
        try:
            count += not rule.when.holds({**facts, "answers": answers})
        except PredicateError:
            count += 1
    return count


def _plain(field: schema.Field) -> Any:
    if field.kind == "yes_no":
        return True
    if field.kind == "choice":
        return field.choices[0].key
    if field.kind == "choices":
        return [field.choices[0].key]
    if field.kind in {"number", "decimal", "percent"}:
        return str(field.least or 1)
    return "демо"
