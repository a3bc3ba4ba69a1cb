"""What the page of an entry opens of its feedback report."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.feedback.models import Report
from laureat.feedback.permissions import read_report
from laureat.intake.models import Entry
from laureat.intake.outcomes import Outcome
from laureat.platform.accounts.models import User


def outcomes(entry: Entry, reader: User) -> Iterable[Outcome]:
    """The report, as soon as the reader may read it."""
    report = Report.objects.filter(entry=entry).only("uid", "state", "entry").first()
    if report is None:
        return
    report.entry = entry
    if read_report(reader, report):
        yield Outcome(
            _("Feedback report"),
            reverse("feedback:report", args=[report.uid]),
            str(report.get_state_display()),
        )
