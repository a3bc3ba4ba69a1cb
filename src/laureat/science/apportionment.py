"""Places spread over groups in proportion to their size, in exact fractions.

    apportion({"42": 120, "54": 45, "70": 15}, 40, least=1).seats

Equal claims to the last places are reported, never settled by the order of the keys; with a
`seed` they are drawn by lot, in a way that anybody can repeat.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Literal, get_args

from laureat.saying import say

Method = Literal["hamilton", "dhondt", "sainte-lague", "huntington"]
Number = int | Decimal | Fraction
Claim = tuple[bool, Fraction]
"""Is it infinite? Else, or among infinite ones: how large."""

CLAIMS: dict[str, Callable[[Fraction, int], Claim]] = {
    "dhondt": lambda weight, has: (False, weight / (has + 1)),
    "sainte-lague": lambda weight, has: (False, weight / (2 * has + 1)),
    # Squares order as the roots do and stay exact; a first place is worth more than any other.
    "huntington": lambda weight, has: (
        (False, weight * weight / (has * (has + 1))) if has else (True, weight)
    ),
}
"""What one more place is worth to a group of this weight that has so many."""


@dataclass(frozen=True)
class Apportionment:
    """Who got how many places, and what could not be decided."""

    seats: dict[str, int]
    tied: tuple[str, ...] = ()
    """Groups with equal claims to `open` places."""
    open: int = 0
    """Places left open because more groups have an equal claim to them than there are places."""
    drawn: tuple[str, ...] = ()
    """Groups that got one of those places by lot (in that case nothing is open)."""
    unfilled: int = 0
    """Places that nobody may take: every group has the most it may have."""


def apportion(
    votes: Mapping[str, Number],
    seats: int,
    method: Method = "hamilton",
    least: int | Mapping[str, int] = 0,
    most: int | Mapping[str, int] | None = None,
    *,
    seed: str | None = None,
) -> Apportionment:
    """Spread `seats` over the groups of `votes`.

    hamilton: largest remainders · dhondt, sainte-lague, huntington: highest quotients (divisors
    1, 2, 3 … · 1, 3, 5 … · Huntington–Hill's √(n(n+1)), which gives every group its first place
    before any its second). Every group with votes gets `least` places at least and `most` at
    most; a group without votes gets none. Raises ValueError, naming the group, for negative or
    infinite numbers, bounds of unknown groups, an unknown method, or when the least places
    together are more than `seats`.
    """
    weights = _weights(votes)
    _whole(say("seats"), seats)
    _checked(say("least places"), least, weights)
    _checked(say("most places"), most, weights)
    groups = sorted(key for key, value in weights.items() if value > 0)
    low = {key: _bound(least, key) or 0 for key in groups}
    high = {key: _bound(most, key) for key in groups}
    if sum(low.values()) > seats:
        raise ValueError(
            say(
                "the least places add up to %(sum)s, more than %(places)s",
                sum=sum(low.values()),
                places=seats,
            )
        )
    for key in groups:
        limit = high[key]
        if limit is not None and limit < low[key]:
            raise ValueError(
                say(
                    "%(group)s: at most %(most)s places, but at least %(least)s",
                    group=repr(key),
                    most=limit,
                    least=low[key],
                )
            )
    caps = {key: seats if (limit := high[key]) is None else min(limit, seats) for key in groups}
    room = sum(caps.values())
    places = min(seats, room)
    if method == "hamilton":
        found = _hamilton(weights, groups, places, low, caps, seed)
    elif method in CLAIMS:
        found = _highest(weights, groups, places, low, caps, CLAIMS[method], seed)
    else:
        raise ValueError(
            say(
                "unknown method %(method)s: expected one of %(known)s",
                method=repr(method),
                known=", ".join(get_args(Method)),
            )
        )
    given = dict.fromkeys(weights, 0) | found.seats
    return Apportionment(given, found.tied, found.open, found.drawn, seats - places)


def _weights(votes: Mapping[str, Number]) -> dict[str, Fraction]:
    weights = {}
    for key, value in votes.items():
        try:
            weights[key] = Fraction(value)
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            raise ValueError(
                say(
                    "votes of %(group)s: expected a finite number, got %(value)s",
                    group=repr(key),
                    value=repr(value),
                )
            ) from None
        if weights[key] < 0:
            raise ValueError(
                say(
                    "votes of %(group)s: expected 0 or more, got %(value)s",
                    group=repr(key),
                    value=repr(value),
                )
            )
    return weights


def _checked(
    name: str, bound: int | Mapping[str, int] | None, weights: Mapping[str, Fraction]
) -> None:
    if isinstance(bound, Mapping):
        for key, places in bound.items():
            if key not in weights:
                raise ValueError(
                    say(
                        "%(what)s of %(group)s: no such group among the votes",
                        what=name,
                        group=repr(key),
                    )
                )
            _whole(say("%(what)s of %(group)s", what=name, group=repr(key)), places)
    elif bound is not None:
        _whole(name, bound)


def _whole(what: str, places: object) -> None:
    if isinstance(places, bool) or not isinstance(places, int) or places < 0:
        raise ValueError(
            say(
                "%(what)s: expected a whole number from 0 up, got %(value)s",
                what=what,
                value=repr(places),
            )
        )


def _bound(bound: int | Mapping[str, int] | None, key: str) -> int | None:
    return bound.get(key) if isinstance(bound, Mapping) else bound


def _hamilton(
    weights: Mapping[str, Fraction],
    groups: list[str],
    seats: int,
    low: Mapping[str, int],
    high: Mapping[str, int],
    seed: str | None,
) -> Apportionment:
    """Whole parts of the exact shares (within the bounds), then the largest remainders."""
    rate = _rate(weights, groups, seats, low, high)
    shares = {
        key: min(Fraction(high[key]), max(Fraction(low[key]), rate * weights[key]))
        for key in groups
    }
    given = {key: floor(share) for key, share in shares.items()}
    left = seats - sum(given.values())
    remainders = {key: share - given[key] for key, share in shares.items() if share > given[key]}
    for value in sorted(set(remainders.values()), reverse=True):
        if left == 0:
            break
        claimants = [key for key in groups if remainders.get(key) == value]
        if len(claimants) > left:
            return _settle(given, claimants, left, seed)
        for key in claimants:
            given[key] += 1
        left -= len(claimants)
    return Apportionment(given)


def _rate(
    weights: Mapping[str, Fraction],
    groups: list[str],
    seats: int,
    low: Mapping[str, int],
    high: Mapping[str, int],
) -> Fraction:
    """The exact places per vote with which the bounded shares add up to `seats`."""

    def total(rate: Fraction) -> Fraction:
        return sum(
            (min(Fraction(high[k]), max(Fraction(low[k]), rate * weights[k])) for k in groups),
            Fraction(0),
        )

    bends = sorted(
        {Fraction(low[k]) / weights[k] for k in groups}
        | {Fraction(high[k]) / weights[k] for k in groups}
        | {Fraction(0)}
    )
    below = Fraction(0)
    for bend in bends:
        if total(bend) >= seats:
            reached, start = total(bend), total(below)
            if reached == start:
                return bend
            return below + (seats - start) * (bend - below) / (reached - start)
        below = bend
    return below


def _highest(
    weights: Mapping[str, Fraction],
    groups: list[str],
    seats: int,
    low: Mapping[str, int],
    high: Mapping[str, int],
    claim: Callable[[Fraction, int], Claim],
    seed: str | None,
) -> Apportionment:
    """The next place always goes to the strongest claim."""

    def waiting(key: str) -> tuple[bool, Fraction, str]:
        infinite, quotient = claim(weights[key], given[key])
        return not infinite, -quotient, key

    given = dict(low)
    left = seats - sum(given.values())
    queue = [waiting(key) for key in groups if given[key] < high[key]]
    heapq.heapify(queue)
    while left and queue:
        best = queue[0][:2]
        claimants = []
        while queue and queue[0][:2] == best:
            claimants.append(heapq.heappop(queue)[2])
        if len(claimants) > left:
            return _settle(given, claimants, left, seed)
        for key in claimants:
            given[key] += 1
            left -= 1
            if given[key] < high[key]:
                heapq.heappush(queue, waiting(key))
    return Apportionment(given)


def _settle(
    given: dict[str, int], claimants: Iterable[str], left: int, seed: str | None
) -> Apportionment:
    tied = tuple(sorted(claimants))
    if seed is None:
        return Apportionment(given, tied, left)
    drawn = tuple(sorted(draw(tied, seed)[:left]))
    return Apportionment({key: n + (key in drawn) for key, n in given.items()}, tied, 0, drawn)


def draw(keys: Iterable[str], seed: str) -> list[str]:
    """The keys in the order of a lot that depends on the seed and the keys alone.

    Whoever knows the seed repeats it: sort by SHA-256 of "seed:key".
    """
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())
