"""Assessors are asked, some decline; scorebooks, consensus, visits, tastings, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from laureat.assessment.actions import (
    MarkInput,
    answer_assignment,
    close_assessment,
    code_samples,
    confirm_visit,
    hold_visit,
    plan_visit,
    propose_teams,
    save_marks,
    sign_scorebook,
    start_consensus,
    start_scorebook,
)
from laureat.assessment.actions.closing import OpenDecisions
from laureat.assessment.actions.marks import too_many
from laureat.assessment.actions.writing import as_input
from laureat.assessment.models import Assignment, AssignmentState, Conflict, Scorebook
from laureat.demo.judging import mark
from laureat.intake.actions import withdraw_entry
from laureat.intake.models import Entry
from laureat.rulebook.models import Stage
from laureat.science.gates import Decision, excess

if TYPE_CHECKING:
    from laureat.demo.season import Season

BATCH = 20
DECLINES = "Отпуск в эти дни (демо)."
CONFLICT = "Раньше работал в этой организации (демо)."
WITHDRAWS = "Реорганизация предприятия (демо)."


def play(season: Season, stage: Stage) -> None:
    """One assessment stage from asking the teams to the gate."""
    rules = stage.rules
    with season.at(season.instant(stage, 0.05)):
        if rules.blind.applicant_to_assessors:
            code_samples(stage, by=None)
        propose_teams(stage, by=None)
        _answers(season, stage)
    if rules.on_site:
        _visits(season, stage)
    if rules.scorebook.individual:
        _individual(season, stage)
    if rules.scorebook.consensus:
        _consensus(season, stage)
    with (
        season.at(season.instant(stage, 1)),
        season.progress.step(format_lazy(_("results: {stage}"), stage=stage)),
    ):
        try:
            close_assessment(stage, with_missing=True, by=None)
        except OpenDecisions as left:
            ruled = _at_the_line(season, left.decisions)
            close_assessment(stage, with_missing=True, tie_decisions=ruled, by=None)


def _at_the_line(season: Season, decisions: list[Decision]) -> dict[str, bool]:
    """Who of the equals walks on, as far as there are places: the stronger ones. Without a result
    nobody does.
    """
    keys = dict(
        Entry.objects.filter(uid__in=[each.key for each in decisions]).values_list("uid", "pk")
    )
    chosen: set[str] = set()
    for each in sorted(decisions, key=lambda one: -season.strengths.get(keys[one.key], 0.0)):
        if each.tied and excess(decisions, chosen | {each.key}) is None:
            chosen.add(each.key)
    return {each.key: each.key in chosen for each in decisions}


def _answers(season: Season, stage: Stage) -> None:
    """Everybody accepts, but one declines and one has a conflict of interest."""
    asked = list(assignments(stage, AssignmentState.PROPOSED))
    odd = {0: ("decline", DECLINES), 1: ("conflict", CONFLICT)} if len(asked) > 12 else {}
    with transaction.atomic():
        _answer_all(stage, asked, odd)
        _answer_all(stage, assignments(stage, AssignmentState.PROPOSED), {})


def _answer_all(stage: Stage, asked: list[Assignment], odd: Mapping[int, tuple[str, str]]) -> None:
    """Answer the invitations that still stand; a conflict declared meanwhile is repeated."""
    standing, barred = _standing(stage)
    for place, assignment in enumerate(asked):
        if assignment.pk not in standing:
            continue
        answer, reason = odd.get(place, ("accept", ""))
        if (assignment.assessor_id, assignment.entry.organisation_id) in barred:
            answer, reason = "conflict", CONFLICT
        answer_assignment(assignment, answer, reason, by=None)
        if answer != "accept":  # others are asked instead, and a conflict ends more than one
            standing, barred = _standing(stage)


def _standing(stage: Stage) -> tuple[set[int], set[tuple[int, int]]]:
    """The invitations that nobody has answered, and who has a conflict with which organisation."""
    waiting = Assignment.objects.filter(stage=stage, state=AssignmentState.PROPOSED)
    barred = Conflict.objects.filter(assessor__edition=stage.edition, lifted_at=None)
    return (
        set(waiting.values_list("pk", flat=True)),
        set(barred.values_list("assessor_id", "organisation_id")),
    )


def assignments(stage: Stage, state: str) -> list[Assignment]:
    """The assignments of a stage in `state`, the lead first."""
    return list(
        Assignment.objects.filter(stage=stage, state=state)
        .select_related("stage__edition__award", "stage__edition__version", "entry__organisation",
                        "assessor__user")
        .order_by("entry__serial", "entry__pk", "-lead", "assessor__serial")
    )  # fmt: skip


def _visits(season: Season, stage: Stage) -> None:
    """A visit for every entry, spread over the stage."""
    entries = season.entries(stage)
    opens, closes = season.instant(stage, 0.05), season.instant(stage, 0.8)
    low, _high = stage.rules.on_site.days
    planned = []
    with transaction.atomic(), season.at(opens):
        for place, entry in enumerate(entries):
            starts = (opens + (closes - opens) * place / max(len(entries), 1)).date()
            visit = plan_visit(
                stage,
                entry,
                starts_on=starts,
                ends_on=starts + timedelta(days=low - 1),
                address=entry.organisation.address,
                agenda="Встреча с руководством; цех; беседы с сотрудниками; итоги (демо).",
                by=None,
            )
            confirm_visit(visit, by=None)
            planned.append(visit)
        for visit in planned:
            day = datetime.combine(visit.ends_on, time(17), tzinfo=season.edition.time_zone)
            with season.at(day):
                hold_visit(visit, by=None)


def _individual(season: Season, stage: Stage) -> None:
    """Everybody fills in their scorebooks; the last one of all is never signed."""
    accepted = assignments(stage, AssignmentState.ACCEPTED)
    title = format_lazy(_("scorebooks: {stage}"), stage=stage)
    with season.progress.step(title, len(accepted)) as tick:
        for start in range(0, len(accepted), BATCH):
            share = 0.1 + 0.5 * start / len(accepted)
            with transaction.atomic(), season.at(season.instant(stage, share)):
                for place, assignment in enumerate(accepted[start : start + BATCH], start):
                    book = start_scorebook(assignment, by=None)
                    fill(season, book, assignment.entry, assignment.assessor_id)
                    if place != len(accepted) - 1 or len(accepted) < BATCH:
                        sign_scorebook(book, by=None)
                    tick()


def fill(
    season: Season,
    book: Scorebook,
    entry: Entry,
    assessor: int | None,
    *,
    parts: int | None = None,
) -> None:
    """Mark the first `parts` (by default all) near the entry's strength, shifted by severity."""
    assert season.cast is not None
    random = season.random(f"marks {book.stage} {entry.number} {assessor and _serial(book)}")
    severity = season.cast.severity.get(assessor, 0.0) if assessor else 0.0
    marks = {}
    model = season.edition.rules.models[book.stage.rules.scorebook.model]
    criteria = {part.key: each.key for each in model.criteria for part in each.parts}
    category = entry.category.key if entry.category else ""
    for part in list(model.parts())[:parts]:
        share = season.strengths[entry.pk] + _part_effect(season, entry, part.key)
        share += severity + random.gauss(0, season.plan.noise)
        if season.strengths[entry.pk] >= 1.0:
            share = 1.0
        found = mark(random, season.edition.rules, part, share, criteria[part.key], category)
        marks[part.key] = MarkInput(
            value=found.value, attributes=found.attributes, **asdict(found.remarks)
        )
    save_marks(book, marks, version=book.version, by=None)


