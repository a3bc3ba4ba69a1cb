"""Pages of letters."""

from laureat.outreach.views.files import archive, document, table
from laureat.outreach.views.sending import (
    addressee,
    campaign,
    discard,
    make,
    making,
    progress,
    resend,
    resend_failed,
    send,
    stop,
    withdraw,
)
from laureat.outreach.views.writing import campaigns, new, preview

__all__ = [
    "addressee",
    "archive",
    "campaign",
    "campaigns",
    "discard",
    "document",
    "make",
    "making",
    "new",
    "preview",
    "progress",
    "resend",
    "resend_failed",
    "send",
    "stop",
    "table",
    "withdraw",
]
