"""What is asked: who fits which entry how well, who may, how many each needs and can take.

    task = problem(affinity, demand=3, most=6, conflicts=[("entry 7", "assessor 2")], …)

Everything is checked here, once: after this line every array has the right shape and every
number is finite, so that the solvers never guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laureat.saying import reason, say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Name = str | int
Pair = tuple[Name, Name]
"""(entry, assessor), by name or by position."""
KINDS = (
    say("entry"),
    say("assessor"),
    say("demand"),
    say("most"),
    say("least"),
    say("conflicts"),
    say("pinned"),
    say("wishes"),
)
"""What messages call the parts of a task."""


@dataclass(frozen=True, eq=False)
class Rule:
    """How each team is made up: of these members at least so many and at most so many.

    A rule looks at one team at a time; `members` may differ from entry to entry.
    """

    name: str
    members: Bools
    """entries × assessors: who counts."""
    least: Ints
    most: Ints


@dataclass(frozen=True, eq=False)
class Problem:
    """A checked task. Make one with `problem(…)`."""

    entries: tuple[str, ...]
    assessors: tuple[str, ...]
    affinity: Floats
    demand: Ints
    most: Ints
    least: Ints
    allowed: Bools
    pinned: Bools
    wishes: Floats | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Entries and assessors."""
        return len(self.entries), len(self.assessors)

    @cached_property
    def value(self) -> Floats:
        """What is maximised: affinity plus wishes."""
        return self.affinity if self.wishes is None else self.affinity + self.wishes

    def place(self, entry: Name, assessor: Name) -> tuple[int, int]:
        """The positions of a pair. Raises ValueError for a stranger."""
        return _index(entry, self.entries, "entry"), _index(assessor, self.assessors, "assessor")

    def without(self, assessor: Name) -> Problem:
        """The same task after that person has left."""
        gone = _index(assessor, self.assessors, "assessor")
        allowed, pinned = self.allowed.copy(), self.pinned.copy()
        most, least = self.most.copy(), self.least.copy()
        allowed[:, gone], pinned[:, gone], most[gone], least[gone] = False, False, 0, 0
        return replace(self, allowed=allowed, pinned=pinned, most=most, least=least)


def problem(
    affinity: ArrayLike,
    *,
    demand: ArrayLike,
    most: ArrayLike,
    least: ArrayLike = 0,
    entries: Sequence[str] | None = None,
    assessors: Sequence[str] | None = None,
    conflicts: Iterable[Pair] = (),
    forbidden: ArrayLike | None = None,
    pinned: Iterable[Pair] = (),
    wishes: Mapping[Pair, float] | None = None,
    rules: Iterable[Rule] = (),
) -> Problem:
    """Check a task.

    affinity: entries × assessors, any finite numbers, the larger the better.
    demand: assessors per entry; most, least: entries per assessor (a number, or one for each).
    conflicts: pairs that must never meet; forbidden: the same as a matrix of booleans.
    pinned: pairs that must meet; wishes: what to add to the affinity of a pair.
    rules: how teams are made up, see `rules`.

    Raises ValueError that names the row and what was expected.
    """
    matrix = _matrix(affinity)
    shape = n, m = matrix.shape
    rows, people = _names(entries, n, "entry"), _names(assessors, m, "assessor")
    allowed = np.ones(shape, dtype=np.bool_)
    if forbidden is not None:
        barred = np.asarray(forbidden)
        if barred.shape != shape or barred.dtype != np.bool_:
            raise ValueError(f"forbidden: expected {n} × {m} booleans, got {barred.shape}")
        allowed &= ~barred
    for i, j in _pairs(conflicts, rows, people, "conflicts"):
        allowed[i, j] = False
    fixed = np.zeros(shape, dtype=np.bool_)
    for number, (i, j) in enumerate(_pairs(pinned, rows, people, "pinned"), start=1):
        if not allowed[i, j]:
            raise ValueError(
                say(
                    "pinned row %(row)s: %(entry)s and %(assessor)s are in conflict; expected a pair that may meet",
                    row=number,
                    entry=repr(rows[i]),
                    assessor=repr(people[j]),
                )
            )
        fixed[i, j] = True
    bonus = _bonus(wishes, rows, people) if wishes else None
    task = Problem(
        rows,
        people,
        matrix,
        _counts(demand, rows, "demand"),
        _counts(most, people, "most"),
        _counts(least, people, "least"),
        allowed,
        fixed,
        bonus,
        tuple(rules),
    )
    _consistent(task)
    return task


