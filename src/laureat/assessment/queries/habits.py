"""Agreement and habits of assessors in words that need no statistics."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.platform.ui.text import number, percent
from laureat.science.judging import Habit, Panel
from laureat.science.judging.panel import TARGET

RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's (2004) customary limits."""


def share(value: float) -> str:
    """A share in whole per cent."""
    return percent(Decimal(str(round(value, 2))))


def verdict(found: Panel) -> tuple[str, str]:
    """How well fair points tell entries apart, in a word with its tone."""
    if found.fair_now is None:
        return _("not known yet"), "quiet"
    if found.fair_now >= RELIABLE:
        return _("reliable"), "ok"
    if found.fair_now >= TENTATIVE:
        return _("with reservations"), "warn"
    return _("not reliable"), "error"


def alpha_words(found: Panel) -> str:
    """What the agreement of single marks allows."""
    value = found.alpha or 0.0
    if value >= RELIABLE:
        return _(
            "Assessors nearly agree on single parts: even one mark for a part can be relied on."
        )
    if value >= TENTATIVE:
        return _(
            "Assessors give similar marks for single parts; one mark for a part is still tentative."
        )
    if value > 0:
        return _("Marks for single parts differ much: judge an entry by its total, not by a part.")
    return _("Marks agree no better than by chance: the scale is read in different ways.")


def needed_words(found: Panel) -> list[str]:
    """What the differences come from, and how many assessors an entry needs."""
    if found.shares is None or found.assessors_now is None or found.fair_now is None:
        return []
    said = [
        _(
            "Of all differences between scorebooks %(entry)s come from the entries themselves, "
            "%(assessor)s from strictness, %(rest)s from chance and taste."
        )
        % {
            "entry": share(found.shares["entry"]),
            "assessor": share(found.shares["assessor"]),
            "rest": share(found.shares["residual"]),
        }
    ]
    now = number(round(Decimal(str(found.assessors_now)), 1))
    if found.needed is None:
        said.append(
            _(
                "Now there are %(now)s assessors to an entry. No number of them would make the order "
                "reliable: the criteria or the training should be looked at."
            )
            % {"now": now}
        )
    elif found.needed <= found.assessors_now:
        said.append(
            _("Now there are %(now)s assessors to an entry; %(needed)s are enough.")
            % {"now": now, "needed": found.needed}
        )
    else:
        said.append(
            ngettext(
                "Now there are %(now)s assessors to an entry; a reliable order takes %(needed)s.",
                "Now there are %(now)s assessors to an entry; a reliable order takes %(needed)s.",
                found.needed,
            )
            % {"now": now, "needed": found.needed}
        )
    return said


def target() -> str:
    """The reliability that is asked for."""
    return number(Decimal(str(TARGET)))


def habit_words(habit: Habit, serials: Mapping[int, int], *, other_way: bool = False) -> str:
    """What to ask the assessor about."""
    if habit.code == "alike":
        other = habit.assessor if other_way else habit.other
        return _(
            "deviations coincide with those of assessor %(number)s more often than happens by "
            "chance; by itself this proves nothing"
        ) % {"number": serials[other or 0]}
    return {
        "erratic": _("marks lie far from what colleagues give for the same"),
        "smooth": _("marks lie closer to what is expected than chance leaves them"),
        "halo": _("gives one entry much the same for everything"),
        "narrow": _("gives everybody much the same: uses a narrow part of the scale"),
        "stricter": _("became stricter in the course of the stage"),
        "milder": _("became milder in the course of the stage"),
    }[habit.code]
