"""What is kept about people, why and how long: the page that everybody reads.

The text is data: whoever changes what the house keeps changes a row here, and `CONSENT` with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONSENT = "2026-11-20"
"""The day of the text that people agree to; kept with each consent."""


@dataclass(frozen=True)
class Kept:
    """A kind of data."""

    what: Any
    why: Any
    how_long: Any


KEPT = (
    Kept(
        gettext_lazy("Full name, name in Latin letters, post, phone, e-mail address"),
        gettext_lazy("To sign in, to write to you, to name you in minutes, receipts and diplomas"),
        gettext_lazy("Until you have the account erased"),
    ),
    Kept(
        gettext_lazy("Password (only its Argon2 hash), second factor, keys, recovery codes"),
        gettext_lazy("So that nobody else signs in as you"),
        gettext_lazy("Until you change them or have the account erased"),
    ),
    Kept(
        gettext_lazy("Sign-ins: time, network address, program"),
        gettext_lazy("To notice that somebody guesses passwords"),
        gettext_lazy("Until the account is erased"),
    ),
    Kept(
        gettext_lazy("Your roles, for whom you act, where you work"),
        gettext_lazy("To know what you may do, and to find conflicts of interest"),
        gettext_lazy("The record that a role was held stays; your name leaves it with the account"),
    ),
    Kept(
        gettext_lazy("What you did: applications, marks, votes, decisions, signatures"),
        gettext_lazy("Decisions of a contest must be provable years later"),
        gettext_lazy(
            "As long as the contest is kept; erased people are named “(person erased)” there"
        ),
    ),
    Kept(
        gettext_lazy("Letters to you"),
        gettext_lazy("To show who was told what, and when"),
        gettext_lazy("Text and address are blanked when the account is erased"),
    ),
)


def until(asked_at: datetime) -> datetime:
    """By when somebody who asked to be erased must be (152-FZ, article 21; see settings)."""
    return asked_at + settings.ERASED_WITHIN


def said_day(moment: datetime) -> str:
    """The day, in the reader's language and time zone."""
    return date_format(localtime(moment), "DATE_FORMAT")


def operator() -> dict[str, str]:
    """Who answers for the data, as the installation's settings say."""
    return {
        "name": settings.OPERATOR,
        "address": settings.OPERATOR_ADDRESS,
        "email": settings.OPERATOR_EMAIL,
    }


def file_name() -> str:
    """What the copy is called where it is saved."""
    return _("my-data") + ".json"
