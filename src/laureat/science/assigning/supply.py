"""Supply against demand, before anything is solved; and when it does not suffice, what would.

Each way out is a flow (or, with team rules, a whole-number program) in which one kind of limit
may be passed at a price of one per step: its optimum is the least amount of that change which
makes the task solvable. The three cheapest by `WEIGHTS` are told.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from laureat.saying import Said, listed, say
from laureat.science.assigning import elastic, flow
from laureat.science.assigning.network import CheapestFlow
from laureat.science.assigning.problem import Ints, Problem
from laureat.science.assigning.result import Change, Infeasible

WEIGHTS = {
    "lower minimum loads": 1.0,
    "raise loads": 1.0,
    "more assessors": 3.0,
    "lower demand": 4.0,
    "waive rules": 5.0,
    "lift conflicts": 6.0,
}
"""What one step costs: more work is cheap, a member less is dear, a conflict lifted dearest."""
_DEAR, _SHARED = 1_000_000, 8


def check_supply(task: Problem) -> None:
    """Raises Infeasible where counting alone shows that the task cannot be met."""
    told = shortages(task)
    if told:
        raise Infeasible(listed(told), changes(task))


def shortages(task: Problem) -> list[Said]:
    """Every shortage that counting shows, in words."""
    told: list[Said] = []
    need, room, sure = int(task.demand.sum()), int(task.most.sum()), int(task.least.sum())
    if need > room:
        told.append(
            say(
                "%(need)s places are to be filled, but all loads together are at most %(room)s",
                need=need,
                room=room,
            )
        )
    if sure > need:
        told.append(
            say(
                "minimum loads add up to %(sure)s, but only %(need)s places are to be filled",
                sure=sure,
                need=need,
            )
        )
    able = task.allowed & (task.most > 0)
    few = say("entries with too few possible assessors")
    told += _scarce(task.entries, able.sum(axis=1), task.demand, few)
    busy = task.allowed & (task.demand > 0)[:, None]
    few = say("assessors with too few possible entries")
    told += _scarce(task.assessors, busy.sum(axis=0), task.least, few)
    for rule in task.rules:
        count = (able & rule.members).sum(axis=1)
        name = repr(rule.name)
        few = say("entries with too few possible assessors for the rule %(rule)s", rule=name)
        told += _scarce(task.entries, count, rule.least, few)
        few = say("entries with too few places for the rule %(rule)s", rule=name)
        told += _scarce(task.entries, task.demand, rule.least, few)
        full = (task.pinned & rule.members).sum(axis=1)
        few = say("entries with more pinned people than the rule %(rule)s allows", rule=name)
        told += _scarce(task.entries, rule.most, full, few)
    return told


def _scarce(names: tuple[str, ...], has: Ints, needs: Ints, what: Said) -> list[Said]:
    short = np.flatnonzero(has < needs)
    if not short.size:
        return []
    shown = listed(
        (
            say(
                "row %(row)s (%(name)s): %(has)s of %(needs)s",
                row=i + 1,
                name=repr(names[i]),
                has=has[i],
                needs=needs[i],
            )
            for i in short[:5]
        ),
        ", ",
    )
    if short.size > 5:
        shown = say("%(shown)s and %(count)s more", shown=shown, count=short.size - 5)
    return [listed([what, shown], ": ")]


def changes(task: Problem, floor: float | None = None) -> tuple[Change, ...]:
    """The three cheapest changes, each sufficient by itself (or one mixture where none is)."""
    ruled = bool(task.rules) or floor is not None
    found = elastic.ways(task, floor, WEIGHTS) if ruled else _ways(task)
    if not found and not ruled:
        mixed = _flow(task, {"raise loads", "lower demand", "lower minimum loads"})
        found = [_change(kind, amounts) for kind, amounts in (mixed or {}).items() if amounts]
    return tuple(sorted(found, key=lambda each: (each.cost, each.kind))[:3])


def _change(kind: str, amounts: Counter[str]) -> Change:
    total = sum(amounts.values())
    sign = -1 if kind.startswith("lower") else 1
    items = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    return Change(kind, WEIGHTS[kind] * total, total, tuple((name, sign * n) for name, n in items))


def _ways(task: Problem) -> list[Change]:
    found = []
    for kind in ("raise loads", "lower demand", "lift conflicts", "lower minimum loads"):
        amounts = _flow(task, {kind})
        if amounts is not None and amounts[kind]:
            found.append(_change(kind, amounts[kind]))
    short = _flow(task, {"lower demand"})
    if short is not None and short["lower demand"]:
        places = short["lower demand"]
        each = max(1, int(np.median(task.most)))
        people = max(-(-sum(places.values()) // each), *places.values())
        told = ((say("people without conflicts, each for %(count)s entries", count=each), people),)
        found.append(Change("more assessors", WEIGHTS["more assessors"] * people, people, told))
    return found


def _evenly(solver: CheapestFlow, tail: Ints, head: Ints, room: Ints, price: int) -> Ints:
    """Arcs whose first steps are a little cheaper than the next, so that a change is shared."""
    steps = [
        solver.arcs(tail, head, np.clip(room - step, 0, 1), price * _DEAR + step)
        for step in range(_SHARED)
    ]
    rest = solver.arcs(tail, head, np.maximum(room - _SHARED, 0), price * _DEAR + _SHARED)
    return np.concatenate([*steps, rest])


def _flow(task: Problem, kinds: set[str]) -> dict[str, Counter[str]] | None:
    """The least passing of limits, by kind and name; None when it does not help."""
    net = flow.remaining(task)
    n, m = task.shape
    total, sure = int(net.demand.sum()), int(net.least.sum())
    sink, people, everyone = n + m, np.arange(n, n + m), np.arange(n)
    solver = CheapestFlow()
    plain, barred = np.nonzero(net.allowed), np.nonzero(~net.allowed & ~task.pinned)
    groups: dict[str, tuple[Ints, tuple[str, ...]]] = {}
    solver.arcs(plain[0], plain[1] + n, 1)
    solver.arcs(people, sink, np.maximum(net.most - net.least, 0))
    if "raise loads" in kinds:
        room = np.full(m, total)
        groups["raise loads"] = _evenly(solver, people, np.full(m, sink), room, 1), task.assessors
    if "lower demand" in kinds:
        price = 4 if len(kinds) > 1 else 1
        made = _evenly(solver, everyone, np.full(n, sink), net.demand, price)
        groups["lower demand"] = made, task.entries
    if "lower minimum loads" in kinds:
        made = _evenly(solver, np.full(m, sink), people, net.least, 1)
        groups["lower minimum loads"] = made, task.assessors
    if "lift conflicts" in kinds and barred[0].size:
        names = tuple(
            f"{task.entries[i]} – {task.assessors[j]}" for i, j in zip(*barred, strict=True)
        )
        groups["lift conflicts"] = solver.arcs(barred[0], barred[1] + n, 1, _DEAR), names
    # More minimum loads than places: the sink gives what it would have to take.
    supplies = np.concatenate([net.demand, -net.least, [sure - total]])
    if not solver.solve(supplies):
        return None
    found: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    for kind, (made, names) in groups.items():
        amounts = solver.amounts(made)
        for place in np.flatnonzero(amounts):
            found[kind][names[place % len(names)]] += int(amounts[place])
    return found
