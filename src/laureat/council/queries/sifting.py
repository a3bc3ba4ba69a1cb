"""The agenda as whoever leads looks through it: by what comes next, by category, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from laureat.council.models import MotionState
from laureat.council.queries.room import Room
from laureat.council.queries.rows import Group, Row
from laureat.platform.i18n.search import search_key

MOST = 20
"""So many motions are shown at once: a page that a telephone can still be scrolled through."""


class Step(models.TextChoices):
    """What a motion waits for, the most urgent first."""

    DECIDE = "decide", pgettext_lazy("motions", "for who presides")
    COUNT = "count", pgettext_lazy("motions", "all have voted")
    VOTING = "voting", pgettext_lazy("motions", "being voted on")
    WAITING = "waiting", pgettext_lazy("motions", "no votes yet")
    CARRIED = "carried", pgettext_lazy("motions", "carried")
    LOST = "lost", pgettext_lazy("motions", "not carried")


def step_of(row: Row) -> Step:
    """What the motion waits for."""
    if row.motion.state == MotionState.TIED or (row.open and row.ask_chair):
        return Step.DECIDE
    if not row.open:
        return Step.CARRIED if row.motion.state == MotionState.CARRIED else Step.LOST
    if not row.cast:
        return Step.WAITING
    return Step.COUNT if row.cast >= row.may_vote else Step.VOTING


@dataclass(frozen=True)
class Asked:
    """What the reader looks for; what is not known is no condition."""

    step: str = ""
    category: str = ""
    text: str = ""
    page: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """As the address says it."""
        step = query.get("step", "")
        return cls(
            step=step if step in Step.values else "",
            category=query.get("category", ""),
            text=query.get("q", "").strip()[:80],
            page=query.get("page", ""),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.step or self.category or self.text)


class Sifted:
    """The motions that fit, a page of them by category, and where the others are."""

    def __init__(self, room: Room, asked: Asked) -> None:
        """`asked` comes from the address."""
        self.room = room
        keys = {group.key for group in room.groups}
        known = asked.category in keys and len(keys) > 1
        self.asked = asked if known else replace(asked, category="")

    @cached_property
    def _near(self) -> list[Row]:
        """What fits but for the step: the tabs count it."""
        wanted = search_key(self.asked.text)
        groups = [group for group in self.room.groups if self.asked.category in {"", group.key}]
        return [
            row
            for group in groups
            for row in group.rows
            if not self.asked.text or _has(row, wanted)
        ]

    @cached_property
    def page(self) -> Page[Row]:
        """The rows to show now."""
        step = self.asked.step
        found = [row for row in self._near if not step or step_of(row) == step]
        return Paginator(found, MOST).get_page(self.asked.page)

    @property
    def groups(self) -> list[tuple[Group, Group]]:
        """The page by category: the part that is shown, and the whole."""
        shown = {row.motion.pk for row in self.page}
        parts = [
            (replace(group, rows=[row for row in group.rows if row.motion.pk in shown]), group)
            for group in self.room.groups
        ]
        return [(part, group) for part, group in parts if part.rows]

    @property
    def long(self) -> bool:
        """Whether the agenda is too long to be shown whole."""
        return len(self.room.rows) > MOST

    @property
    def tabs(self) -> list[dict[str, object]]:
        """By what comes next, with how many; nothing where all wait for the same."""
        counts = _counts(self._near)
        if len(counts) < 2 and not self.asked.step:
            return []
        rows: list[tuple[str, str, int]] = [("", _("All"), len(self._near))]
        rows += [
            (step.value, str(step.label), counts.get(step, 0))
            for step in Step
            if step in counts or step == self.asked.step
        ]
        return [
            {
                "label": label,
                "url": f"?{self._query(step)}#agenda",
                "count": count,
                "current": step == self.asked.step,
            }
            for step, label, count in rows
        ]

    def _query(self, step: str) -> str:
        pairs = (("step", step), ("category", self.asked.category), ("q", self.asked.text))
        return urlencode([(key, value) for key, value in pairs if value])


def _counts(rows: Iterable[Row]) -> dict[Step, int]:
    counts: dict[Step, int] = {}
    for row in rows:
        step = step_of(row)
        counts[step] = counts.get(step, 0) + 1
    return counts


def _has(row: Row, wanted: str) -> bool:
    """Whether every word of `wanted` begins a word of the entry's number or names."""
    if not wanted:
        return False
    names = search_key(f"{row.entry.number} {row.organisation} {row.good}").split()
    return all(any(name.startswith(word) for name in names) for word in wanted.split())
