"""A season in figures, what documents/season.typ takes: only what the public journal of a published
season lets anybody count. Eight queries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q

from laureat.assessment.models import Scorebook, ScorebookKind, ScorebookState
from laureat.council.models import MotionState, Session, SessionState
from laureat.feedback.models import ReportState
from laureat.intake.models import Entry, EntryState
from laureat.platform.i18n.content import localised
from laureat.registry.models import Region
from laureat.rulebook.models import Edition
from laureat.showcase.queries import editions


@dataclass
class Summary:
    """The data of the template, and what its pictures are drawn from."""

    data: dict[str, Any]
    steps: list[editions.FunnelStep]
    regions: list[Region]
    by_region: Counter[str] = field(default_factory=Counter)


def summary(edition: Edition) -> Summary:
    """The published results of `edition`, the work behind them, the decisions and reports."""
    lines = editions.lines(edition)
    standing = [line for line in lines if line.standing]
    regions = editions.regions()
    counts = _entries(edition)
    sessions = _sessions(edition)
    days = [each["published"] for each in sessions]
    return Summary(
        data={
            "demo": edition.is_demo,
            "issued": max(days) if days else None,
            "award": localised(edition.award, "short_title"),
            "edition": localised(edition, "title"),
            "category_title": localised(edition.rules.category_title),
            "entries": counts["taking_part"],
            "honoured": len(standing),
            "revoked": sum(title.revoked for line in lines for title in line.titles),
            "honours": _honours(edition, standing),
            "categories": [localised(each, "title") for each in edition.rules.categories],
            "regions": _regions(standing, regions),
            "work": _work(edition),
            "sessions": sessions,
            "reports": {"made": counts["made"], "released": counts["released"]},
        },
        steps=editions.funnel(edition, len(standing)),
        regions=list(regions.values()),
        by_region=Counter(line.region for line in standing),
    )


def _entries(edition: Edition) -> dict[str, int]:
    taking_part = Entry.objects.filter(edition=edition).exclude(
        state__in=(EntryState.DRAFT, EntryState.WITHDRAWN)
    )
    return taking_part.aggregate(
        taking_part=Count("pk"),
        made=Count("report"),
        released=Count("report", filter=Q(report__state=ReportState.RELEASED)),
    )


def _honours(edition: Edition, standing: Iterable[editions.Line]) -> list[dict[str, Any]]:
    """Every title that was given, by category in the order of the rules, and altogether."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in standing:
        for title in line.standing:
            found[title.key][line.category] += 1
    categories = [each.key for each in edition.rules.categories]
    return [
        {
            "title": localised(rule, "title"),
            "tone": rule.tone,
            "counts": [found[rule.key][key] for key in categories],
            "total": found[rule.key].total(),
        }
        for rule in edition.rules.honours
        if found[rule.key]
    ]


def _regions(standing: Iterable[editions.Line], regions: dict[str, Region]) -> list[dict[str, Any]]:
    """Honoured entries by region, most first; of them those with an honour of the highest kind."""
    entries: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    for line in standing:
        entries[line.region] += 1
        gold[line.region] += any(title.tone == "gold" for title in line.standing)
    rows = [
        (localised(regions[code], "name") if code in regions else code or "—", count, gold[code])
        for code, count in entries.items()
    ]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return [{"title": title, "entries": count, "gold": high} for title, count, high in rows]


def _work(edition: Edition) -> list[dict[str, Any]]:
    """What the assessors did at each stage: who signed scorebooks of their own, how many, and how
    many teams agreed on one.
    """
    alone = Q(kind=ScorebookKind.INDIVIDUAL)
    rows = (
        Scorebook.objects.filter(edition=edition, state=ScorebookState.SIGNED)
        .order_by()
        .values_list("stage__key")
        .annotate(
            people=Count("assessor", filter=alone, distinct=True),
            books=Count("pk", filter=alone),
            agreed=Count("pk", filter=~alone),
        )
    )
    signed = {stage: counts for stage, *counts in rows}
    return [
        {"stage": localised(stage, "title")}
        | dict(zip(("people", "books", "agreed"), signed[stage.key], strict=True))
        for stage in edition.rules.stages
        if stage.key in signed
    ]


def _sessions(edition: Edition) -> list[dict[str, Any]]:
    """The sessions whose decisions are public, in the order in which they were held."""
    rows = (
        Session.objects.filter(stage__edition=edition, state=SessionState.PUBLISHED)
        .select_related("panel")
        .annotate(
            put=Count("motions"),
            carried=Count(
                "motions", filter=Q(motions__state=MotionState.CARRIED) & ~Q(motions__honour="")
            ),
        )
        .order_by(F("held_at"), "pk")
    )
    zone = edition.time_zone
    return [
        {
            "panel": localised(row.panel, "title"),
            "number": str(row.number),
            "held": (row.opened_at or row.held_at).astimezone(zone).date().isoformat(),
            "published": row.published_at.astimezone(zone).date().isoformat()
            if row.published_at
            else "",
            "put": row.put,
            "carried": row.carried,
            "signed": row.signed_at is not None,
            "order": localised(row, "order_reference") or None,
        }
        for row in rows
    ]
