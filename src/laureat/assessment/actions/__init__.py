"""Everything that writes in this room."""

from laureat.assessment.actions.answers import answer_assignment, answer_tasting, leave_tasting
from laureat.assessment.actions.assessors import (
    change_assessor,
    enrol_assessor,
    invite_assessor,
)
from laureat.assessment.actions.closing import (
    OpenDecisions,
    UnfinishedStage,
    close_assessment,
    remind,
)
from laureat.assessment.actions.conflicts import (
    declare_conflict,
    detect_conflicts,
    lift_conflict,
)
from laureat.assessment.actions.consensus import start_consensus
from laureat.assessment.actions.gating import Preview, preview_gate
from laureat.assessment.actions.judging import keep_judging
from laureat.assessment.actions.marks import (
    Crowded,
    Incomplete,
    MarkInput,
    Missing,
    Stale,
    Undiscussed,
    WrongMarks,
)
from laureat.assessment.actions.planning import plan_teams
from laureat.assessment.actions.proposing import TeamReport, propose_teams
from laureat.assessment.actions.results import Unfinished
from laureat.assessment.actions.samples import code_samples, read_key
from laureat.assessment.actions.scorebooks import (
    reopen_scorebook,
    save_marks,
    sign_scorebook,
    start_scorebook,
)
from laureat.assessment.actions.storing import compute_results
from laureat.assessment.actions.teams import assign, release
from laureat.assessment.actions.totals import check_totals
from laureat.assessment.actions.visits import (
    cancel_visit,
    confirm_visit,
    hold_visit,
    plan_visit,
)
from laureat.assessment.actions.wishes import wish

__all__ = [
    "Crowded",
    "Incomplete",
    "MarkInput",
    "Missing",
    "OpenDecisions",
    "Preview",
    "Stale",
    "TeamReport",
    "Undiscussed",
    "Unfinished",
    "UnfinishedStage",
    "WrongMarks",
    "answer_assignment",
    "answer_tasting",
    "assign",
    "cancel_visit",
    "change_assessor",
    "check_totals",
    "close_assessment",
    "code_samples",
    "compute_results",
    "confirm_visit",
    "declare_conflict",
    "detect_conflicts",
    "enrol_assessor",
    "hold_visit",
    "invite_assessor",
    "keep_judging",
    "leave_tasting",
    "lift_conflict",
    "plan_teams",
    "plan_visit",
    "preview_gate",
    "propose_teams",
    "read_key",
    "release",
    "remind",
    "reopen_scorebook",
    "save_marks",
    "sign_scorebook",
    "start_consensus",
    "start_scorebook",
    "wish",
]
