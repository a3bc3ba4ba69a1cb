"""Editions under way, so that every sign-in has something to do."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from laureat.assessment.actions import (
    answer_assignment,
    assign,
    propose_teams,
    sign_scorebook,
    start_scorebook,
)
from laureat.assessment.models import AssignmentState
from laureat.council.actions import vote_list
from laureat.council.models import Choice, Session
from laureat.demo import assessing, deciding, writing
from laureat.demo.applying import apply, findings
from laureat.demo.cast import sign_in
from laureat.demo.plan import LettersPlan, Plan, load_plan
from laureat.demo.season import Season
from laureat.intake.actions import record_checks, start_entry
from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.registry.models import Organisation
from laureat.rulebook.actions import load, move_dates, open_stage
from laureat.rulebook.models import Edition, Stage

MONTH = timedelta(days=30)
WEEK = timedelta(weeks=1)
LONG_AGO = timedelta(days=180)
"""So long ago contests under way got their rules and dates: journals tell them first."""


def _edition(chain: str) -> Edition:
    award, _slash, key = chain.partition("/")
    return load(settings.AWARDS / award / f"{key}.yaml", by=None, demo=True)


def _open_now(stage: Stage, opens: datetime, closes: datetime) -> Stage:
    """Let the stage run from `opens` to `closes`, whatever the rulebook's calendar says."""
    _date(stage, opens, closes)
    return open_stage(stage, by=sign_in("secretary"))


def _date(stage: Stage, opens: datetime, closes: datetime) -> None:
    secretary = sign_in("secretary")
    move_dates(stage, opens_at=opens, closes_at=closes, grace=stage.grace, by=secretary)


def _let_run(edition: Edition) -> None:
    """The demo's secretary runs the edition: so its calendar can be moved."""
    award, key = edition.award.key, edition.key
    give_role(sign_in("secretary"), Role.SECRETARY, award=award, edition=key, by=None)


def _replan(edition: Edition, before: datetime, key: str, *, ends: bool = False) -> None:
    """Move the whole calendar by whole weeks, so that the stage `key` opens (or, with `ends`,
    closes) `before` that moment: what comes later stays in order.
    """
    pivot = edition.stages.get(key=key)
    moment = pivot.closes_at if ends else pivot.opens_at
    assert moment is not None
    weeks = (before - moment) // WEEK
    secretary = sign_in("secretary")
    for stage in edition.stages.all():
        if stage.opens_at is None and stage.closes_at is None:
            continue
        move_dates(
            stage,
            opens_at=stage.opens_at and stage.opens_at + weeks * WEEK,
            closes_at=stage.closes_at and stage.closes_at + weeks * WEEK,
            grace=stage.grace,
            by=secretary,
        )


def prize_in_progress(plan: Plan | None = None) -> None:
    """The prize of 2025: remote assessment under way. The demo's assessor has an invitation to
    answer and scorebooks to fill in, its lead a consensus to write, its applicant an entry.
    """
    plan = plan or load_plan("rf-quality-prize/2025")
    now = clock.now()
    with clock.at(now - LONG_AGO):
        season = Season(_edition(plan.edition), plan)
        _let_run(season.edition)
        _replan(season.edition, now - timedelta(days=2), "desk")
    season.prepare()
    season.play_stage("intake")
    season.play_stage("admission")
    stage = season.edition.stages.get(key="desk")
    open_stage(stage, by=sign_in("secretary"))
    propose_teams(stage, by=None)
    _let_lead(stage)
    with transaction.atomic():
        _answer(stage)
        _write(season, stage)


def _let_lead(stage: Stage) -> None:
    """The secretary makes the demo's lead lead a team, where nobody else's choice has done so."""
    asked = assessing.assignments(stage, AssignmentState.PROPOSED)
    own = [each for each in asked if each.assessor.user.demo_role == "lead"]
    if not any(each.lead for each in own):
        chosen = next(iter(own), asked[0])
        lead = stage.edition.assessors.get(user=sign_in("lead"))
        assign(stage, chosen.entry, lead, lead=True, by=sign_in("secretary"))


