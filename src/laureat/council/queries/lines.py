"""Equals at a line among the motions of a session, whoever put them on the agenda.

The agenda is made with ties at its lines marked. A motion added or changed by hand may bring equals
to a line that nobody saw before: more are proposed for an honour than have a place, and points do
not tell them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from laureat.council.models import Motion, MotionState, Session
from laureat.council.queries.standing import Field, field, honours_of, propose, rule_of
from laureat.science.selection import CHAIR, Candidate, Proposal, Rule, capacity, group_of, ranked


@dataclass(frozen=True)
class Mark:
    """What a motion says of the line it stands at."""

    at_line: bool = False
    tie_rule: str = ""
    line_of: str = ""

    @property
    def asks(self) -> bool:
        """Whether only who presides can tell it from the others."""
        return self.tie_rule == CHAIR


def marks(session: Session, motions: Sequence[Motion]) -> dict[int, Mark]:
    """The line that each motion (by its key) stands at now: by rank and caps, and by what is
    proposed for honours that have fewer places.
    """
    ranks = {
        motion.entry_id: motion.chair_rank for motion in motions if motion.chair_rank is not None
    }
    found = field(session.stage, besides=session, chair_ranks=ranks)
    overlays = {each.key for each in honours_of(session.stage) if each.overlay}
    proposed = {
        (each.candidate, each.honour if each.honour in overlays else ""): each
        for each in _on_agenda(found, {motion.entry.uid for motion in motions})
    }
    result: dict[int, Mark] = {}
    for motion in motions:
        overlay = motion.honour if motion.honour in overlays else ""
        each = proposed.get((motion.entry.uid, overlay))
        result[motion.pk] = Mark(each.at_line, each.tie_rule, each.line_of) if each else Mark()
    for honour in honours_of(session.stage, voted=True):
        mine = [m for m in motions if m.honour == honour.key and m.state != MotionState.LOST]
        result |= _crowded(found, rule_of(honour), mine)
    return result


def _on_agenda(found: Field, agenda: Collection[str]) -> Iterator[Proposal]:
    """What rank and caps propose; equals are asked about only where all of them are proposed here."""
    points = {each.key: each.points for each in found.candidates}
    proposals = propose(found)
    apart = {
        (each.line_of, points[each.candidate])
        for each in proposals
        if each.tie_rule == CHAIR and each.candidate not in agenda
    }
    for each in proposals:
        asks = each.tie_rule == CHAIR and (each.line_of, points[each.candidate]) in apart
        yield Proposal(each.candidate, each.honour) if asks else each


def _crowded(found: Field, rule: Rule, motions: Sequence[Motion]) -> dict[int, Mark]:
    """Marks of the motions for one honour where there are more of them than places."""
    of = {each.key: each for each in found.candidates}
    sizes: dict[str, int] = defaultdict(int)
    for each in found.candidates:
        sizes[group_of(each, rule)] += 1
    groups: dict[str, list[Motion]] = defaultdict(list)
    for motion in motions:
        if motion.entry.uid in of:
            groups[group_of(of[motion.entry.uid], rule)].append(motion)
    result: dict[int, Mark] = {}
    for group, members in groups.items():
        most = capacity(rule, group, sizes[group])
        if most is None:
            continue
        taken = sum(
            rule.key in keys and uid in of and group_of(of[uid], rule) == group
            for uid, keys in found.held.items()
        )
        places = max(0, most - taken)
        if len(members) > places:
            told = _line(found, rule, [of[m.entry.uid] for m in members], places)
            result |= {m.pk: told[m.entry.uid] for m in members if m.entry.uid in told}
    return result


def _line(found: Field, rule: Rule, candidates: list[Candidate], places: int) -> dict[str, Mark]:
    """Those equal in points on both sides of the last place, and what tells them apart."""
    order = ranked(candidates, found.stage.rules.ties)
    blocks, inside = order.blocks, 0
    cut = 0
    while cut < len(blocks) and inside + len(blocks[cut]) <= places:
        inside += len(blocks[cut])
        cut += 1
    if cut == len(blocks):
        return {}
    points = blocks[cut][0].points
    equal = [n for n, block in enumerate(blocks) if block[0].points == points]
    asks = inside < places and len(blocks[cut]) > 1
    if not asks and not any(n < cut for n in equal):
        return {}
    result: dict[str, Mark] = {}
    for n in equal:
        if asks and n == cut:
            name = CHAIR
        elif n < cut:
            name = order.rule_between(n, cut)
        else:
            above = cut if asks else cut - 1
            name = order.rule_between(above, n)
        for each in blocks[n]:
            result[each.key] = Mark(True, name, rule.key)
    return result
