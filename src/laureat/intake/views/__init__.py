"""Pages: parse the request, call one query or one action, render."""

from laureat.intake.views.checking import check, checks, close, pass_all, protocol
from laureat.intake.views.colleagues import colleagues, invitation
from laureat.intake.views.entering import apply, conditions, start
from laureat.intake.views.filling import form, review, section
from laureat.intake.views.secretary import (
    dates,
    edition,
    entries,
    export,
    move_edition,
    move_stage,
    reinstate,
)
from laureat.intake.views.tracking import (
    entry,
    file,
    mine,
    receipt,
    receipt_pdf,
    verify,
    withdraw,
)

__all__ = [
    "apply",
    "check",
    "checks",
    "close",
    "colleagues",
    "conditions",
    "dates",
    "edition",
    "entries",
    "entry",
    "export",
    "file",
    "form",
    "invitation",
    "mine",
    "move_edition",
    "move_stage",
    "pass_all",
    "protocol",
    "receipt",
    "receipt_pdf",
    "reinstate",
    "review",
    "section",
    "start",
    "verify",
    "withdraw",
]
