"""Who is proposed for which honour: by points, under caps, with ties at the line shown.

Base honours exclude each other and are tried in the order of the rules; an overlay comes on top
of a base honour. Candidates are compared by points, then by the tie-break chain; whom the chain
cannot tell apart at a line is not chosen: the presiding person is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Literal

CHAIR = "chair"
POINTS = "points"


@dataclass(frozen=True)
class Candidate:
    """An entry to be compared. Missing points or values are None, never zero."""

    key: str
    points: Decimal | None
    category: str = ""
    region: str = ""
    ties: Mapping[str, Decimal | None] = field(default_factory=dict)
    """Values of the tie-break rules by name; more is better."""
    fits: frozenset[str] = frozenset()
    """Keys of the rules whose condition holds."""
    serial: int = 0
    """Its place in the list of entries: equals are listed by it. It never decides."""


@dataclass(frozen=True)
class Rule:
    """What an honour asks for (its condition has been evaluated by the caller)."""

    key: str
    at_most: int | Mapping[str, int] | None = None
    """Cap of a group, or by category."""
    share: Fraction | None = None
    """At most this share of all candidates of a group: the nearest whole number, a half up,
    at least one."""
    top: int | None = None
    per: Literal["edition", "category", "region"] = "edition"
    overlay: bool = False
    rests_on: frozenset[str] = frozenset()
    """Base honours of which an overlay needs one."""


@dataclass(frozen=True)
class Proposal:
    """What a candidate is proposed for; `honour` is "" for none."""

    candidate: str
    honour: str
    at_line: bool = False
    """Equal in points with somebody on the other side of a line."""
    tie_rule: str = ""
    """The rule of the chain that decided; "chair" when the presiding person is to be asked."""
    line_of: str = ""
    """The honour whose line it is."""


@dataclass(frozen=True)
class Order:
    """Candidates from best to least, as blocks of equals; `splits[i]` separates i from i + 1."""

    blocks: list[list[Candidate]]
    splits: list[int]
    """Index into the chain (0: points) of the rule that separates neighbouring blocks."""
    chain: tuple[str, ...]

    def rule_between(self, above: int, below: int) -> str:
        """The first rule that tells two blocks apart."""
        return self.chain[min(self.splits[above:below])]


def ranked(candidates: Iterable[Candidate], chain: Sequence[str]) -> Order:
    """All candidates with points, compared by points and then by `chain`.

    A rule of the chain is used for a set of equals only if every one of them has a value.
    """
    names = (POINTS, *chain)
    scored = sorted(
        (c for c in candidates if c.points is not None), key=lambda c: (c.serial, c.key)
    )
    if not scored:
        return Order([], [], names)
    blocks, splits = _refine(scored, 0, names)
    return Order(blocks, splits, names)


def _value(candidate: Candidate, name: str) -> Decimal | None:
    return candidate.points if name == POINTS else candidate.ties.get(name)


def _refine(
    equals: list[Candidate], level: int, names: tuple[str, ...]
) -> tuple[list[list[Candidate]], list[int]]:
    if level == len(names) or len(equals) == 1:
        return [equals], []
    values = {each.key: _value(each, names[level]) for each in equals}
    known = [value for value in values.values() if value is not None]
    if len(known) < len(equals):
        return _refine(equals, level + 1, names)
    blocks: list[list[Candidate]] = []
    splits: list[int] = []
    for value in sorted(set(known), reverse=True):
        inner = [each for each in equals if values[each.key] == value]
        inner_blocks, inner_splits = _refine(inner, level + 1, names)
        if blocks:
            splits.append(level)
        blocks.extend(inner_blocks)
        splits.extend(inner_splits)
    return blocks, splits


def nearest(share: Fraction, count: int) -> int:
    """`share` of `count`: the nearest whole number, a half up, at least one where there is any."""
    return max(1, floor(share * count + Fraction(1, 2))) if count else 0


def group_of(candidate: Candidate, rule: Rule) -> str:
    """The group whose cap the candidate falls under: category, region, or "" for all."""
    if isinstance(rule.at_most, Mapping) or rule.per == "category":
        return candidate.category
    return candidate.region if rule.per == "region" else ""


def capacity(rule: Rule, group: str, entries: int) -> int | None:
    """The most honours of `rule` in `group` of so many entries; None: no limit."""
    limits: list[int | None] = [rule.top]
    limits.append(rule.at_most.get(group) if isinstance(rule.at_most, Mapping) else rule.at_most)
    if rule.share is not None:
        limits.append(nearest(rule.share, entries))
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def select(
    candidates: Iterable[Candidate],
    rules: Sequence[Rule],
    chain: Sequence[str],
    *,
    held: Mapping[str, Collection[str]] | None = None,
) -> list[Proposal]:
    """Propose honours, best candidates first.

    `held` are honours decided before (with "" for "no honour"): they count against the caps, and
    whoever holds a base honour is proposed for no other. Returned are one base proposal for every
    candidate without one, and one more for every overlay. `chain` names the tie-break rules
    without the presiding person, who is asked where it ends.
    """
    everyone = list(candidates)
    order = ranked(everyone, chain)
    given = {each.key: set((held or {}).get(each.key, ())) for each in everyone}
    settled = {key for key, honours in given.items() if honours}
    lines: dict[str, Proposal] = {}
    extra: list[Proposal] = []
    for rule in rules:
        for group in sorted({group_of(each, rule) for each in everyone}):
            members = [each for each in everyone if group_of(each, rule) == group]
            taken, line = _fill(rule, members, group, order, given, settled)
            for key in taken:
                given[key].add(rule.key)
                if rule.overlay:
                    extra.append(line.get(key) or Proposal(key, rule.key))
            if not rule.overlay:
                for key, proposal in line.items():
                    lines.setdefault(key, proposal)
    base = [rule.key for rule in rules if not rule.overlay]
    place = _places(order, everyone)
    proposals = []
    for each in sorted(everyone, key=lambda c: place[c.key]):
        if each.key in settled:
            continue
        honour = next((key for key in base if key in given[each.key]), "")
        mark = lines.get(each.key)
        proposals.append(
            Proposal(each.key, honour, mark.at_line, mark.tie_rule, mark.line_of)
            if mark
            else Proposal(each.key, honour)
        )
    return proposals + sorted(extra, key=lambda p: (place[p.candidate], p.honour))


def _places(order: Order, everyone: Sequence[Candidate]) -> dict[str, tuple[int, int, str]]:
    last = len(order.blocks)
    places = {each.key: (last, each.serial, each.key) for each in everyone}
    for number, block in enumerate(order.blocks):
        places |= {each.key: (number, each.serial, each.key) for each in block}
    return places


def _fill(
    rule: Rule,
    members: Sequence[Candidate],
    group: str,
    order: Order,
    given: Mapping[str, set[str]],
    settled: Collection[str],
) -> tuple[list[str], dict[str, Proposal]]:
    """The keys that get `rule` in a group, and a note for each that stands at its line."""
    limit = capacity(rule, group, len(members))
    inside = {each.key for each in members}

    def may(each: Candidate) -> bool:
        mine = given[each.key]
        if each.key not in inside or rule.key not in each.fits or rule.key in mine:
            return False
        return bool(mine & rule.rests_on) if rule.overlay else not mine and each.key not in settled

    blocks = [
        (number, fitting)
        for number, block in enumerate(order.blocks)
        if (fitting := [each for each in block if may(each)])
    ]
    if limit is None:
        return [each.key for _, block in blocks for each in block], {}
    left = max(0, limit - sum(rule.key in given[key] for key in inside))
    taken: list[str] = []
    for position, (_number, block) in enumerate(blocks):
        if len(block) > left:
            return taken, _line(rule, blocks, position, left, order)
        taken += [each.key for each in block]
        left -= len(block)
    return taken, {}


def _line(
    rule: Rule,
    blocks: Sequence[tuple[int, list[Candidate]]],
    out: int,
    left: int,
    order: Order,
) -> dict[str, Proposal]:
    """Notes for those equal in points across the line; `out` is the first block outside.

    With places left over, that block is too large for them: the presiding person is asked.
    """
    points = blocks[out][1][0].points
    equals = [n for n, (_, block) in enumerate(blocks) if block[0].points == points]
    inner = [n for n in equals if n < out]
    if not inner and not left:
        return {}
    notes: dict[str, Proposal] = {}
    for n in equals:
        if n < out:
            name = order.rule_between(blocks[n][0], blocks[out][0])
        elif n == out and left:
            name = CHAIR
        else:
            above = out if left else inner[-1]
            name = order.rule_between(blocks[above][0], blocks[n][0])
        honour = rule.key if n < out else ""
        for each in blocks[n][1]:
            notes[each.key] = Proposal(each.key, honour, True, name, rule.key)
    return notes
