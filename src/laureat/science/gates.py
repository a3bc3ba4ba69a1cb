"""Who walks on at the end of a stage. Ties at the line are shown, never broken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from laureat.rulebook.schema.base import Text
from laureat.rulebook.schema.stages import Gate
from laureat.science.apportionment import Apportionment, apportion


@dataclass(frozen=True)
class Candidate:
    """What a gate knows of an entry."""

    key: str
    points: Decimal | None = None
    group: str = ""
    """The category or region, where the gate is per category or region."""
    passed: bool | None = None
    """Whether all checks were passed (gates of rule `passed`)."""
    honours: frozenset[str] = frozenset()
    """What it was given (gates of rule `honoured`)."""


@dataclass(frozen=True)
class Decision:
    """What the gate says of an entry. `passes` is None where people must decide."""

    key: str
    group: str
    passes: bool | None
    reason: Text
    """For those who run the stage, with the points; the applicant reads `public_reason`."""
    points: Decimal | None
    rank: int | None
    """Within the group; equal points share a rank."""
    line: Decimal | None
    """The points that were enough in the group."""
    tied: bool = False
    """At the line with others, and there are fewer places than they are."""
    places: int | None = None
    """At a tie: how many of the tied can walk on; with `shared`, by the places of the group alone."""
    shared: int = 0
    """Last places to which several groups have an equal claim: this group may take one of them."""


@dataclass(frozen=True)
class Excess:
    """More of the tied were chosen than there are places for."""

    places: int
    chosen: int


def excess(decisions: Iterable[Decision], chosen: Collection[str]) -> Excess | None:
    """Whether the `chosen` among the tied are too many, over all groups at once.

    A group may go one beyond its own places where it has a claim to a shared place; all groups
    together take no more of the shared places than are open.
    """
    groups: dict[str, list[Decision]] = {}
    for each in decisions:
        if each.tied:
            groups.setdefault(each.group, []).append(each)
    beyond = taken = 0
    for tied in groups.values():
        own, shared = tied[0].places or 0, tied[0].shared
        count = sum(each.key in chosen for each in tied)
        if count > own + min(shared, 1):
            return Excess(own + min(shared, 1), count)
        beyond, taken = max(beyond, shared), taken + max(0, count - own)
    return Excess(beyond, taken) if taken > beyond else None


def gate(
    candidates: Iterable[Candidate], rule: Gate, *, places: Mapping[str, int] | None = None
) -> list[Decision]:
    """The decision for each candidate, by group and rank.

    threshold: points at or above the line walk on · top: so many of each group · share: that
    share of each group's entries with a result, rounded down, at least one · quota: `total`
    places spread over the groups in proportion to their entries with a result (`places` overrides
    the spread) · passed, honoured, all: as the words say.
    An entry without a result is never stopped by a rule: its decision is open.
    """
    groups: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda each: each.key):
        name = "" if rule.per == "edition" else candidate.group
        groups.setdefault(name, []).append(candidate)
    spread = Apportionment(dict(places or {}))
    if rule.rule == "quota" and places is None:
        spread = _spread(groups, rule)
    decisions: list[Decision] = []
    for name in sorted(groups):
        found = _group(name, groups[name], rule, spread.seats.get(name, 0))
        if name in spread.tied and spread.open:
            found = _claims(found, spread)
        decisions += found
    return decisions


def _claims(decisions: Sequence[Decision], spread: Apportionment) -> list[Decision]:
    """Groups with equal claims to the last places: their next entries are for people to decide."""
    if any(each.tied for each in decisions):  # they have a claim to one place more than their own
        return [replace(each, shared=spread.open) if each.tied else each for each in decisions]
    stopped = [each for each in decisions if each.passes is False and each.points is not None]
    if not stopped:
        return list(decisions)
    line = max(each.points for each in stopped if each.points is not None)
    reason = Text(
        ru=f"Равное право групп на последние места: {len(spread.tied)} на {spread.open}",
        en=f"Groups with equal claims to the last places: {len(spread.tied)} for {spread.open}",
    )
    return [
        replace(each, passes=None, reason=reason, tied=True, places=0, shared=spread.open)
        if each in stopped and each.points == line
        else each
        for each in decisions
    ]


def _spread(groups: Mapping[str, Sequence[Candidate]], rule: Gate) -> Apportionment:
    votes = {
        name: sum(each.points is not None for each in members) for name, members in groups.items()
    }
    wanted = {name: count for name, count in votes.items() if count}
    if not wanted:
        return Apportionment({})
    seats = min(rule.total or 0, sum(wanted.values()))
    least = {name: min(rule.least, count) for name, count in wanted.items()}
    return apportion(wanted, seats, rule.method, least=least, most=wanted)


def _group(name: str, members: Sequence[Candidate], rule: Gate, quota: int) -> list[Decision]:
    ranked = sorted(
        members, key=lambda each: (each.points is None, -(each.points or Decimal(0)), each.key)
    )
    points = [each.points for each in ranked if each.points is not None]
    first: dict[Decimal, int] = {}
    for number, value in enumerate(points, 1):
        first.setdefault(value, number)
    ranks = [None if each.points is None else first[each.points] for each in ranked]
    if rule.rule in ("passed", "honoured", "all"):
        verdicts = [_plain(each, rule) for each in ranked]
        return [
            Decision(each.key, name, verdict, reason, each.points, rank, None)
            for each, rank, (verdict, reason) in zip(ranked, ranks, verdicts, strict=True)
        ]
    if rule.rule == "threshold":
        line = rule.at_least
        count = None
    else:
        count = _count(rule, len(points), quota)
        line = points[count - 1] if 0 < count <= len(points) else None
        if count > len(points):
            line = points[-1] if points else None
    above = sum(line is not None and value > line for value in points)
    at_line = sum(value == line for value in points)
    tied = count is not None and above + at_line > count > 0
    left = (count or 0) - above if tied else None
    decisions = []
    for each, rank in zip(ranked, ranks, strict=True):
        passes, reason = _verdict(each, rule, line, count)
        if tied and each.points == line:
            assert left is not None
            decisions.append(
                Decision(
                    each.key,
                    name,
                    None,
                    _tie(each, at_line, left),
                    each.points,
                    rank,
                    line,
                    tied=True,
                    places=left,
                )
            )
        else:
            decisions.append(Decision(each.key, name, passes, reason, each.points, rank, line))
    return decisions


def _count(rule: Gate, scored: int, quota: int) -> int:
    if rule.rule == "top":
        return rule.top or 0
    if rule.rule == "share":
        assert rule.share is not None
        return max(1, int(rule.share * scored)) if scored else 0
    return quota


def _plain(each: Candidate, rule: Gate) -> tuple[bool | None, Text]:
    if rule.rule == "passed":
        if each.passed is None:
            return None, Text(ru="Проверки не завершены", en="The checks are not complete")
        if each.passed:
            return True, Text(ru="Все проверки пройдены", en="All checks were passed")
        return False, Text(ru="Пройдены не все проверки", en="Not all checks were passed")
    if rule.rule == "honoured":
        if each.honours & set(rule.honours):
            return True, Text(ru="Звание присвоено", en="An honour was given")
        return False, Text(ru="Звание не присвоено", en="No honour was given")
    if each.points is None:
        return None, NO_RESULT
    return True, Text(ru="Оценка состоялась", en="The assessment took place")


NO_RESULT = Text(
    ru="Нет результата: решение принимается отдельно", en="No result: to be decided separately"
)


def _verdict(
    each: Candidate, rule: Gate, line: Decimal | None, count: int | None
) -> tuple[bool | None, Text]:
    if each.points is None:
        return None, NO_RESULT
    ru, en = comma(each.points), point(each.points)
    if line is None:
        return False, Text(ru="В этой группе нет мест", en="There are no places in this group")
    edge_ru, edge_en = comma(line), point(line)
    if rule.rule == "threshold":
        if each.points >= line:
            return True, Text(
                ru=f"баллов: {ru}, порог {edge_ru}", en=f"{en} points, threshold {edge_en}"
            )
        return False, Text(
            ru=f"баллов: {ru}, ниже порога {edge_ru}", en=f"{en} points, below {edge_en}"
        )
    places_ru, places_en = f"мест {count}", f"places: {count}"
    if each.points >= line:
        return True, Text(
            ru=f"баллов: {ru}, {places_ru}, линия {edge_ru}",
            en=f"{en} points, {places_en}, line {edge_en}",
        )
    return False, Text(
        ru=f"баллов: {ru}, ниже линии {edge_ru} ({places_ru})",
        en=f"{en} points, below the line {edge_en} ({places_en})",
    )


def _tie(each: Candidate, at_line: int, left: int) -> Text:
    assert each.points is not None
    return Text(
        ru=f"баллов: {comma(each.points)}, равенство на линии: заявок {at_line}, мест {left}",
        en=f"{point(each.points)} points: tie at the line: entries {at_line}, places {left}",
    )


def public_reason(rule: Gate, passes: bool) -> Text:
    """What the applicant may read at once: the rule, no points of anybody."""
    if passes:
        return Text(
            ru="По итогам этапа заявка проходит дальше", en="The entry goes on from this stage"
        )
    if rule.rule == "threshold" and rule.at_least is not None:
        return Text(
            ru=f"Оценка ниже порога этапа: нужно не менее {comma(rule.at_least)} баллов",
            en=f"The assessment is below the threshold of the stage ({point(rule.at_least)} points)",
        )
    if rule.rule in ("top", "share", "quota"):
        return Text(
            ru="Заявка не вошла в число лучших, проходящих дальше",
            en="The entry is not among the best, who go on",
        )
    return Text(ru="По итогам этапа заявка не проходит дальше", en="The entry does not go on")


def point(value: Decimal) -> str:
    """A figure without idle zeros: 284.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def comma(value: Decimal) -> str:
    """The same in Russian: 284,5."""
    return point(value).replace(".", ",")
