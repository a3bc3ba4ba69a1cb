"""How a team is made up, as rules on counts: leads, fields, newcomers, regions, institutions.

Every rule reads "of these people, at least a and at most b in each team"; what cannot be said
that way (somebody from the entry's own region) is a forbidden pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from laureat.saying import say
from laureat.science.assigning.problem import Bools, Rule

FREE = 2**31
"""No upper limit."""


def rule(
    name: str,
    members: ArrayLike,
    entries: int,
    *,
    least: ArrayLike = 0,
    most: ArrayLike = FREE,
) -> Rule:
    """Of `members` (one boolean per assessor, or entries × assessors) least to most in each team."""
    who = np.asarray(members)
    if who.dtype != np.bool_ or who.ndim not in {1, 2}:
        raise ValueError(f"rule {name!r}: expected booleans, one per assessor or pair")
    table = np.broadcast_to(who, (entries, who.shape[-1]))
    low = np.broadcast_to(np.asarray(least, dtype=np.int64), (entries,))
    high = np.broadcast_to(np.asarray(most, dtype=np.int64), (entries,))
    if (wrong := (low < 0) | (low > high)).any():
        row = int(np.argmax(wrong))
        raise ValueError(
            say(
                "rule %(rule)s, entry %(row)s: expected 0 ≤ least ≤ most, got %(least)s, %(most)s",
                rule=repr(name),
                row=row + 1,
                least=low[row],
                most=high[row],
            )
        )
    return Rule(name, table, low, high)


def leads(may_lead: Sequence[bool], entries: int, least: int = 1) -> Rule:
    """At least so many members who may lead."""
    return rule("lead", np.asarray(may_lead, dtype=np.bool_), entries, least=least)


def newcomers(is_new: Sequence[bool], entries: int, most: int = 1) -> Rule:
    """At most so many members in their first season."""
    return rule("newcomers", np.asarray(is_new, dtype=np.bool_), entries, most=most)


def covered(skills: Iterable[Iterable[str]], groups: Sequence[str], entries: int) -> list[Rule]:
    """Each criterion group has a member who knows it; `skills` lists each assessor's groups."""
    known = [frozenset(each) for each in skills]
    return [
        rule(f"covers {group}", np.array([group in each for each in known]), entries, least=1)
        for group in groups
    ]


def at_most_from_each(
    labels: Sequence[str], entries: int, most: int = 1, what: str = "institution"
) -> list[Rule]:
    """At most `most` members with the same label in a team; an empty label is no label."""
    given = np.asarray(labels, dtype=object)
    found = []
    for label in sorted({str(each) for each in labels if each}):
        who = given == label
        if who.sum() > most:
            found.append(rule(f"{what} {label}", who, entries, most=most))
    return found


def same(entry_labels: Sequence[str], assessor_labels: Sequence[str]) -> Bools:
    """Pairs with the same region (or institution), to be passed as `forbidden`; "" is none."""
    left, right = np.asarray(entry_labels, dtype=object), np.asarray(assessor_labels, dtype=object)
    equal = left[:, None] == right[None, :]
    return np.asarray(equal & (left != "")[:, None], dtype=np.bool_)
