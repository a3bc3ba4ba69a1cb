"""How the entries of a decision stage stand: points, tie-break values, fulfilled conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from laureat.assessment.actions.fairness import line_honour
from laureat.assessment.models import Result
from laureat.council.models import Motion, MotionState, Session, SessionState
from laureat.intake.models import Entry, Passage, PassageState
from laureat.intake.queries.facts import facts_of_many
from laureat.rulebook import schema
from laureat.rulebook.models import Stage
from laureat.rulebook.schema.predicates import PredicateError
from laureat.science.selection import Candidate, Proposal, Rule, capacity, group_of, select

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def decimal(value: object) -> Decimal | None:
    """A stored text as a number; None where there is none."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def honours_of(stage: Stage, *, voted: bool | None = None) -> list[schema.Honour]:
    """The honours that `stage` gives, in the order of the rulebook."""
    return [
        honour
        for honour in stage.edition.rules.honours
        if honour.stage == stage.key and (voted is None or (honour.granted == "vote") == voted)
    ]


def rule_of(honour: schema.Honour) -> Rule:
    """What the selection needs to know of an honour."""
    return Rule(
        key=honour.key,
        at_most=honour.at_most,
        share=honour.share,
        top=honour.top,
        per=honour.per,
        overlay=honour.overlay,
        rests_on=frozenset(honour.with_honours),
    )


def walkers(stage: Stage, *states: str) -> list[Entry]:
    """The entries in `stage` (in the given states of their passage), ready for conditions."""
    gone = [PassageState.WITHDRAWN, PassageState.WAITING]
    passages = Passage.objects.filter(stage=stage).exclude(state__in=gone)
    if states:
        passages = passages.filter(state__in=states)
    return list(
        Entry.objects.filter(pk__in=passages.values("entry"))
        .select_related(
            "edition__award",
            "edition__version",
            "organisation__region",
            "organisation__sector",
            "good",
            "category",
        )
        .order_by("serial", "pk")
    )


def results_of(stage: Stage, entries: Iterable[Entry]) -> dict[int, Result]:
    """What the stage named in `points_from` found, by entry."""
    return {
        result.entry_id: result
        for result in Result.objects.filter(
            entry__in=[entry.pk for entry in entries],
            stage__edition=stage.edition_id,
            stage__key=stage.rules.points_from,
        )
    }


def tie_value(
    name: str, entry: Entry, result: Result | None, model: schema.Model | None
) -> Decimal | None:
    """What a rule of the tie-break chain compares; more is better, None is unknown."""
    if name == "earlier_entry":
        if entry.submitted_at is None:
            return None
        return Decimal(-((entry.submitted_at - _EPOCH) // timedelta(microseconds=1)))
    if result is None:
        return None
    if name == "fair":  # those that cannot be compared with the others' tell nobody apart
        return None if result.fallback else result.fair
    kind, _colon, key = name.partition(":")
    if model is None or not key:
        return None
    parts = [
        part.key
        for criterion in model.criteria
        for part in criterion.parts
        if key in ((criterion.key, part.key) if kind == "criterion" else (criterion.group,))
    ]
    values = [decimal(result.parts.get(part)) for part in parts]
    if not values or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))


def line_of(stage: Stage) -> schema.Honour | None:
    """The honour that zones of the stage's entries are about; None where they have none.

    Where the assessment has a line of its own, its zones say nothing about the panel's.
    """
    rules = stage.edition.rules
    source = rules.stage(stage.rules.points_from)
    return line_honour(rules, source) if source.kind == "assessment" else None


def model_of(stage: Stage) -> schema.Model | None:
    """The criteria that the points of a decision stage come from."""
    rules = stage.edition.rules
    source = rules.stage(stage.rules.points_from)
    if source.kind != "assessment":
        return None
    return rules.models.get(source.scorebook.model)


@dataclass(frozen=True)
class Field:
    """The entries of a decision stage with all that is needed to compare them."""

    stage: Stage
    entries: dict[str, Entry]
    results: dict[int, Result]
    candidates: list[Candidate]
    held: dict[str, set[str]]
    """Honours decided at earlier sessions of the stage; "" for none."""

    def points(self, entry: Entry) -> Decimal | None:
        """The points that rank the entry."""
        result = self.results.get(entry.pk)
        return result.points if result else None


def field(
    stage: Stage,
    *,
    besides: Session | None = None,
    chair_ranks: Mapping[int, int] | None = None,
) -> Field:
    """Everything that `stage` compares; what sessions other than `besides` decided is held."""
    entries = walkers(stage)
    results = results_of(stage, entries)
    points = {entry.pk: r.points if (r := results.get(entry.pk)) else None for entry in entries}
    honours = honours_of(stage)
    fits = fitting(entries, points, [each for each in honours if not each.overlay])
    model = model_of(stage)
    if chair_ranks is None:
        ranked = Motion.objects.filter(session__stage=stage, chair_rank__isnull=False)
        chair_ranks = {
            entry: rank
            for entry, rank in ranked.values_list("entry", "chair_rank")
            if rank is not None
        }
    candidates = [
        Candidate(
            key=entry.uid,
            points=points[entry.pk],
            category=entry.category.key if entry.category else "",
            region=entry.region,
            ties={
                name: (
                    _chair_value(chair_ranks.get(entry.pk))
                    if name == "chair"
                    else tie_value(name, entry, results.get(entry.pk), model)
                )
                for name in stage.rules.ties
            },
            fits=frozenset(fits[entry.pk]),
            serial=serial,
        )
        for serial, entry in enumerate(entries, start=1)
    ]
    return Field(stage, {e.uid: e for e in entries}, results, candidates, _held(stage, besides))