def _answer(stage: Stage) -> None:
    """Everybody answers; the demo's assessor and lead leave one invitation open each, but what
    the lead is to lead is accepted.
    """
    waiting = {"assessor", "lead"}
    for assignment in assessing.assignments(stage, AssignmentState.PROPOSED):
        role = assignment.assessor.user.demo_role
        if role in waiting and not (role == "lead" and assignment.lead):
            waiting.discard(role)
            continue
        answer_assignment(assignment, "accept", by=None)


def _write(season: Season, stage: Stage) -> None:
    """Everybody but the demo's assessor writes; of that one a scorebook is half done. Whom the
    demo's lead leads have all signed: the team's scorebook waits.
    """
    accepted = assessing.assignments(stage, AssignmentState.ACCEPTED)
    led = {
        each.entry_id for each in accepted if each.lead and each.assessor.user.demo_role == "lead"
    }
    begun = False
    for assignment in accepted:
        half = assignment.assessor.user.demo_role == "assessor" and assignment.entry_id not in led
        if half and begun:
            continue
        book = start_scorebook(assignment, by=None)
        assessing.fill(season, book, assignment.entry, assignment.assessor_id,
                       parts=12 if half else None)  # fmt: skip
        begun = begun or half
        if not half:
            sign_scorebook(book, by=None)


def session_to_vote() -> None:
    """The training contest of 2025: its commission is in session; two votes are missing."""
    plan = Plan(edition="sandbox/2025", seed=7, entries=10, assessors=6, members=5)
    now = clock.now()
    with clock.at(now - LONG_AGO):
        season = Season(_edition(plan.edition), plan)
        _let_run(season.edition)
        _replan(season.edition, now - 5 * WEEK, "intake", ends=True)
    season.prepare()
    for key in ("intake", "admission", "assessment"):
        season.play_stage(key)
    stage = season.edition.stages.get(key="commission")
    _open_now(stage, now - timedelta(days=1), now + MONTH)
    with season.at(now):
        this_hour = now.replace(minute=0, second=0, microsecond=0)
        session = deciding.prepare(season, stage, held_at=this_hour)
        deciding.hold(season, session)
        _others_vote(session)


def _others_vote(session: Session) -> None:
    for row in session.attendance.filter(present=True).select_related("seat__user"):
        if row.seat.votes and not row.seat.user.demo_role:
            entries = session.recusals.filter(seat=row.seat).values("entry")
            choices = {
                motion.uid: str(Choice.FOR) for motion in session.motions.exclude(entry__in=entries)
            }
            vote_list(session, choices, by=row.seat.user)


def open_intake() -> None:
    """The training contest of 2026: open for applications, people called together. The demo's
    applicant has begun a draft. Its secretary has entries to check as they come in, and letters to
    correct and send.
    """
    plan = Plan(edition="sandbox/2026", seed=8, entries=6, assessors=4, members=3)
    now = clock.now()
    opens = now - timedelta(days=10)
    with clock.at(now - LONG_AGO):
        season = Season(_edition(plan.edition), plan)
        _let_run(season.edition)
        intake, admission = (season.edition.stages.get(key=key) for key in ("intake", "admission"))
        for stage, months in ((intake, 2), (admission, 3)):
            _date(stage, opens, opens + months * MONTH)
    season.prepare()
    with clock.at(opens):
        open_stage(intake, by=sign_in("secretary"))
        open_stage(admission, by=sign_in("secretary"))
    for place, wish in enumerate(season.wishes, 1):  # the demo's applicant has the first entry
        with season.at(opens + timedelta(days=place)), transaction.atomic():
            apply(season, wish, place + 1, late=False, stage=intake)
    entries = season.entries(admission)
    checked = [found for each in entries[:2] for found in findings(season, admission, each, 0)]
    record_checks(admission, checked, by=sign_in("secretary"))
    writing.prepare_letters(season, LettersPlan(template="invitation", region="42", count=8))
    _begin_draft(season.edition)


def _begin_draft(edition: Edition) -> None:
    applicant = sign_in("applicant")
    owner = _organisation_of_applicant()
    give_role(applicant, Role.APPLICANT, organisation=owner.uid, by=None)
    start_entry(edition, owner, category_key="production", answers={"in_use": True}, by=applicant)


def _organisation_of_applicant() -> Organisation:
    held = sign_in("applicant").grants.filter(role=Role.APPLICANT).exclude(organisation="")
    return Organisation.objects.get(uid=held.order_by("pk")[0].organisation)
