"""Questions about a result: asked by the applicant, answered by the secretary, put to the panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions import add_motion
from laureat.council.models import Motion, Session
from laureat.feedback.models import QUESTION_TRANSITIONS, Question, QuestionState
from laureat.feedback.permissions import answer_questions, ask_questions
from laureat.feedback.queries.questions import MOST, asking, names_assessor
from laureat.feedback.queries.terms import working_days_after
from laureat.intake.models import Entry
from laureat.intake.queries import applicants, organisers_of, secretaries_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.files.actions import keep_upload
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.content import localised
from laureat.platform.mail.actions import queue
from laureat.platform.ui.text import moment

LONGEST = 10_000
ACCEPT = ("pdf", "docx", "xlsx", "jpg", "png")
LARGEST_MB = Decimal(20)


@transaction.atomic
def ask_question(
    entry: Entry, text: str, *, file: UploadedFile | None = None, by: User
) -> Question:
    """Ask about the result of an entry, within the term of the rules; its secretary is told.

    Raises Denied, Refused (no result yet; term over; too many; no text; a wrong file).
    """
    ask_questions.require(by, entry)
    Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if said := asking(entry).closed:
        raise Refused(said)
    text = _said(text, _("Write your question."), "text")
    asked = Question.objects.filter(entry=entry)
    if asked.count() >= MOST:
        raise Refused(
            _("%(most)s questions were asked about this entry: please call the organiser.")
            % {"most": MOST}
        )
    zone = entry.edition.time_zone
    days = entry.edition.rules.result_questions.answer_within
    row = Question.objects.create(
        entry=entry,
        number=(asked.aggregate(last=Max("number"))["last"] or 0) + 1,
        asked_by=by,
        asked_at=now(),
        due_on=working_days_after(now().astimezone(zone).date(), days),
        text=text,
        file=_kept(file, "file", by),
    )
    _write(row, "question.asked", {"words": ledger.words(text)}, row.file, by)
    _tell(
        row,
        "question_asked",
        secretaries_of(entry.edition, entry.region) or organisers_of(entry.edition),
    )
    return row


@transaction.atomic
def answer_question(
    question: Question,
    answer: str,
    *,
    file: UploadedFile | None = None,
    named: bool = False,
    by: User,
) -> Question:
    """Answer a question, once; the applicant is told. Who judged is not named: a text that holds a
    word of an assessor's name is refused unless `named` says that it means somebody else.

    Raises Denied, Refused (answered already; no text; an assessor may be named; a wrong file).
    """
    answer_questions.require(by, question)
    row = Question.objects.select_for_update(of=("self",)).select_related(
        "entry__edition__award", "entry__edition__version", "entry__organisation", "entry__good"
    ).get(pk=question.pk)  # fmt: skip
    if QuestionState.ANSWERED not in QUESTION_TRANSITIONS[row.state]:
        raise Refused(_("The question has been answered already: an answer is final."))
    answer = _said(answer, _("Write the answer."), "answer")
    if not named and names_assessor(row.entry, answer):
        raise Refused(
            _(
                "The answer may name an assessor. Who judged is not told: change the words, or say "
                "that somebody else is meant."
            ),
            field="named",
        )
    row.answer, row.answered_at, row.answered_by = answer, now(), by
    row.answer_file, row.state = _kept(file, "file", by), QuestionState.ANSWERED
    row.save(update_fields=["answer", "answered_at", "answered_by", "answer_file", "state"])
    data = {"words": ledger.words(answer)}
    _write(row, "question.answered", data, row.answer_file, by)
    _tell(row, "question_answered", _readers(row))
    question.state = row.state
    return row


@transaction.atomic
def put_to_panel(
    question: Question, session: Session, honour: str, *, again: bool = False, by: User
) -> Motion:
    """Bring a question before the panel: a motion for its entry at a session that has not ended.
    The applicant is told.

    Raises Denied, Refused (brought before already; the entry is not at the stage; see `add_motion`).
    """
    answer_questions.require(by, question)
    entry = question.entry
    # The session before the question: in this order other actions lock, too.
    reason = (
        f"вопрос соискателя № {question.number} о результате, заявка {entry.number}",
        f"the applicant's question No. {question.number} about the result, entry {entry.number}",
    )
    motion = add_motion(session, entry, honour, reason, again=again, by=by)
    row = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if row.session_id is not None:
        raise Refused(_("The question has been put to the panel already."))
    row.session, row.honour = session, honour
    row.save(update_fields=["session", "honour"])
    row.entry = entry
    data = {"session": session.uid, "honour": honour}
    _write(row, "question.put", data, None, by)
    _tell(row, "question_put", _readers(row))
    question.session, question.honour = session, honour
    return motion


def _said(text: str, ask: str, field: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused(ask, field=field)
    if len(text) > LONGEST:
        raise Refused(
            _("The text is too long: at most %(most)s characters.") % {"most": LONGEST}, field=field
        )
    return text


def _kept(file: UploadedFile | None, field: str, by: User) -> StoredFile | None:
    if file is None:
        return None
    try:
        return keep_upload(file, accept=ACCEPT, largest_mb=LARGEST_MB, by=by)
    except Refused as refused:
        raise Refused(refused.message, field=field) from refused


def _write(
    row: Question, action: str, data: Mapping[str, object], file: StoredFile | None, by: User
) -> None:
    told = {"number": row.number, **data, "file": file.sha256 if file else ""}
    ledger.append(row.entry.edition.chain, action, subject=row.entry.uid, by=by, data=told)


def _readers(row: Question) -> list[User]:
    return applicants([row.entry]).get(row.entry.organisation.uid, [])


def _tell(row: Question, kind: str, people: Iterable[User]) -> None:
    entry = row.entry
    page = "feedback:answer" if kind == "question_asked" else "feedback:questions"
    link = reverse(page, args=[row.uid if kind == "question_asked" else entry.uid])
    for user in people:
        with translation.override(user.language):
            values = {
                "name": user,
                "entry": entry.number or entry.uid,
                "what": localised(entry.good or entry.organisation, "name"),
                "edition": localised(entry.edition, "title"),
                "day": moment(row.due_on, "date").shown,
                "link": f"{settings.BASE_URL}{link}",
            }
            subject, body = _words(kind)
            queue(
                to=user.email,
                user=user,
                kind=f"feedback.{kind}",
                language=user.language,
                scope=entry.edition.chain,
                dedupe_key=f"{kind}:{row.uid}:{user.pk}",
                subject=subject % values,
                body=body % values,
            )


def _words(kind: str) -> tuple[str, str]:
    """Subject and text of a letter, to be filled in. The question itself is read after signing in."""
    return {
        "question_asked": (
            _("Question about the result, entry %(entry)s"),
            _(
                "%(name)s,\n\nthe applicant of the entry %(entry)s (%(what)s) asks about the "
                "result.\n%(edition)s\n\nPlease answer by %(day)s: %(link)s\n"
            ),
        ),
        "question_answered": (
            _("Your question about the result is answered, entry %(entry)s"),
            _(
                "%(name)s,\n\nthe question about the result of the entry %(entry)s (%(what)s) has "
                "been answered.\n%(edition)s\n\nThe answer: %(link)s\n"
            ),
        ),
        "question_put": (
            _("Your question about the result goes to the panel, entry %(entry)s"),
            _(
                "%(name)s,\n\nthe question about the result of the entry %(entry)s (%(what)s) has "
                "been put on the agenda of the panel.\n%(edition)s\n\nWhat it decides is told when "
                "the decision is published: %(link)s\n"
            ),
        ),
    }[kind]
