"""Visits to sites: day routes, who goes, and which sites stay open, with the reason.

    plan = plan_visits([Site("plant", minutes=180), …], staff, travel, days=5, rules=Rules(team=3))

1. Every set of sites that one team can visit in a day (driving from the base and back, in the best
   order) is a route.
2. Routes are chosen for days by set partitioning (Balinski, Quandt 1964): first as few open sites
   as possible, then the least driving; counts of available people are necessary conditions.
3. People are put on the chosen routes (eligible for every site, enough leads, one route a day, not
   more days than they can). Where that fails, the smallest set of chosen routes that fails
   together is forbidden ("no-good") and step 2 is repeated, so the result is optimal when it says so.

Solved by OR-tools CP-SAT with one thread and a fixed seed: the same input gives the same plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Minutes = NDArray[np.int64]


@dataclass(frozen=True)
class Site:
    """A place to visit."""

    name: str
    minutes: int
    """How long the visit takes."""
    days: frozenset[int] | None = None
    """Days on which it can be visited (0 is the first); None: any."""


@dataclass(frozen=True)
class Visitor:
    """An assessor who can travel."""

    name: str
    most_days: int
    days: frozenset[int] | None = None
    lead: bool = False
    barred: frozenset[str] = frozenset()
    """Sites that they must not visit."""


@dataclass(frozen=True)
class Rules:
    """What a day and a team look like."""

    team: int = 2
    leads: int = 1
    day_minutes: int = 600
    stops: int = 3
    rounds: int = 200
    """No-goods before the plan stops improving."""


@dataclass(frozen=True)
class Trip:
    """One team's day."""

    day: int
    sites: tuple[str, ...]
    people: tuple[str, ...]
    driving: int
    minutes: int


@dataclass(frozen=True)
class Plan:
    """Trips, and the sites that stay open with the reason."""

    trips: tuple[Trip, ...]
    open: Mapping[str, str] = field(default_factory=dict)
    """site → too far (for one day), nobody (enough people may go), no day, or no room (in the plan)."""
    driving: int = 0
    proven: bool = True
    """No plan has fewer open sites, or as many and less driving."""


@dataclass(frozen=True)
class Route:
    """Sites in the best order, with their driving and whole time."""

    sites: tuple[int, ...]
    driving: int
    minutes: int


def plan_visits(
    sites: Sequence[Site],
    staff: Sequence[Visitor],
    travel: ArrayLike,
    *,
    days: int,
    rules: Rules | None = None,
) -> Plan:
    """Plan the visits. travel: minutes between places, the base first, then the sites in order.

    Raises ValueError for impossible numbers; what cannot be visited stays open and is named.
    """
    from laureat.science.staffing import schedule  # noqa: PLC0415 - CP-SAT takes a second to load

    rules = rules or Rules()
    table = _checked(sites, staff, travel, days, rules)
    routes = day_routes(sites, table, rules)
    return schedule(sites, staff, routes, days, rules, _hopeless(sites, staff, routes, days, rules))


def day_routes(sites: Sequence[Site], travel: Minutes, rules: Rules) -> list[Route]:
    """Every set of sites that fits into a day, in its best order (shortest driving, then names)."""
    best: dict[frozenset[int], Route] = {}
    layer: list[tuple[int, ...]] = [()]
    for _ in range(rules.stops):
        grown: list[tuple[int, ...]] = []
        for order in layer:
            for site in range(len(sites)):
                if site in order:
                    continue
                route = _route((*order, site), sites, travel)
                if route.minutes - travel[site + 1, 0] > rules.day_minutes:
                    continue
                grown.append(route.sites)
                if route.minutes > rules.day_minutes:
                    continue
                known = best.get(frozenset(route.sites))
                if known is None or (route.driving, route.sites) < (known.driving, known.sites):
                    best[frozenset(route.sites)] = route
        layer = grown
    return sorted(best.values(), key=lambda route: (len(route.sites), sorted(route.sites)))


def common_days(route: Route, sites: Sequence[Site], days: int) -> list[int]:
    """Days on which every site of the route can be visited."""
    return [day for day in range(days) if all(_on(sites[site].days, day) for site in route.sites)]


def able(route: Route, sites: Sequence[Site], staff: Sequence[Visitor], day: int) -> list[int]:
    """Who may go on that route on that day."""
    names = {sites[site].name for site in route.sites}
    return [
        number
        for number, who in enumerate(staff)
        if who.most_days > 0 and _on(who.days, day) and not names & who.barred
    ]


def _route(order: tuple[int, ...], sites: Sequence[Site], travel: Minutes) -> Route:
    stops = [0, *(site + 1 for site in order), 0]
    driving = int(sum(travel[a, b] for a, b in pairwise(stops)))
    return Route(order, driving, driving + sum(sites[site].minutes for site in order))


def _on(days: frozenset[int] | None, day: int) -> bool:
    return days is None or day in days


def _hopeless(
    sites: Sequence[Site],
    staff: Sequence[Visitor],
    routes: Sequence[Route],
    days: int,
    rules: Rules,
) -> dict[str, str]:
    """Sites that no plan can visit, each with its reason."""
    told = {}
    alone = {route.sites[0]: route for route in routes if len(route.sites) == 1}
    for number, site in enumerate(sites):
        route = alone.get(number)
        if route is None:
            told[site.name] = "too far"
        elif not (dates := common_days(route, sites, days)):
            told[site.name] = "no day"
        elif not any(enough(able(route, sites, staff, day), staff, rules) for day in dates):
            told[site.name] = "nobody"
    return told


def enough(people: Sequence[int], staff: Sequence[Visitor], rules: Rules) -> bool:
    """Whether a team can be made of these."""
    return len(people) >= rules.team and sum(staff[p].lead for p in people) >= rules.leads


def _checked(
    sites: Sequence[Site], staff: Sequence[Visitor], travel: ArrayLike, days: int, rules: Rules
) -> Minutes:
    for kind, names in (("site", [s.name for s in sites]), ("visitor", [v.name for v in staff])):
        for row, name in enumerate(names, start=1):
            if not name or name in names[: row - 1]:
                raise ValueError(f"{kind} row {row}: expected a name of its own, got {name!r}")
    if not sites:
        raise ValueError("sites: expected at least one")
    for row, site in enumerate(sites, start=1):
        if site.minutes < 0:
            raise ValueError(f"site row {row} ({site.name!r}): {site.minutes} minutes")
    known = {site.name for site in sites}
    for row, who in enumerate(staff, start=1):
        if who.most_days < 0:
            raise ValueError(f"visitor row {row} ({who.name!r}): {who.most_days} days")
        if strangers := sorted(who.barred - known):
            raise ValueError(f"visitor row {row} ({who.name!r}): unknown site {strangers[0]!r}")
    if days < 1 or rules.team < 1 or not 0 <= rules.leads <= rules.team or rules.stops < 1:
        raise ValueError("expected days, team and stops of at least 1, and leads up to the team")
    given = np.asarray(travel, dtype=np.float64)
    size = len(sites) + 1
    if given.shape != (size, size):
        raise ValueError(f"travel: expected {size} × {size} minutes (base first): {given.shape}")
    wrong = ~np.isfinite(given) | (given < 0)
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise ValueError(f"travel row {i + 1}, column {j + 1}: {given[i, j]} is not a time")
    return np.ceil(given).astype(np.int64)
