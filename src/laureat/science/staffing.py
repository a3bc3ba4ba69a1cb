"""Which routes are driven on which days, and by whom: set partitioning with no-goods (see visits)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from laureat.science.visits import (
    Plan,
    Route,
    Rules,
    Site,
    Trip,
    Visitor,
    able,
    common_days,
    enough,
)

Choice = tuple[int, int]
"""(route, day)."""
_WORK = 30.0


def schedule(
    sites: Sequence[Site],
    staff: Sequence[Visitor],
    routes: Sequence[Route],
    days: int,
    rules: Rules,
    hopeless: Mapping[str, str],
) -> Plan:
    """The best plan that can be staffed."""
    people: dict[Choice, list[int]] = {}
    for number, route in enumerate(routes):
        for day in common_days(route, sites, days):
            found = able(route, sites, staff, day)
            if enough(found, staff, rules):
                people[number, day] = found
    master = _Master(sites, staff, routes, people, days, rules)
    best: tuple[list[Choice], dict[Choice, list[int]]] | None = None
    for _ in range(rules.rounds):
        chosen, optimal = master.solve()
        teams = _teams(chosen, people, staff, rules)
        if teams is not None:
            return _plan(sites, staff, routes, chosen, teams, hopeless, proven=optimal)
        kept = _staffable(chosen, people, staff, rules)
        if best is None or _covers(routes, kept[0]) > _covers(routes, best[0]):
            best = kept
        master.forbid(_smallest_failing(chosen, people, staff, rules))
    assert best is not None
    return _plan(sites, staff, routes, best[0], best[1], hopeless, proven=False)


class _Master:
    """Chooses routes for days."""

    def __init__(
        self,
        sites: Sequence[Site],
        staff: Sequence[Visitor],
        routes: Sequence[Route],
        people: Mapping[Choice, list[int]],
        days: int,
        rules: Rules,
    ) -> None:
        self.model = cp_model.CpModel()
        self.y = {key: self.model.new_bool_var(f"route {key[0]} day {key[1]}") for key in people}
        visited = []
        for number in range(len(sites)):
            here = [y for (r, _), y in self.y.items() if number in routes[r].sites]
            self.model.add_at_most_one(here)
            visited += here
        for day in range(days):
            able_today = {p for (_, d), who in people.items() if d == day for p in who}
            today = [y for (_, d), y in self.y.items() if d == day]
            leads = sum(staff[p].lead for p in able_today)
            self.model.add(rules.team * sum(today) <= len(able_today))
            self.model.add(rules.leads * sum(today) <= leads)
        every = list(self.y.values())
        self.model.add(rules.team * sum(every) <= sum(who.most_days for who in staff))
        leading = sum(who.most_days for who in staff if who.lead)
        self.model.add(rules.leads * sum(every) <= leading)
        large = 1 + sum(
            max((r.driving for r in routes if n in r.sites), default=0) for n in range(len(sites))
        )
        self.model.maximize(
            sum(
                (large * len(routes[r].sites) - routes[r].driving) * y
                for (r, _), y in self.y.items()
            )
        )

    def solve(self) -> tuple[list[Choice], bool]:
        solver = _solver()
        status = solver.solve(self.model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            raise ArithmeticError("no routes: even the empty plan was refused")
        chosen = [key for key, y in self.y.items() if solver.boolean_value(y)]
        return sorted(chosen, key=lambda key: (key[1], key[0])), status == cp_model.OPTIMAL

    def forbid(self, group: Sequence[Choice]) -> None:
        """These routes cannot all be staffed."""
        self.model.add(sum(self.y[key] for key in group) <= len(group) - 1)


def _solver() -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _WORK
    return solver


def _teams(
    chosen: Sequence[Choice],
    people: Mapping[Choice, list[int]],
    staff: Sequence[Visitor],
    rules: Rules,
) -> dict[Choice, list[int]] | None:
    """Who goes on which chosen route; the days of work spread as evenly as can be."""
    model = cp_model.CpModel()
    z = {(key, p): model.new_bool_var(f"{key} {p}") for key in chosen for p in people[key]}
    for key in chosen:
        model.add(sum(z[key, p] for p in people[key]) == rules.team)
        model.add(sum(z[key, p] for p in people[key] if staff[p].lead) >= rules.leads)
    most = model.new_int_var(0, len(chosen), "most")
    for p, who in enumerate(staff):
        mine = [key for key in chosen if p in people[key]]
        for day in sorted({day for _, day in mine}):
            model.add_at_most_one(z[key, p] for key in mine if key[1] == day)
        work = sum(z[key, p] for key in mine)
        model.add(work <= who.most_days)
        model.add(work <= most)
    model.minimize(most)
    solver = _solver()
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    return {key: [p for p in people[key] if solver.boolean_value(z[key, p])] for key in chosen}


def _smallest_failing(
    chosen: Sequence[Choice],
    people: Mapping[Choice, list[int]],
    staff: Sequence[Visitor],
    rules: Rules,
) -> list[Choice]:
    """Leave routes out one by one as long as the rest still cannot be staffed."""
    group = list(chosen)
    for key in chosen:
        rest = [other for other in group if other != key]
        if _teams(rest, people, staff, rules) is None:
            group = rest
    return group


def _staffable(
    chosen: Sequence[Choice],
    people: Mapping[Choice, list[int]],
    staff: Sequence[Visitor],
    rules: Rules,
) -> tuple[list[Choice], dict[Choice, list[int]]]:
    """As many of the routes, in order, as can be staffed together."""
    kept: list[Choice] = []
    teams: dict[Choice, list[int]] = {}
    for key in chosen:
        more = _teams([*kept, key], people, staff, rules)
        if more is not None:
            kept, teams = [*kept, key], more
    return kept, teams


def _covers(routes: Sequence[Route], chosen: Sequence[Choice]) -> int:
    return sum(len(routes[r].sites) for r, _ in chosen)


def _plan(
    sites: Sequence[Site],
    staff: Sequence[Visitor],
    routes: Sequence[Route],
    chosen: Sequence[Choice],
    teams: Mapping[Choice, list[int]],
    hopeless: Mapping[str, str],
    *,
    proven: bool,
) -> Plan:
    trips = tuple(
        Trip(
            day,
            tuple(sites[site].name for site in routes[r].sites),
            tuple(
                staff[p].name for p in sorted(teams[r, day], key=lambda p: (not staff[p].lead, p))
            ),
            routes[r].driving,
            routes[r].minutes,
        )
        for r, day in chosen
    )
    visited = {name for trip in trips for name in trip.sites}
    left = {s.name: hopeless.get(s.name, "no room") for s in sites if s.name not in visited}
    return Plan(trips, left, sum(trip.driving for trip in trips), proven)
