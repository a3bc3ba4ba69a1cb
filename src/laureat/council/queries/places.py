"""The places of a decision stage: how many of each honour, and how sure its line is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property

from django.db.models import Count

from laureat.assessment.models import Result
from laureat.assessment.queries.beside import Beside, alone_before, beside_agreed
from laureat.council.models import Motion, MotionState, Session
from laureat.council.queries.rows import CapRow
from laureat.council.queries.standing import honours_of, rule_of
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.i18n.content import localised
from laureat.rulebook.models import Stage
from laureat.science.selection import Candidate, Rule, capacity, group_of


class Places:
    """Counted from the motions of all sessions of the stage."""

    def __init__(
        self,
        stage: Stage,
        session: Session,
        motions: Sequence[Motion],
        before: Sequence[Result],
    ) -> None:
        """`session` is the one that is looked at, `before` what its entries got where assessors
        judged alone.
        """
        self.stage = stage
        self.before = before
        self.session = session
        self.motions = motions
        self.rules = stage.edition.rules

    @cached_property
    def _rule(self) -> Rule | None:
        """How the places of the highest title are shared out."""
        base = [each for each in honours_of(self.stage, voted=True) if not each.overlay]
        return rule_of(base[0]) if base else None

    @cached_property
    def beside(self) -> Beside | None:
        """What stands beside points that teams agreed on, the places being those of the highest
        title and the entries those of this agenda. None where the points say it themselves.
        """
        if self._rule is None or alone_before(self.stage) is None:
            return None
        groups: dict[str, dict[int, None]] = defaultdict(dict)
        for motion in self.motions:
            if motion.session_id == self.session.pk:
                groups[_group(motion.entry, self._rule)][motion.entry_id] = None
        return beside_agreed(
            self.stage,
            {key: list(entries) for key, entries in groups.items()},
            {key: capacity(self._rule, key, self._size(key, self._rule)) for key in groups},
            self.before,
        )

    def _size(self, group: str, rule: Rule) -> int:
        """How many entries share the places; asked only where their number is a share of them."""
        if rule.share is None:
            return 0
        return sum(
            size
            for (category, region), size in self._sizes.items()
            if group_of(Candidate("", None, category, region), rule) == group
        )

    def line_of(self, entry: Entry) -> Decimal | None:
        """Enough for the places that `entry` is up for, in what members gave alone."""
        if self.beside is None or self._rule is None:
            return None
        return self.beside.lines.get(_group(entry, self._rule))

    @cached_property
    def caps(self) -> list[CapRow]:
        """The caps of the stage: carried (by all its sessions) and proposed."""
        limited = [
            each
            for each in honours_of(self.stage)
            if each.granted == "vote" and (each.at_most, each.share, each.top) != (None, None, None)
        ]
        if not limited:
            return []
        rows = []
        for honour in limited:
            rule = rule_of(honour)
            totals: dict[str, int] = defaultdict(int)
            carried: dict[str, int] = defaultdict(int)
            proposed: dict[str, int] = defaultdict(int)
            for (category, region), size in self._sizes.items():
                key = group_of(Candidate("", None, category, region), rule)
                totals[key] += size
            for motion in self.motions:
                if motion.honour != honour.key:
                    continue
                own = motion.session_id == self.session.pk
                key = _group(motion.entry, rule)
                if motion.state == MotionState.CARRIED and motion.freed_at is None:
                    carried[key] += 1
                if own and motion.state != MotionState.LOST:
                    proposed[key] += 1
            for key in self._ordered(totals):
                most = capacity(rule, key, totals[key])
                if most is not None:
                    title = localised(honour, "title")
                    group = self._group_name(key)
                    rows.append(CapRow(title, group, most, carried[key], proposed[key]))
        return rows

    @cached_property
    def _sizes(self) -> dict[tuple[str, str], int]:
        rows = (
            Passage.objects.filter(stage=self.stage)
            .exclude(state=PassageState.WITHDRAWN)
            .values_list("entry__category__key", "entry__region")
            .annotate(size=Count("pk"))
            .order_by()
        )
        return {(category or "", region): size for category, region, size in rows}

    def _ordered(self, groups: Iterable[str]) -> list[str]:
        order = {each.key: n for n, each in enumerate(self.rules.categories)}
        return sorted(groups, key=lambda group: (order.get(group, len(order)), group))

    def _group_name(self, key: str) -> str:
        rules = self.rules
        for category in rules.categories:
            if category.key == key:
                return localised(category, "title")
        return localised(rules.regions[key], "title") if key in rules.regions else key


def _group(entry: Entry, rule: Rule) -> str:
    """With whom an entry shares the places of an honour."""
    category = entry.category.key if entry.category else ""
    return group_of(Candidate("", None, category, entry.region), rule)
