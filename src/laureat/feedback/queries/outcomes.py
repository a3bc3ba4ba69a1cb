"""What the page of an entry opens of its feedback report, and where one asks about the result."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.feedback.models import Report
from laureat.feedback.permissions import read_questions, read_report
from laureat.intake.models import Entry
from laureat.intake.outcomes import Outcome
from laureat.platform.accounts.models import User


def outcomes(entry: Entry, reader: User) -> Iterable[Outcome]:
    """The report, as soon as the reader may read it; the questions about the result."""
    report = Report.objects.filter(entry=entry).only("uid", "state", "entry").first()
    if report is not None:
        report.entry = entry
    if report is not None and read_report(reader, report):
        yield Outcome(
            _("Feedback report"),
            reverse("feedback:report", args=[report.uid]),
            str(report.get_state_display()),
        )
    if read_questions(reader, entry):
        yield Outcome(
            _("Questions about the result"), reverse("feedback:questions", args=[entry.uid])
        )
