"""Published results as canonical content: what a stranger recomputes and compares byte by byte.

Numbers are strings, names are those of the register on the day, order is fixed by the rulebook and
the entry numbers; there are no times and no random identifiers in it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from laureat.assessment.models import Result
from laureat.honours.models import Honour, HonourState
from laureat.intake.models import Entry, EntryState
from laureat.platform.errors import Refused
from laureat.registry.models import Distinction
from laureat.registry.queries import names_of_their_day
from laureat.rulebook.models import Edition
from laureat.showcase.queries.awards import PUBLISHED

FORMAT = "laureat-results/1"


def find_edition(name: str) -> Edition:
    """The edition called `name` ("award/edition", or the edition's key alone where only one award
    has it). Raises Refused, listing what there is.
    """
    award, _slash, key = name.strip().strip("/").rpartition("/")
    rows = Edition.objects.select_related("award", "version").order_by("award__key", "key")
    found = [each for each in rows if each.key == key and award in {"", each.award.key}]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(
            _("Several awards have an edition “%(name)s”: say which, one of %(known)s.")
            % {"name": name, "known": ", ".join(each.chain for each in found)}
        )
    known = ", ".join(f"{each.chain} ({each.get_state_display()})" for each in rows)
    raise Refused(
        _("There is no edition “%(name)s”. Known: %(known)s.")
        % {"name": name, "known": known or _("none; load one with “laureat award load”")}
    )


def export(edition: Edition, *, public: bool = False) -> bytes:
    """`results` as RFC 8785 canonical JSON with a newline at its end."""
    return rfc8785.dumps(results(edition, public=public)) + b"\n"


def results(edition: Edition, *, public: bool = False) -> dict[str, Any]:
    """The published results of `edition`; the public part of them tells no points.

    Raises Refused while they are not published.
    """
    if edition.state not in PUBLISHED:
        published = Edition.objects.filter(state__in=PUBLISHED).select_related("award")
        names = ", ".join(sorted(each.chain for each in published))
        raise Refused(
            _("The results of %(edition)s are not published (%(state)s). Published: %(known)s.")
            % {
                "edition": edition.chain,
                "state": edition.get_state_display(),
                "known": names or _("none yet"),
            }
        )
    honours = _honours(edition)
    then = names_of_their_day(edition.award.key, edition.year)
    points = {} if public else _points(edition, list(honours))
    groups: dict[tuple[int, str, str], list[dict[str, Any]]] = defaultdict(list)
    for rows in honours.values():
        entry = rows[0].entry
        category = entry.category
        place = (category.order if category else -1, category.key if category else "", entry.region)
        told = {} if public else {"points": points.get(entry.pk, [])}
        groups[place].append(_entry(entry, rows, then) | told)
    return {
        "format": FORMAT,
        "edition": edition.chain,
        "rulebook": edition.version.content_hash,
        "demo": edition.is_demo,
        "groups": [
            {"category": category, "region": region, "entries": entries}
            for (_order, category, region), entries in sorted(
                groups.items(), key=lambda group: group[0]
            )
        ],
        "totals": _totals(edition, honours),
    }


def _honours(edition: Edition) -> dict[int, list[Honour]]:
    """Public honours by entry, both in a fixed order."""
    order = {rule.key: place for place, rule in enumerate(edition.rules.honours) if rule.public}
    public = Honour.objects.public().filter(edition=edition, key__in=order)
    rows = public.select_related("stage", "entry__organisation", "entry__good", "entry__category")
    found: dict[int, list[Honour]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.entry.serial or 0, order[row.key])):
        found[row.entry_id].append(row)
    return dict(
        sorted(
            found.items(),
            key=lambda each: (each[1][0].entry.serial or 0, each[1][0].entry.number or ""),
        )
    )


def _points(edition: Edition, entries: list[int]) -> dict[int, list[dict[str, Any]]]:
    honoured = set(entries)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Result.objects.filter(stage__edition=edition).select_related("stage")
    for row in rows.order_by("stage__order", "pk"):
        if row.entry_id in honoured:
            found[row.entry_id].append(
                {
                    "stage": row.stage.key,
                    "method": row.method,
                    "points": _figure(row.points),
                    "beside": dict(sorted(row.beside.items())),
                    "low": _figure(row.low),
                    "high": _figure(row.high),
                    "scorebooks": str(row.scorebooks),
                }
            )
    return found


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _entry(entry: Entry, honours: list[Honour], then: dict[str, Distinction]) -> dict[str, Any]:
    named = then.get(honours[0].uid)
    return {
        "entry": entry.number or "",
        "organisation": named.organisation_ru if named else entry.organisation.name_ru,
        "good": (named.good_ru if named else entry.good.name_ru) if entry.good else None,
        "honours": [
            {"honour": row.key, "stage": row.stage.key, "state": row.state} for row in honours
        ],
    }


def _totals(edition: Edition, honours: dict[int, list[Honour]]) -> dict[str, Any]:
    counts: dict[str, int] = defaultdict(int)
    for rows in honours.values():
        for row in rows:
            if row.state == HonourState.PUBLISHED:
                counts[row.key] += 1
    submitted = Entry.objects.filter(edition=edition).exclude(
        state__in=(EntryState.DRAFT, EntryState.WITHDRAWN)
    )
    return {
        "entries": str(submitted.count()),
        "honoured": str(len(honours)),
        "honours": {key: str(count) for key, count in sorted(counts.items())},
    }