def _matrix(affinity: ArrayLike) -> Floats:
    try:
        matrix = np.array(affinity, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        raise ValueError(f"affinity: expected a matrix of numbers ({error})") from None
    if matrix.ndim != 2:
        raise ValueError(f"affinity: expected entries × assessors, got {matrix.ndim} dimensions")
    if matrix.size == 0:
        raise ValueError(
            say(
                "affinity: expected at least one entry and one assessor: %(shape)s",
                shape=matrix.shape,
            )
        )
    finite = np.isfinite(matrix)
    if not finite.all():
        i, j = np.argwhere(~finite)[0]
        raise ValueError(
            say(
                "affinity row %(row)s, column %(column)s: %(value)s is not a finite number",
                row=i + 1,
                column=j + 1,
                value=matrix[i, j],
            )
        )
    return matrix


def _names(names: Sequence[str] | None, size: int, kind: str) -> tuple[str, ...]:
    if names is None:
        return tuple(str(number) for number in range(size))
    found = tuple(names)
    if len(found) != size:
        raise ValueError(f"{kind} names: expected {size}, got {len(found)}")
    seen: dict[str, int] = {}
    for number, name in enumerate(found, start=1):
        if not isinstance(name, str) or not name:
            raise ValueError(
                say(
                    "%(what)s row %(row)s: expected a name, got %(name)s",
                    what=say(kind),
                    row=number,
                    name=repr(name),
                )
            )
        if name in seen:
            raise ValueError(
                say(
                    "%(what)s row %(row)s: %(name)s stands in row %(earlier)s already",
                    what=say(kind),
                    row=number,
                    name=repr(name),
                    earlier=seen[name],
                )
            )
        seen[name] = number
    return found


def _counts(value: ArrayLike, names: tuple[str, ...], kind: str) -> Ints:
    given = np.asarray(value)
    if given.ndim == 0:
        given = np.full(len(names), given)
    if given.shape != (len(names),):
        raise ValueError(f"{kind}: expected one number or {len(names)}, got shape {given.shape}")
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{kind}: expected whole numbers, got {given.dtype}")
    wrong = ~np.isfinite(given) | (given < 0) | (given != np.floor(given)) | (given > 2**31)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            say(
                "%(what)s row %(row)s (%(name)s): %(value)s is not a whole number from 0 up",
                what=say(kind),
                row=row + 1,
                name=repr(names[row]),
                value=given[row],
            )
        )
    return given.astype(np.int64)


def _index(name: Name, names: tuple[str, ...], kind: str) -> int:
    if isinstance(name, str):
        if name not in names:
            raise ValueError(say("%(what)s %(name)s is unknown", what=say(kind), name=repr(name)))
        return names.index(name)
    if not 0 <= int(name) < len(names):
        raise ValueError(f"{kind} {name} is unknown: expected 0 to {len(names) - 1}")
    return int(name)


def _pairs(
    pairs: Iterable[Pair], rows: tuple[str, ...], people: tuple[str, ...], kind: str
) -> list[tuple[int, int]]:
    row_of: dict[Name, int] = {name: number for number, name in enumerate(rows)}
    person_of: dict[Name, int] = {name: number for number, name in enumerate(people)}
    found = []
    for number, pair in enumerate(pairs, start=1):
        try:
            entry, assessor = pair
        except (TypeError, ValueError):
            raise ValueError(
                f"{kind} row {number}: expected (entry, assessor), got {pair!r}"
            ) from None
        try:
            i = row_of[entry] if entry in row_of else _index(entry, rows, "entry")
            j = (
                person_of[assessor]
                if assessor in person_of
                else _index(assessor, people, "assessor")
            )
        except ValueError as error:
            raise ValueError(
                say(
                    "%(what)s row %(row)s: %(error)s",
                    what=say(kind),
                    row=number,
                    error=reason(error),
                )
            ) from None
        found.append((i, j))
    return found


def _bonus(wishes: Mapping[Pair, float], rows: tuple[str, ...], people: tuple[str, ...]) -> Floats:
    bonus = np.zeros((len(rows), len(people)))
    places = _pairs(wishes, rows, people, "wishes")
    for number, ((i, j), weight) in enumerate(zip(places, wishes.values(), strict=True), start=1):
        if not np.isfinite(weight):
            raise ValueError(f"wishes row {number}: {weight} is not a finite number")
        bonus[i, j] += weight
    return bonus


def _consistent(task: Problem) -> None:
    n, m = task.shape
    if (wrong := task.least > task.most).any():
        j = int(np.argmax(wrong))
        raise ValueError(
            say(
                "least row %(row)s (%(name)s): at least %(least)s entries, but at most %(most)s",
                row=j + 1,
                name=repr(task.assessors[j]),
                least=task.least[j],
                most=task.most[j],
            )
        )
    for axis, limits, names, word in (
        (1, task.demand, task.entries, "entry"),
        (0, task.most, task.assessors, "assessor"),
    ):
        count = task.pinned.sum(axis=axis)
        if (wrong := count > limits).any():
            row = int(np.argmax(wrong))
            raise ValueError(
                say(
                    "pinned: %(what)s %(name)s has %(count)s pinned pairs, expected at most %(most)s",
                    what=say(word),
                    name=repr(names[row]),
                    count=count[row],
                    most=limits[row],
                )
            )
    for rule in task.rules:
        if rule.members.shape != (n, m) or rule.least.shape != (n,) or rule.most.shape != (n,):
            raise ValueError(f"rule {rule.name!r}: expected {n} entries × {m} assessors")
