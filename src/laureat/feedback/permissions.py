"""Who reads and corrects feedback reports; who asks about a result and who answers."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from laureat.feedback.models import Question, Report, ReportState
from laureat.intake.models import Entry
from laureat.intake.permissions import is_applicant, is_staff
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import YES, Answer, Permission, holds, no, within
from laureat.platform.accounts.models import User
from laureat.registry.permissions import represented

_STAFF = (Role.ORGANISER, Role.SECRETARY)
_ENTRY = {
    "award": "entry__edition__award__key",
    "edition": "entry__edition__key",
    "region": "entry__region",
}


def _audits(user: User, report: Report) -> bool:
    edition = report.entry.edition
    return holds(
        user,
        Role.AUDITOR,
        award=edition.award.key,
        edition=edition.key,
        region=report.entry.region,
    )


def _may_read(user: User, report: Report) -> Answer:
    if is_staff(user, report.entry) or _audits(user, report):
        return YES
    if not is_applicant(user, report.entry):
        return no(_("Only the applicant and the secretary read this report."))
    if report.state != ReportState.RELEASED:
        return no(_("The report is not released yet. You will be told by e-mail when it is."))
    return YES


def _read(user: User) -> QuerySet[Report]:
    staff = within(user, *_STAFF, Role.AUDITOR, **_ENTRY)
    if not staff:
        return Report.objects.all()
    uids = represented(user)
    mine = Q(entry__organisation__uid__in=uids, state=ReportState.RELEASED) if uids else Q(pk=None)
    return Report.objects.filter(staff | mine)


def _may_correct(user: User, report: Report) -> Answer:
    if is_staff(user, report.entry):
        return YES
    return no(_("Only the secretary corrects a report before its release."))


def _corrected(user: User) -> QuerySet[Report]:
    return Report.objects.filter(within(user, *_STAFF, **_ENTRY))


_OF_ENTRY = {"award": "edition__award__key", "edition": "edition__key", "region": "region"}


def _may_ask(user: User, entry: Entry) -> Answer:
    if is_applicant(user, entry):
        return YES
    return no(_("Only those who act for the applicant ask about its result."))


def _asked(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(organisation__uid__in=represented(user))


def _may_read_questions(user: User, entry: Entry) -> Answer:
    edition = entry.edition
    scope = {"award": edition.award.key, "edition": edition.key, "region": entry.region}
    if is_applicant(user, entry) or holds(user, *_STAFF, Role.AUDITOR, **scope):
        return YES
    return no(_("Only the applicant and the secretary read these questions."))


def _questions_read(user: User) -> QuerySet[Entry]:
    staff = within(user, *_STAFF, Role.AUDITOR, **_OF_ENTRY)
    if not staff:
        return Entry.objects.all()
    return Entry.objects.filter(staff | Q(organisation__uid__in=represented(user)))


def _may_answer(user: User, question: Question) -> Answer:
    if is_staff(user, question.entry):
        return YES
    return no(_("Only the secretary answers questions about results."))


def _answered(user: User) -> QuerySet[Question]:
    return Question.objects.filter(within(user, *_STAFF, **_ENTRY))


read_report = Permission("read_report", may=_may_read, among=_read)
"""The page and the PDF: the applicant once it is released, the secretary and the auditor always."""
correct_report = Permission("correct_report", may=_may_correct, among=_corrected)
"""Redact a comment, write the summary. Whether it still can be changed is for the action to say."""
ask_questions = Permission("ask_questions", may=_may_ask, among=_asked)
"""Ask about the result of an entry. Whether the term runs is for the action to say."""
read_questions = Permission("read_questions", may=_may_read_questions, among=_questions_read)
"""Questions about an entry with their answers and files: its applicant, secretaries, auditors; no
assessor."""
answer_questions = Permission("answer_questions", may=_may_answer, among=_answered)
"""Answer a question, put it to the panel."""