def _serial(book: Scorebook) -> int:
    return book.assessor.serial


def _part_effect(season: Season, entry: Entry, part: str) -> float:
    """How much better or worse an entry is at one part than overall."""
    return Random(f"{season.plan.seed} {entry.number} {part}").gauss(0, 0.05)


def _agreed(stage: Stage, book: Scorebook) -> dict[str, MarkInput]:
    """The means that the team's scorebook began with, and as many comments as the rules allow."""
    marks = {mark.part: mark for mark in book.marks.all()}
    found = {part: as_input(each) for part, each in marks.items()}
    for each in too_many(stage, marks):
        lines = getattr(found[each.part], each.what).splitlines()
        kept: dict[str, Any] = {each.what: "\n".join(lines[: each.most])}
        found[each.part] = replace(found[each.part], **kept)
    return found


def _consensus(season: Season, stage: Stage) -> None:
    """The lead writes the team's scorebook from the means; one applicant withdraws meanwhile."""
    entries = season.entries(stage)
    individual = stage.rules.scorebook.individual
    if individual and len(entries) > 50:
        with season.at(season.instant(stage, 0.6)):
            withdraw_entry(entries.pop(len(entries) // 2), WITHDRAWS, by=None)
    title = format_lazy(_("consensus: {stage}"), stage=stage)
    with season.progress.step(title, len(entries)) as tick:
        for start in range(0, len(entries), BATCH):
            share = 0.62 + 0.35 * start / len(entries)
            with transaction.atomic(), season.at(season.instant(stage, share)):
                for entry in entries[start : start + BATCH]:
                    book = start_consensus(entry, stage, override=True, by=None)
                    if individual:  # the team has talked about every part
                        save_marks(book, _agreed(stage, book), version=book.version, by=None)
                    else:
                        fill(season, book, entry, None)
                    sign_scorebook(book, by=None)
                    tick()
