"""How sure points are that a team agreed on: one figure has no spread, so what its members gave
alone before stands beside it. For those who decide by such points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from laureat.assessment.models import Result
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage
from laureat.rulebook.schema import AssessmentStage


@dataclass(frozen=True)
class Alone:
    """What the members of the team gave an entry alone, freed from their strictness."""

    fair: Decimal
    low: Decimal
    high: Decimal
    """Interval of 90 %."""
    zone: str = ""
    """yes, no: the interval lies above, below the line of the places; discuss: it reaches the line;
    empty: there is no line.
    """


@dataclass(frozen=True)
class Beside:
    """The stage where they judged alone, what it found, and what that is in words."""

    stage: str
    """Its title in the reader's language."""
    rows: Mapping[int, Alone]
    """By primary key of the entry; without those whose fair points cannot be compared."""
    lines: Mapping[str, Decimal]
    """By group: the fair points that are enough for its places among the entries asked about."""

    @property
    def said(self) -> str:
        """What the reader has to know before reading the figures."""
        return _(
            "The points that rank here were agreed on by each team: one figure for an entry, with "
            "nothing in it that says how far the members lay apart. So beside it stands what they "
            "gave alone at the stage “%(stage)s”, before they agreed: fair points with their "
            "interval of 90 %%. Where the interval reaches the line of the places, those marks do not "
            "decide. What was found after that stage is not in these figures."
        ) % {"stage": self.stage}


def alone_before(rules_of: Stage) -> AssessmentStage | None:
    """The rules of the stage where assessors judged alone what `rules_of`, a decision or an
    assessment stage, goes on from; None where its own points come from individual scorebooks, or
    nobody ever judged alone.
    """
    rules = rules_of.edition.rules
    own = rules_of.rules
    key = own.points_from if own.kind == "decision" else own.key
    seen: set[str] = set()
    while key and key not in seen:
        seen.add(key)
        source = rules.stage(key)
        if source.kind != "assessment":
            return None
        if source.scorebook.individual:
            return source if len(seen) > 1 else None
        key = source.scorebook.starts_from or ""
    return None


def beside_agreed(
    stage: Stage,
    groups: Mapping[str, Sequence[int]],
    places: Mapping[str, int | None],
    results: Iterable[Result] | None = None,
) -> Beside | None:
    """What the individual scorebooks say of entries that `stage` ranks by agreed points.

    groups: primary keys of the entries that are compared with each other, by group; places: how
    many of each group can be honoured (None: no limit, so no line). None where there is nothing to
    stand beside: the points are not agreed ones, or nobody judged alone. One query; none where the
    caller has read the `results` of the stage that `alone_before` names.
    """
    source = alone_before(stage)
    if source is None:
        return None
    entries = [entry for group in groups.values() for entry in group]
    if results is None:
        results = Result.objects.filter(
            entry__in=entries, stage__edition=stage.edition_id, stage__key=source.key
        ).only("entry_id", "fair", "low", "high", "fallback")
    known = {
        row.entry_id: row
        for row in results
        if not row.fallback and None not in (row.fair, row.low, row.high)
    }
    rows: dict[int, Alone] = {}
    lines: dict[str, Decimal] = {}
    for name, group in groups.items():
        found = {entry: known[entry] for entry in group if entry in known}
        fair = sorted((row.fair for row in found.values() if row.fair is not None), reverse=True)
        count = places.get(name)
        # A line needs somebody on either side, and figures of everybody who is compared.
        line = fair[count - 1] if count and count < len(fair) and len(fair) == len(group) else None
        if line is not None:
            lines[name] = line
        for entry, row in found.items():
            assert row.fair is not None
            assert row.low is not None
            assert row.high is not None
            rows[entry] = Alone(row.fair, row.low, row.high, _zone(row.low, row.high, line))
    return Beside(localised(source.title), rows, lines)


def _zone(low: Decimal, high: Decimal, line: Decimal | None) -> str:
    if line is None:
        return ""
    return "yes" if low > line else "no" if high < line else "discuss"
