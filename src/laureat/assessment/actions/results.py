"""What a stage found for each entry, by the stage's method and by others beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from laureat.assessment import permissions
from laureat.assessment.actions.marks import model_of
from laureat.assessment.models import (
    Assignment,
    AssignmentState,
    Mark,
    Result,
    Scorebook,
    ScorebookKind,
    ScorebookState,
)
from laureat.intake.models import Entry, Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage, StageState
from laureat.rulebook.schema import Gate
from laureat.science.combining import Fair, Method, Rating, combine, fair_points
from laureat.science.gates import Candidate, Decision, gate


@dataclass(frozen=True)
class Unfinished:
    """What an entry still waits for."""

    entry: Entry
    code: str
    """team (fewer than the rule asks), lead, answer, scorebook, consensus, takeover (the team's
    scorebook is signed by a lead who has left the team), visit."""
    assessor: int | None = None
    """Serial of the assessor, where one person is waited for."""


@dataclass
class Found:
    """The result of one entry before it is stored."""

    entry: Entry
    points: Decimal | None = None
    beside: dict[str, Decimal | None] = field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None
    parts: dict[str, Decimal | None] = field(default_factory=dict)
    scorebooks: int = 0
    component: int | None = None
    checks: bool | None = None


@dataclass(frozen=True)
class Outcome:
    """Everything a stage's scorebooks say now."""

    found: tuple[Found, ...]
    fair: Fair[int, int]
    unfinished: tuple[Unfinished, ...]


@dataclass(frozen=True)
class Preview:
    """What closing would do."""

    outcome: Outcome
    decisions: tuple[Decision, ...]
    entries: Mapping[str, Entry]

    @property
    def undecided(self) -> list[Decision]:
        """Ties at the line and entries without a result."""
        return [each for each in self.decisions if each.passes is None]


def outcome_of(stage: Stage, *, parts: bool = True) -> Outcome:
    """Results from what is signed now, without writing anything.

    Only signed scorebooks of assessors who are in the team count, also that of the team: where its
    lead was found in conflict or released, the next lead takes it over. Four queries at any size (three
    without the points of each part), one more where the stage has visits.
    """
    entries = [
        row.entry
        for row in Passage.objects.filter(stage=stage)
        .filter(state__in=_counted(stage))
        .select_related("entry__organisation", "entry__category", "entry__good")
        .order_by("entry__serial", "entry_id")
    ]
    team: dict[int, dict[int, Assignment]] = {}
    for assignment in Assignment.objects.filter(
        stage=stage, state__in=(AssignmentState.ACCEPTED, AssignmentState.PROPOSED)
    ).select_related("assessor"):
        team.setdefault(assignment.entry_id, {})[assignment.assessor_id] = assignment
    books = list(Scorebook.objects.filter(stage=stage))
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
    fair = fair_points(
        [
            Rating(book.entry_id, book.assessor_id, book.points)
            for book in individual
            if book.points is not None
        ],
        least=Decimal(0),
        most=model_of(stage).points,
    )
    wanted = {rules.result, *rules.beside}
    found = [
        _found(stage, entry, by_entry.get(entry.pk, []), points, fair, wanted) for entry in entries
    ]
    waiting = [each for entry in entries for each in _unfinished(stage, entry, team, books)]
    return Outcome(tuple(found), fair, tuple(waiting + _visits(stage, entries)))


def _counted(stage: Stage) -> Sequence[str]:
    if stage.state == StageState.CLOSED:
        return (PassageState.ACTIVE, PassageState.PASSED, PassageState.STOPPED)
    return (PassageState.ACTIVE,)


def _accepted(assignment: Assignment | None) -> bool:
    return assignment is not None and assignment.state == AssignmentState.ACCEPTED


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
    fair: Fair[int, int],
    wanted: Iterable[str],
) -> Found:
    own = [book for book in books if book.kind == ScorebookKind.INDIVIDUAL]
    agreed = next((book for book in books if book.kind == ScorebookKind.CONSENSUS), None)
    score = fair.scores.get(entry.pk)
    values: dict[str, Decimal | None] = {
        "mean": combine((book.points for book in own), "mean"),
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
        points=values[method],
        beside={name: values[name] for name in sorted(wanted) if name != method},
        low=score.low if score else None,
        high=score.high if score else None,
        parts=parts if values[method] is not None else {},
        scorebooks=len(own) + (agreed is not None),
        component=score.component if score else None,
        checks=all(parts[key] == full[key] for key in keys) if sources else None,
    )


def _unfinished(
    stage: Stage,
    entry: Entry,
    team: Mapping[int, Mapping[int, Assignment]],
    books: Sequence[Scorebook],
) -> Iterable[Unfinished]:
    rules = stage.rules
    members = team.get(entry.pk, {})
    accepted = [each for each in members.values() if _accepted(each)]
    for each in members.values():
        if not _accepted(each):
            yield Unfinished(entry, "answer", each.assessor.serial)
    if len(accepted) < rules.team.size[0]:
        yield Unfinished(entry, "team")
    if rules.scorebook.consensus and not any(each.lead for each in accepted):
        yield Unfinished(entry, "lead")
    signed = {
        (book.kind, book.assessor_id)
        for book in books
        if book.entry_id == entry.pk and book.state == ScorebookState.SIGNED
    }
    if rules.scorebook.individual:
        for each in sorted(accepted, key=lambda row: row.assessor.serial):
            if (ScorebookKind.INDIVIDUAL, each.assessor_id) not in signed:
                yield Unfinished(entry, "scorebook", each.assessor.serial)
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


