"""What members take to a session on paper: every entry of the agenda with its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from laureat.council.queries.pictures import profile_chart, spread_chart, totals_of
from laureat.council.queries.room import Room
from laureat.council.queries.rows import Row
from laureat.council.queries.standing import model_of
from laureat.platform.documents import Language
from laureat.platform.i18n.content import localised
from laureat.platform.ui.charts import PRINT
from laureat.platform.ui.text import number
from laureat.rulebook import schema

PROFILE, SPREAD = 480, 360
"""Widths in the units of charts: they stand beside each other."""


@dataclass
class Papers:
    """The data of documents/papers.typ and its images."""

    title: str
    data: dict[str, Any]
    images: dict[str, str] = field(default_factory=dict)


def papers(room: Room, language: Language = "ru") -> Papers:
    """The agenda as it stands, without a word of how anybody votes."""
    with translation.override(language):
        return _papers(room)


def _papers(room: Room) -> Papers:
    session, edition = room.session, room.edition
    held = session.held_at.astimezone(edition.time_zone)
    title = _("Papers for session No. %(number)s") % {"number": session.number}
    model = model_of(room.stage)
    of_entry: dict[int, list[Row]] = {}
    for row in room.rows:
        of_entry.setdefault(row.entry.pk, []).append(row)
    totals = totals_of(room.stage, list(of_entry))
    made = Papers(
        title,
        {
            "demo": edition.is_demo,
            "number": str(session.number),
            "issued": held.date().isoformat(),
            "panel": localised(session.panel, "title"),
            "award": localised(edition.award, "short_title"),
            "edition": localised(edition, "title"),
            "held": f"{date_format(held, 'j E Y')}, {held:%H:%M}",
            "place": localised(session, "place") or None,
            "category": localised(edition.rules.category_title),
            "said": room.beside.said if room.beside and room.beside.rows else None,
            "groups": [],
        },
    )
    for group in room.groups:
        entries = list(dict.fromkeys(row.entry.pk for row in group.rows))
        made.data["groups"].append(
            {
                "title": group.title,
                "entries": [
                    _entry(made, of_entry[entry], totals[entry], model) for entry in entries
                ],
            }
        )
    return made


def _entry(
    made: Papers, rows: list[Row], totals: Sequence[Decimal], model: schema.Model | None
) -> dict[str, Any]:
    row = rows[0]
    entry = row.entry
    profile = profile_chart(entry, row.result, model, theme=PRINT, width=PROFILE)
    spread = spread_chart(totals, row.result, model, theme=PRINT, width=SPREAD)
    key = entry.uid
    for name, chart in (("profile", profile), ("spread", spread)):
        if chart is not None:
            made.images[f"{name}-{key}"] = chart.svg
    region = entry.organisation.region
    return {
        "key": key,
        "number": entry.number or "",
        "name": row.good or row.organisation,
        "organization": row.organisation if row.good else None,
        "region": localised(region, "name") if region else None,
        "points": _plain(row.points),
        "max": str(model.points) if model else None,
        "range": (row.span or None) if row.by_fair else None,
        "fair": None if row.by_fair else _fair(row),
        "alone": _alone(row),
        "proposed": [each.title for each in rows],
        "tie": row.tie or None,
        "recused": [name for name, _reason in row.recusals],
        "profile": profile.alt if profile else None,
        "spread": spread.alt if spread else None,
    }


def _fair(row: Row) -> str | None:
    """Fair points with the interval that belongs to them, where other points rank."""
    if row.fair is None:
        return None
    return f"{number(row.fair)} ({row.span})" if row.span else number(row.fair)


def _plain(value: Decimal | None) -> str | None:
    """An exact number without idle zeros, as the pages show it."""
    return None if value is None else f"{value.normalize():f}"


def _alone(row: Row) -> str | None:
    """What the team's members gave alone, with its interval and zone."""
    if row.alone is None:
        return None
    zone = {
        "yes": _("clearly above the line"),
        "discuss": _("discuss"),
        "no": _("clearly below the line"),
    }
    span = f"{number(row.alone.fair)} ({row.span_alone})"
    return ", ".join(filter(None, [span, zone.get(row.alone.zone, "")]))
