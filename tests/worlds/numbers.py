"""Numbers that tell invented people, works and goods apart.

A world that another worker has played holds numbers of that worker: ours go on after them.
"""

from __future__ import annotations

from collections import Counter

reached: Counter[str] = Counter()
"""The last number given, by kind."""


def following(kind: str) -> int:
    """1, 2, 3, …"""
    reached[kind] += 1
    return reached[kind]


def go_on_after(others: Counter[str]) -> None:
    """Go on after what another worker has reached."""
    reached.update(others - reached)
