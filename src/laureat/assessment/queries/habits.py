"""Agreement and habits of assessors in words that need no statistics."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.platform.ui.text import number, percent

if TYPE_CHECKING:
    from laureat.assessment.queries.judging import AssessorRow

RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's (2004) customary limits."""
FEWEST = 2
"""One assessor is compared with nobody, whatever a formula says."""


def share(value: float) -> str:
    """A share in whole per cent."""
    return percent(Decimal(str(round(value, 2))))


def figure(value: float, places: int = 2) -> str:
    """A figure as the reader writes it."""
    return number(round(Decimal(str(value)), places))


def verdict(agreement: dict[str, Any], by_fair: bool) -> tuple[str, str]:
    """How well the points that decide tell entries apart, in a word with its tone."""
    value = agreement["reliability_fair" if by_fair else "reliability_raw"]
    if value is None:
        return _("not known yet"), "quiet"
    if value >= RELIABLE:
        return _("reliable"), "ok"
    if value >= TENTATIVE:
        return _("with reservations"), "warn"
    return _("not reliable"), "error"


def strict_words(rows: Sequence[AssessorRow], *, by_fair: bool) -> str:
    """How far the assessors lie apart, and what becomes of it."""
    known = [row for row in rows if row.severity is not None]
    if not known:
        return ""
    strictest = max(known, key=lambda row: row.severity or Decimal(0))
    mildest = min(known, key=lambda row: row.severity or Decimal(0))
    clear = sum(row.notable for row in known)
    if not clear:
        return _("Nobody is clearly stricter or more lenient than the others.")
    said = ngettext(
        "%(count)s of %(all)s assessors is clearly stricter or more lenient than the average",
        "%(count)s of %(all)s assessors are clearly stricter or more lenient than the average",
        clear,
    ) % {"count": clear, "all": len(known)}
    said += ": " + _(
        "the most lenient, assessor %(mildest)s, gives the same entries %(mild)s more than the "
        "average, the strictest, assessor %(strictest)s, %(strict)s less (in points)."
    ) % {
        "mild": number(abs(mildest.severity or Decimal(0))),
        "mildest": mildest.serial,
        "strict": number(abs(strictest.severity or Decimal(0))),
        "strictest": strictest.serial,
    }
    if by_fair:
        return said + " " + _("That is no fault: fair points make up for it.")
    return (
        said
        + " "
        + _("That is no fault; how much it changes is shown by the fair points among the results.")
    )


def reliable_words(agreement: dict[str, Any], books: int, by_fair: bool) -> list[str]:
    """How far the order can be relied on, with the number, and what the number rests on."""
    column = "fair" if by_fair else "raw"
    value, now = agreement[f"reliability_{column}"], agreement["assessors_now"]
    if value is None or now is None:
        return []
    order = (
        _("The order of the entries by fair points")
        if by_fair
        else _("The order of the entries by the mean")
    )
    judged = (
        _("can be relied on")
        if value >= RELIABLE
        else _("can be relied on with reservations")
        if value >= TENTATIVE
        else _("cannot be relied on")
    )
    said = [
        _(
            "%(order)s %(judged)s: its reliability is %(value)s (0: pure chance, 1: no error; from "
            "%(enough)s on an order counts as reliable)."
        )
        % {
            "order": order,
            "judged": judged,
            "value": figure(value),
            "enough": figure(RELIABLE, 1),
        }
    ]
    said += _how_many(agreement, column, now)
    said.append(
        _(
            "This rests on %(books)s scorebooks of %(entries)s entries of this stage, %(now)s "
            "assessors to an entry on average."
        )
        % {"books": number(books), "entries": number(agreement["entries"]), "now": figure(now, 1)}
    )
    return said


def _how_many(agreement: dict[str, Any], column: str, now: float) -> list[str]:
    """What fewer or more assessors to an entry would change."""
    study = {row["assessors"]: row[column] for row in agreement["d_study"]}
    enough = [count for count, value in study.items() if value >= RELIABLE]
    needed = min(enough) if enough else agreement["assessors_needed"] if column == "fair" else None
    if needed is None:
        return [
            _(
                "More assessors would hardly help: even with %(most)s to an entry it would not be "
                "reliable. Look at the criteria and at the training."
            )
            % {"most": max(study, default=0)}
        ]
    if needed > now:
        return [
            _("With %(needed)s assessors to an entry it would be reliable.") % {"needed": needed}
        ]
    fewer = max(needed, FEWEST)
    if fewer >= now or fewer not in study:
        return []
    return [
        _(
            "By calculation an order from %(fewer)s assessors to an entry would still have a "
            "reliability of %(value)s. That is no advice to make teams smaller: how many judge an "
            "entry is said by the rules of the contest, and where one assessor judged alone nobody "
            "would see an error or tell strictness from quality."
        )
        % {"fewer": fewer, "value": figure(study[fewer])}
    ]


def alpha_words(agreement: dict[str, Any]) -> str:
    """What the agreement of single marks allows."""
    value = agreement["alpha"]
    if value is None:
        return ""
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


def sources_words(agreement: dict[str, Any]) -> str:
    """What the differences between scorebooks come from."""
    shares = agreement["shares_of_variance"]
    if not shares:
        return ""
    return _(
        "Of all differences between scorebooks %(entry)s come from the entries themselves, "
        "%(assessor)s from strictness, %(rest)s from chance and taste."
    ) % {
        "entry": share(shares["entry"]),
        "assessor": share(shares["assessor"]),
        "rest": share(shares["residual"]),
    }


def copying_words(agreement: dict[str, Any]) -> str:
    """From how many common entries on copying can be told; nothing in figures kept before."""
    reach = agreement.get("copying")
    if not reach:
        return ""
    if reach["needs"] is None:
        return _(
            "Copying cannot be told here: too few entries were judged by the same two, or the scale "
            "is too coarse."
        )
    return _(
        "If two copy half of their marks from each other, that is noticed when they share at least "
        "%(needs)s entries. Pairs that share six or more: %(pairs)s."
    ) % {"needs": reach["needs"], "pairs": reach["pairs"]}


def habit_words(code: str, other: int | None) -> str:
    """What to ask the assessor about."""
    if code == "alike":
        return _(
            "deviations coincide with those of assessor %(number)s more often than happens by "
            "chance; by itself this proves nothing"
        ) % {"number": other}
    return {
        "erratic": _("marks lie far from what colleagues give for the same"),
        "smooth": _("marks lie closer to what is expected than chance leaves them"),
        "halo": _("gives one entry much the same for everything"),
        "narrow": _("gives everybody much the same: uses a narrow part of the scale"),
        "stricter": _("became stricter in the course of the stage"),
        "milder": _("became milder in the course of the stage"),
    }[code]
