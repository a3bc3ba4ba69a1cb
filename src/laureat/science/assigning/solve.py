"""The teams: of most worth, within demands, loads, conflicts, team rules and a floor.

best = assign(task)                    # the largest sum
fair = assign(task, floor="max")       # first the smallest team sum, then the sum
some = assign(task, floor=2.5)         # nobody below 2.5
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NoReturn

import numpy as np

from laureat.saying import Said, say
from laureat.science.assigning import fair, flow, mixed
from laureat.science.assigning import rows as side
from laureat.science.assigning.problem import Problem
from laureat.science.assigning.result import (
    TOGETHER,
    Assignment,
    Change,
    Infeasible,
    from_flow,
    from_mixed,
)
from laureat.science.assigning.supply import changes, check_supply


def assign(task: Problem, *, floor: float | Literal["max"] | None = None) -> Assignment:
    """The best teams with their proof. Raises Infeasible, with the changes that would help.

    floor: every entry's team is worth at least this; "max": as much as can be for all.
    """
    if isinstance(floor, str) and floor != "max":
        raise ValueError(f"floor: expected a number or 'max', got {floor!r}")
    if floor is not None and floor != "max" and not np.isfinite(floor):
        raise ValueError(f"floor: expected a finite number or 'max', got {floor}")
    check_supply(task)
    net = flow.remaining(task)
    plain = flow.solve(net)
    if plain is None:
        raise Infeasible(TOGETHER, changes(task))
    first = from_flow(task, plain)
    if floor == "max":
        fairest = fair.fairest(task, net, plain, first)
        return fairest if fairest is not None else _refuse(task, None)
    assert not isinstance(floor, str)
    if not side.broken(task, side.every_row(task, floor), *first.amounts()).any():
        return replace(first, floor=floor)
    found = mixed.solve(task, net, mixed.columns(task, net, plain), floor)
    return replace(from_mixed(task, found), floor=floor) if found else _refuse(task, floor)


def _refuse(task: Problem, floor: float | None) -> NoReturn:
    names = ", ".join(repr(rule.name) for rule in task.rules)
    found = list(changes(task, floor=floor))
    fairest = None if floor is None else _fairest(task)
    if floor is not None and fairest is not None and fairest.smallest < floor:
        worth = f"{fairest.smallest:g}"
        told = (say("%(worth)s can be promised to every entry", worth=worth), 0)
        found.insert(0, Change("lower the floor", 0.0, 1, (told,)))
    raise Infeasible(_beside(names, floor), tuple(found[:3]))


def _beside(names: str, floor: float | None) -> Said:
    """What cannot be kept beside all else: rules, a floor, or both."""
    if floor is None:
        return say(
            "the rules %(names)s cannot be kept beside demands, loads and conflicts", names=names
        )
    least = f"{floor:g}"
    if not names:
        return say(
            "the floor of %(floor)s cannot be kept beside demands, loads and conflicts",
            floor=least,
        )
    return say(
        "the rules %(names)s and the floor of %(floor)s cannot be kept beside demands, loads and conflicts",
        names=names,
        floor=least,
    )


def _fairest(task: Problem) -> Assignment | None:
    net = flow.remaining(task)
    plain = flow.solve(net)
    return None if plain is None else fair.fairest(task, net, plain, from_flow(task, plain))
