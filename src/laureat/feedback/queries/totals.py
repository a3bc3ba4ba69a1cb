"""How the total of a report came about, and where the entry stands by it, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.platform.i18n.content import current
from laureat.platform.ui.text import number

Raw = Mapping[str, Any]


def say(text: Mapping[str, str] | None) -> str:
    """A text in the reader's language, else in the other one."""
    if not text:
        return ""
    here = current()
    return text.get(here) or text.get("ru" if here == "en" else "en") or ""


@dataclass(frozen=True)
class Fair:
    """Fair points with the range that belongs to them, and to no other points."""

    points: str
    low: str | None
    high: str | None
    decides: bool
    """Whether they are the points of the report."""
    said: str
    """What decided, and what fair points are: where they are not the same."""

    @property
    def range(self) -> str:
        """From–to; empty where it is not known."""
        return f"{number(self.low)}–{number(self.high)}" if self.low and self.high else ""

    @property
    def both(self) -> str:
        """The points with their range."""
        return f"{number(self.points)} ({self.range})" if self.range else number(self.points)


def fair_of(raw: Raw) -> Fair | None:
    """The fair points of a block.

    A report frozen before they were kept knows their range only where they are its points.
    """
    decides = _decides(raw) == "fair"
    points = raw.get("fair") or (raw["points"] if decides else None)
    if points is None:
        return None
    said = "" if decides else f"{_what_decided(_decides(raw))} {_what_fair()}"
    return Fair(points, raw["low"], raw["high"], decides, said)


def _decides(raw: Raw) -> str:
    """By which method the points were found."""
    if "decides" in raw:
        return str(raw["decides"])
    return str(raw["methods"][-1]["method"]) if raw["methods"] else ""


def _what_decided(method: str) -> str:
    return {
        "consensus": _("The points that counted are those the team agreed on."),
        "median": _("The points that counted are the median of the assessors' points."),
        "trimmed": _(
            "The points that counted are the mean without the highest and the lowest points."
        ),
    }.get(method, _("The points that counted are the mean of the assessors' points."))


def _what_fair() -> str:
    return _(
        "Fair points say what assessors of average strictness would have given by the marks that "
        "each gave alone; the range holds them with a probability of 90 %. They stand beside for "
        "comparison."
    )


@dataclass(frozen=True)
class Sum:
    """From the points by criteria to the total, where the one is not the sum of the other."""

    rows: list[tuple[str, str]]
    said: str


def sum_of(raw: Raw) -> Sum | None:
    """The way from criteria to total; None where criteria simply add up, or one is not judged."""
    parts = [each["points"] for each in raw["criteria"]]
    if raw["points"] is None or not parts or None in parts:
        return None
    total = Decimal(raw["points"])
    added = sum((Decimal(each) for each in parts), Decimal(0))
    if added == total:
        return None
    rows = [(_("Points by criterion, added up"), number(added))]
    if _decides(raw) == "fair":
        mean = Decimal(raw.get("raw") or added)
        if mean != added:
            rows.append((_("Mean of the assessors' totals"), number(mean)))
        rows.append((_("Correction for strictness"), _signed(total - mean)))
        rows.append((_("Total: fair points"), number(total)))
        return Sum(rows, _correction(total - mean))
    rows.append((_("Total"), number(total)))
    if _decides(raw) in {"median", "trimmed"}:
        return Sum(
            rows,
            _(
                "Each criterion and the total are computed by themselves from the assessors' "
                "points, so the criteria need not add up to the total."
            ),
        )
    return Sum(rows, _("The difference comes from rounding each criterion to hundredths."))


def _signed(value: Decimal) -> str:
    return (
        f"+{number(value)}" if value > 0 else f"−{number(-value)}" if value < 0 else number(value)
    )


def _correction(value: Decimal) -> str:
    if value > 0:
        return _(
            "The assessors of this entry marked more strictly than the average assessor: what "
            "they gave less is added to the total. Criteria are shown as they were marked."
        )
    if value < 0:
        return _(
            "The assessors of this entry marked more leniently than the average assessor: what "
            "they gave more is taken from the total. Criteria are shown as they were marked."
        )
    return _("The assessors of this entry marked as strictly as the average assessor.")


def standing_words(raw: Raw | None) -> list[str]:
    """Place by points, and each title that the entry did not get."""
    if raw is None:
        return []
    said = []
    if raw["place"]:
        facts = {"place": raw["place"], "of": raw["of"], "group": say(raw["group"])}
        said.append(
            _("By points: place %(place)s of %(of)s in the group “%(group)s”.") % facts
            if raw["group"]
            else _("By points: place %(place)s of %(of)s.") % facts
        )
    return said + [_missed(each, Decimal(raw["points"])) for each in raw["missed"]]


def _missed(raw: Raw, points: Decimal) -> str:
    title = {"title": say(raw["title"])}
    given = raw["given"]
    count = ngettext("%(count)s entry", "%(count)s entries", given) % {"count": number(given)}
    if raw["line"] is None:
        return _("“%(title)s” was given to so many of them: %(count)s.") % {**title, "count": count}
    line = Decimal(raw["line"])
    figures = {**title, "line": number(line), "points": number(points), "count": count}
    if raw["by_rule"]:
        said = _(
            "“%(title)s” takes at least %(line)s points by the rules; this entry has %(points)s."
        )
    else:
        said = _(
            "“%(title)s” was given from %(line)s points on (%(count)s); this entry has %(points)s."
        )
    told = said % figures
    if points >= line:
        told += " " + _(
            "The points were enough: the panel decides by vote, and by the order of the rules "
            "among equals."
        )
    return told
