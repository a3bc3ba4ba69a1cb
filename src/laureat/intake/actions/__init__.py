"""The only place that writes entries and moves their passages."""

from laureat.intake.actions.checking import (
    Closed,
    Found,
    close_checks,
    record_check,
    record_checks,
)
from laureat.intake.actions.clock import (
    Ticked,
    close_intake,
    move_stage_dates,
    open_by_hand,
    tick,
)
from laureat.intake.actions.colleagues import (
    accept_invitation,
    change_colleague,
    end_colleague,
    invite_colleague,
)
from laureat.intake.actions.ending import archive_edition, publish_edition
from laureat.intake.actions.errors import InvalidAnswers, Stale
from laureat.intake.actions.filling import (
    attach,
    choose_category,
    detach,
    save_answers,
    start_entry,
)
from laureat.intake.actions.receipts import Receipt
from laureat.intake.actions.submitting import (
    drop_changes,
    submit_changes,
    submit_entry,
    why_not_withdrawn,
    withdraw_entry,
)
from laureat.intake.actions.walking import (
    finish_entry,
    finish_many,
    pass_many,
    pass_stage,
    reinstate,
    stages_for,
    stop_at,
    stop_many,
)
from laureat.intake.queries.eligibility import Eligibility, Verdict, check_eligibility

__all__ = [
    "Closed",
    "Eligibility",
    "Found",
    "InvalidAnswers",
    "Receipt",
    "Stale",
    "Ticked",
    "Verdict",
    "accept_invitation",
    "archive_edition",
    "attach",
    "change_colleague",
    "check_eligibility",
    "choose_category",
    "close_checks",
    "close_intake",
    "detach",
    "drop_changes",
    "end_colleague",
    "finish_entry",
    "finish_many",
    "invite_colleague",
    "move_stage_dates",
    "open_by_hand",
    "pass_many",
    "pass_stage",
    "publish_edition",
    "record_check",
    "record_checks",
    "reinstate",
    "save_answers",
    "stages_for",
    "start_entry",
    "stop_at",
    "stop_many",
    "submit_changes",
    "submit_entry",
    "tick",
    "why_not_withdrawn",
    "withdraw_entry",
]