def _chair_value(rank: int | None) -> Decimal | None:
    return None if rank is None else Decimal(-rank)


def fitting(
    entries: Sequence[Entry],
    points: Mapping[int, Decimal | None],
    honours: Sequence[schema.Honour],
    given: Mapping[int, Iterable[str]] | None = None,
) -> dict[int, set[str]]:
    """Keys of the honours whose condition holds, by entry.

    A condition that has no answer (points that were never given) does not hold.
    """
    found: dict[int, set[str]] = {
        entry.pk: {each.key for each in honours if each.when is None} for entry in entries
    }
    asked = [each for each in honours if each.when is not None]
    if not asked:
        return found
    facts = facts_of_many(entries, points=points, honours=given)
    for entry in entries:
        for honour in asked:
            if honour.when is not None and _holds(honour.when, facts[entry.pk]):
                found[entry.pk].add(honour.key)
    return found


def _holds(condition: schema.Predicate, facts: Mapping[str, Any]) -> bool:
    try:
        return condition.holds(facts)
    except PredicateError:
        return False


def _held(stage: Stage, besides: Session | None) -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    decided = Motion.objects.filter(
        session__stage=stage,
        session__state__in=[SessionState.OPEN, SessionState.CLOSED, SessionState.PUBLISHED],
        state=MotionState.CARRIED,
        freed_at__isnull=True,
    )
    if besides is not None:
        decided = decided.exclude(session=besides)
    for uid, honour in decided.values_list("entry__uid", "honour"):
        held[uid].add(honour)
    return dict(held)


@dataclass(frozen=True)
class Cap:
    """How many of an honour a group may get and has got."""

    honour: schema.Honour
    group: str
    """Category key, region, or "" for all."""
    most: int
    used: int
    proposed: int

    @property
    def left(self) -> int:
        """Places left; below zero when there are too many."""
        return self.most - self.used


def caps(
    found: Field, carried: Iterable[tuple[str, str]], open_: Iterable[tuple[str, str]] = ()
) -> list[Cap]:
    """The caps of a stage: `carried` and `open_` are (entry uid, honour) of this session."""
    used: dict[tuple[str, str], int] = defaultdict(int)
    proposed: dict[tuple[str, str], int] = defaultdict(int)
    rules = {honour.key: rule_of(honour) for honour in honours_of(found.stage)}
    of = {each.key: each for each in found.candidates}
    earlier = [(uid, key) for uid, keys in found.held.items() for key in keys]
    for counter, pairs in ((used, [*earlier, *carried]), (proposed, open_)):
        for uid, key in pairs:
            if key in rules and uid in of:
                counter[key, group_of(of[uid], rules[key])] += 1
    rows = []
    for honour in honours_of(found.stage):
        rule = rules[honour.key]
        sizes: dict[str, int] = defaultdict(int)
        for candidate in found.candidates:
            sizes[group_of(candidate, rule)] += 1
        for group in _in_order(found.stage, sizes):
            most = capacity(rule, group, sizes[group])
            if most is not None:
                spot = (honour.key, group)
                rows.append(Cap(honour, group, most, used[spot], proposed[spot]))
    return rows


def _in_order(stage: Stage, groups: Iterable[str]) -> list[str]:
    order = {category.key: n for n, category in enumerate(stage.edition.rules.categories)}
    return sorted(groups, key=lambda group: (order.get(group, len(order)), group))


def propose(found: Field) -> list[Proposal]:
    """Base honours by rank under the caps, then the overlays that are voted on."""
    base = [rule_of(each) for each in honours_of(found.stage, voted=True) if not each.overlay]
    chain = found.stage.rules.ties
    proposals = select(found.candidates, base, chain, held=found.held)
    overlays = [each for each in honours_of(found.stage, voted=True) if each.overlay]
    if not overlays:
        return proposals
    given = {p.candidate: {p.honour} - {""} for p in proposals}
    for uid, honours in found.held.items():
        given.setdefault(uid, set()).update(honours)
    return proposals + propose_overlays(found, overlays, given)


def propose_overlays(
    found: Field, overlays: Sequence[schema.Honour], given: Mapping[str, Collection[str]]
) -> list[Proposal]:
    """Who gets honours that come on top of those `given`."""
    entries = list(found.entries.values())
    fits = fitting(
        entries,
        {entry.pk: found.points(entry) for entry in entries},
        overlays,
        {entry.pk: sorted(given.get(entry.uid, ())) for entry in entries},
    )
    candidates = [
        replace(each, fits=frozenset(fits[found.entries[each.key].pk])) for each in found.candidates
    ]
    rules = [rule_of(each) for each in overlays]
    chain = found.stage.rules.ties
    keys = {rule.key for rule in rules}
    return [
        proposal
        for proposal in select(candidates, rules, chain, held=given)
        if proposal.honour in keys
    ]
