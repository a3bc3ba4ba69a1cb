"""What is done with letters: prepare, correct, render, send, take back."""

from laureat.outreach.actions.making import make_letters, make_waiting, stop_making
from laureat.outreach.actions.preparing import (
    Plan,
    correct_addressee,
    next_number,
    plan_campaign,
    prepare_campaign,
)
from laureat.outreach.actions.rendering import preview, render_letters
from laureat.outreach.actions.sending import (
    Discarded,
    Sent,
    discard_campaign,
    resend_failed,
    resend_letter,
    send_letters,
    withdraw_letter,
)

__all__ = [
    "Discarded",
    "Plan",
    "Sent",
    "correct_addressee",
    "discard_campaign",
    "make_letters",
    "make_waiting",
    "next_number",
    "plan_campaign",
    "prepare_campaign",
    "preview",
    "render_letters",
    "resend_failed",
    "resend_letter",
    "send_letters",
    "stop_making",
    "withdraw_letter",
]
