"""What a stage found for each entry, by the stage's method and by others beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from laureat.assessment.actions.fairness import (
    compared_per,
    digest_of,
    fair_of,
    fallbacks,
    group_name,
)
from laureat.assessment.actions.marks import model_of
from laureat.assessment.models import (
    BY_ENTRY,
    LIVE,
    Assignment,
    AssignmentState,
    Mark,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.intake.models import Entry, Passage, PassageState
from laureat.rulebook.models import Stage, StageState
from laureat.science.combining import Method, combine

if TYPE_CHECKING:  # the engine is loaded when it is asked
    from laureat.science.judging import Fair, Score


@dataclass(frozen=True)
class Unfinished:
    """What an entry still waits for."""

    entry: Entry
    code: str
    """team (fewer were asked than the rule wants), lead, answer, scorebook, consensus, takeover (the
    team's scorebook is signed by a lead who has left the team), visit."""
    assessor: int | None = None
    """Serial of the assessor, where one person is waited for."""


class Asked(NamedTuple):
    """One of an entry's team: asked, or at work."""

    entry_id: int
    assessor_id: int
    serial: int
    lead: bool
    state: str


_ASKED = ("entry_id", "assessor_id", "assessor__serial", "lead", "state")


@dataclass
class Found:
    """The result of one entry before it is stored."""

    entry: Entry
    points: Decimal | None = None
    beside: dict[str, Decimal | None] = field(default_factory=dict)
    raw: Decimal | None = None
    """Mean of the individual scorebooks."""
    fair: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    fallback: str = ""
    """Why there are no fair points to compare with others; see `fairness.fallbacks`."""
    parts: dict[str, Decimal | None] = field(default_factory=dict)
    scorebooks: int = 0
    checks: bool | None = None


@dataclass(frozen=True)
class Outcome:
    """Everything a stage's scorebooks say now."""

    found: tuple[Found, ...]
    fair: Fair
    digest: str
    """Of the individual scorebooks that count."""
    books: tuple[Scorebook, ...]
    """The individual scorebooks that count."""
    agreed: tuple[Scorebook, ...]
    """The scorebooks of teams that count."""
    unfinished: tuple[Unfinished, ...]
    team: Mapping[int, Mapping[int, Asked]]
    """Who was asked and has not left, by entry and assessor."""
    begun: Mapping[int, Sequence[Scorebook]]
    """All scorebooks by entry, signed or not."""


def outcome_of(stage: Stage, *, parts: bool = True) -> Outcome:
    """Results from what is signed now, without writing anything.

    Only signed scorebooks of assessors who are in the team count, also that of the team: where its
    lead was found in conflict or released, the next lead takes it over. Of a closed stage those
    count that counted when it was closed, where that is known. Four queries at any size (three
    without the points of each part), one more where the stage has visits.
    """
    entries = [
        row.entry
        for row in Passage.objects.filter(stage=stage)
        .filter(state__in=_counted(stage))
        .select_related("entry__organisation", "entry__category", "entry__good")
        .order_by("entry__serial", "entry_id")
    ]
    team: dict[int, dict[int, Asked]] = {}
    rows = Assignment.objects.filter(stage=stage, state__in=LIVE)
    for row in rows.order_by("-lead", "assessor__serial").values_list(*_ASKED):
        asked = Asked(*row)
        team.setdefault(asked.entry_id, {})[asked.assessor_id] = asked
    begun_here = Scorebook.objects.filter(stage=stage).order_by(*BY_ENTRY)
    books = list(begun_here.select_related("assessor"))
    if stage.state == StageState.CLOSED and all(book.counted is not None for book in books):
        counted = [book for book in books if book.counted]
    else:
        counted = [
            book
            for book in books
            if book.state == ScorebookState.SIGNED
            and _accepted(team.get(book.entry_id, {}).get(book.assessor_id))
        ]
    by_entry: dict[int, list[Scorebook]] = {}
    for book in counted:
        by_entry.setdefault(book.entry_id, []).append(book)
    needed = parts or stage.rules.gate.rule == "passed"
    points = _points_by_part(counted) if needed else {}
    rules = stage.rules
    individual = [book for book in counted if book.kind == ScorebookKind.INDIVIDUAL]
    agreed = [book for book in counted if book.kind == ScorebookKind.CONSENSUS]
    digest = digest_of(stage, individual)
    fair = fair_of(stage, individual, digest)
    per = compared_per(stage)
    groups: dict[str, list[int]] = {}
    for entry in entries:
        groups.setdefault(group_name(per, entry), []).append(entry.pk)
    lacking = fallbacks(fair, groups)
    wanted = {rules.result, *rules.beside}
    found = [
        _found(
            stage,
            entry,
            by_entry.get(entry.pk, []),
            points,
            fair.scores.get(entry.pk),
            lacking.get(entry.pk, ""),
            wanted,
        )
        for entry in entries
    ]
    begun: dict[int, list[Scorebook]] = {}
    for book in books:
        begun.setdefault(book.entry_id, []).append(book)
    waiting = [
        each
        for entry in entries
        for each in _unfinished(stage, entry, team, begun.get(entry.pk, []))
    ]
    unfinished = tuple(waiting + _visits(stage, entries))
    return Outcome(
        tuple(found), fair, digest, tuple(individual), tuple(agreed), unfinished, team, begun
    )


def _counted(stage: Stage) -> Sequence[str]:
    if stage.state == StageState.CLOSED:
        return (PassageState.ACTIVE, PassageState.PASSED, PassageState.STOPPED)
    return (PassageState.ACTIVE,)


def _accepted(asked: Asked | None) -> bool:
    return asked is not None and asked.state == AssignmentState.ACCEPTED


def _points_by_part(books: Sequence[Scorebook]) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = {}
    rows = Mark.objects.filter(
        scorebook__in=[book.pk for book in books], points__isnull=False
    ).values_list("scorebook_id", "part", "points")
    for book, part, points in rows:
        if points is not None:
            found.setdefault(book, {})[part] = points
    return found


def _found(
    stage: Stage,
    entry: Entry,
    books: Sequence[Scorebook],
    points: Mapping[int, Mapping[str, Decimal]],
    score: Score | None,
    fallback: str,
    wanted: Iterable[str],
) -> Found:
    own = [book for book in books if book.kind == ScorebookKind.INDIVIDUAL]
    agreed = next((book for book in books if book.kind == ScorebookKind.CONSENSUS), None)
    raw = combine((book.points for book in own), "mean")
    values: dict[str, Decimal | None] = {
        "mean": raw,
        "median": combine((book.points for book in own), "median"),
        "trimmed": combine((book.points for book in own), "trimmed"),
        "consensus": agreed.points if agreed else None,
        "fair": score.points if score else None,
    }
    method = stage.rules.result
    sources = [agreed] if method == "consensus" and agreed else own
    how: Method = method if method in ("median", "trimmed") else "mean"
    keys = [part.key for part in model_of(stage).parts()]
    parts = {
        key: combine((points.get(book.pk, {}).get(key) for book in sources), how) for key in keys
    }
    full = model_of(stage).weights()
    return Found(
        entry,
        # Where fair points cannot be compared the raw mean counts, and the page says why.
        points=raw if method == "fair" and fallback else values[method],
        beside={name: values[name] for name in sorted(wanted) if name != method},
        raw=raw,
        fair=score.points if score else None,
        low=score.low if score else None,
        high=score.high if score else None,
        parts=parts if sources else {},
        scorebooks=len(own) + (agreed is not None),
        fallback=fallback,
        checks=all(parts[key] == full[key] for key in keys) if sources else None,
    )


def _unfinished(
    stage: Stage,
    entry: Entry,
    team: Mapping[int, Mapping[int, Asked]],
    books: Sequence[Scorebook],
) -> Iterable[Unfinished]:
    rules = stage.rules
    members = team.get(entry.pk, {})
    accepted = [each for each in members.values() if _accepted(each)]
    for each in members.values():
        if not _accepted(each):
            yield Unfinished(entry, "answer", each.serial)
    if len(members) < rules.team.size[0]:  # those who have not answered are named one by one
        yield Unfinished(entry, "team")
    if rules.scorebook.consensus and not any(each.lead for each in accepted):
        yield Unfinished(entry, "lead")
    signed = {
        (book.kind, book.assessor_id) for book in books if book.state == ScorebookState.SIGNED
    }
    if rules.scorebook.individual:
        for each in sorted(accepted, key=lambda row: row.serial):
            if (ScorebookKind.INDIVIDUAL, each.assessor_id) not in signed:
                yield Unfinished(entry, "scorebook", each.serial)
    if rules.scorebook.consensus:
        leads = [who for kind, who in signed if kind == ScorebookKind.CONSENSUS]
        if not leads:
            yield Unfinished(entry, "consensus")
        elif not any(_accepted(members.get(who)) for who in leads):
            yield Unfinished(entry, "takeover")


def _visits(stage: Stage, entries: Sequence[Entry]) -> list[Unfinished]:
    if stage.rules.on_site is None:
        return []
    held = set(stage.visits.filter(state="held").values_list("entry_id", flat=True))
    return [Unfinished(entry, "visit") for entry in entries if entry.pk not in held]
