"""What is done with letters: prepare, correct, render, send, withdraw."""

from laureat.outreach.actions.preparing import correct_addressee, next_number, prepare_campaign
from laureat.outreach.actions.rendering import preview, render_letters
from laureat.outreach.actions.sending import (
    Sent,
    resend_letter,
    send_letters,
    withdraw_letter,
)

__all__ = [
    "Sent",
    "correct_addressee",
    "next_number",
    "prepare_campaign",
    "preview",
    "render_letters",
    "resend_letter",
    "send_letters",
    "withdraw_letter",
]