def decide(stage: Stage, found: Iterable[Found]) -> list[Decision]:
    """What the stage's gate says of the results. Raises Refused where they cannot be compared.

    At a stage opened again they stand beside what it found for those decided about before; these
    keep their places and are not decided about anew.
    """
    rule: Gate = stage.rules.gate
    rows = list(found)
    candidates = [
        Candidate(each.entry.uid, each.points, _group(rule, each.entry), each.checks)
        for each in rows
    ]
    if stage.rules.result == "fair" and rule.rule in ("top", "share", "quota", "threshold"):
        groups: dict[str, set[int]] = {}
        for candidate, each in zip(candidates, rows, strict=True):
            if each.component is not None and each.points is not None:
                name = "" if rule.per == "edition" or rule.rule == "quota" else candidate.group
                groups.setdefault(name, set()).add(each.component)
        if any(len(components) > 1 for components in groups.values()):
            raise Refused(
                _(
                    "Fair points cannot be compared: some entries share no assessor, even through "
                    "others. Let one assessor judge entries of both parts."
                )
            )
    try:
        decisions = gate([*candidates, *_decided_before(stage)], rule)
    except ValueError as error:
        raise Refused(_("The gate cannot be applied: %(why)s.") % {"why": error}) from error
    here = {each.key for each in candidates}
    return [each for each in decisions if each.key in here]


def _decided_before(stage: Stage) -> list[Candidate]:
    """The frozen results of those who went on or stopped when a stage opened again was closed."""
    if stage.state == StageState.CLOSED or stage.closed_at is None:
        return []
    decided = Passage.objects.filter(
        stage=stage, state__in=(PassageState.PASSED, PassageState.STOPPED)
    )
    rows = Result.objects.filter(stage=stage, entry__in=decided.values("entry"))
    return [
        Candidate(row.entry.uid, row.points, _group(stage.rules.gate, row.entry))
        for row in rows.select_related("entry__category")
    ]


def _group(rule: Gate, entry: Entry) -> str:
    if rule.per == "region":
        return entry.region
    if rule.per == "category":
        return entry.category.key if entry.category else ""
    return ""


def preview_gate(stage: Stage) -> Preview:
    """What closing the stage would do now; writes nothing. Raises Refused."""
    outcome = outcome_of(stage, parts=False)
    decisions = decide(stage, outcome.found)
    return Preview(
        outcome, tuple(decisions), {each.entry.uid: each.entry for each in outcome.found}
    )


@transaction.atomic
def compute_results(stage: Stage, *, by: User | None = None) -> list[Result]:
    """Store what is signed now as the stage's (still provisional) results.

    Raises Denied, Refused (the stage is closed: its results are frozen).
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    row = Stage.objects.select_for_update().get(pk=stage.pk)
    if row.state == StageState.CLOSED:
        raise Refused(_("The stage is closed: its results are frozen."))
    outcome = outcome_of(stage)
    return store(stage, outcome.found, {})


def store(stage: Stage, found: Sequence[Found], decisions: Mapping[str, Decision]) -> list[Result]:
    """Write results; provisional ones of entries that left the stage go.

    Where a stage was opened again for an entry taken back, what it found for those who went on or
    stopped before stays.
    """
    ranks = {key: each.rank for key, each in decisions.items()}
    if not decisions:
        ranks = {each.key: each.rank for each in decide_ranks(stage, found)}
    rows = [
        Result(
            stage=stage,
            entry=each.entry,
            method=stage.rules.result,
            points=each.points,
            beside={key: _text(value) for key, value in each.beside.items()},
            low=each.low,
            high=each.high,
            parts={key: _text(value) for key, value in each.parts.items()},
            scorebooks=each.scorebooks,
            rank=ranks.get(each.entry.uid),
            tied_at_line=each.entry.uid in decisions and decisions[each.entry.uid].tied,
            computed_at=now(),
        )
        for each in found
    ]
    decided = Passage.objects.filter(
        stage=stage, state__in=(PassageState.PASSED, PassageState.STOPPED)
    )
    left = Result.objects.filter(stage=stage).exclude(entry__in=decided.values("entry"))
    left.exclude(entry__in=[each.entry.pk for each in found]).delete()
    Result.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["stage", "entry"],
        update_fields=[
            "method", "points", "beside", "low", "high", "parts", "scorebooks", "rank",
            "tied_at_line", "computed_at",
        ],
    )  # fmt: skip
    return list(
        Result.objects.filter(stage=stage).select_related("entry").order_by("rank", "entry__serial")
    )


def decide_ranks(stage: Stage, found: Sequence[Found]) -> list[Decision]:
    """Ranks alone: also where fair points may not be compared by the gate."""
    rule: Gate = stage.rules.gate
    here = [Candidate(each.entry.uid, each.points, _group(rule, each.entry)) for each in found]
    return gate([*here, *_decided_before(stage)], Gate(rule="all", per=rule.per))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
