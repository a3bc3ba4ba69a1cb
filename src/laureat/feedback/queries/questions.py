"""Questions about results: the term, those of an entry, those of an edition, the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.assessment.models import Assignment
from laureat.council.models import Motion, Session, SessionState
from laureat.council.queries.standing import honours_of
from laureat.feedback.content.comments import names_somebody, surnames
from laureat.feedback.models import Question, QuestionState
from laureat.feedback.permissions import answer_questions, read_questions
from laureat.feedback.queries.terms import working_days_after
from laureat.intake.models import Entry, EntryState, Passage, PassageState
from laureat.intake.queries import known, passages_of
from laureat.platform.accounts.desk import Item, Section
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.i18n.content import localised
from laureat.platform.i18n.search import search_key
from laureat.platform.ui.text import moment
from laureat.registry.permissions import represented
from laureat.rulebook.models import Edition

MOST = 10
"""Questions about one entry: more of them are a conversation, for which there is the telephone."""
_WITH = (
    "entry__edition__award",
    "entry__edition__version",
    "entry__organisation",
    "entry__good",
    "entry__category",
    "asked_by",
    "answered_by",
    "file",
    "answer_file",
    "session__panel",
    "session__stage",
)


def questions() -> QuerySet[Question]:
    """Questions with what their pages and permissions ask for."""
    return Question.objects.select_related(*_WITH)


def question(uid: str) -> Question | None:
    """One question."""
    return questions().filter(uid=uid).order_by().first()


def entry_asked(uid: str) -> Entry | None:
    """The entry that questions are about."""
    found = Entry.objects.select_related(
        "edition__award", "edition__version", "organisation", "good", "category"
    )
    return found.filter(uid=uid).order_by().first()


@dataclass(frozen=True)
class Asking:
    """Whether a question can be asked now."""

    until: date | None
    """The last day; None while there is no result."""
    closed: str
    """Why not; "" while it can."""


def told_at(entry: Entry) -> datetime | None:
    """When the last result about the entry was told: a decision published, or the end of its way."""
    passages = passages_of(entry)
    shown = known(entry, passages, everything=False)
    published = Session.objects.filter(
        motions__entry=entry, state=SessionState.PUBLISHED
    ).aggregate(last=Max("published_at"))["last"]
    moments = [published] if published else []
    for passage, state in shown.passages:
        if state == PassageState.STOPPED:
            moments.append(passage.moved_at)
    if not moments and shown.state == EntryState.FINISHED:
        moments = [_last_step(passages)]
    return max(moments, default=None)


def _last_step(passages: Iterable[Passage]) -> datetime:
    return max(passage.moved_at for passage in passages)


def asking(entry: Entry) -> Asking:
    """Whether its applicant can ask about the result now, and until when."""
    told = told_at(entry)
    if told is None:
        return Asking(None, _("There is no result yet: a question about it is asked after it."))
    zone = entry.edition.time_zone
    days = entry.edition.rules.result_questions.working_days
    until = working_days_after(told.astimezone(zone).date(), days)
    if now().astimezone(zone).date() > until:
        said = _("The term for questions ended on %(day)s. Write to the organiser instead.")
        return Asking(until, said % {"day": moment(until, "date").shown})
    return Asking(until, "")


def overdue(row: Question) -> bool:
    """Whether an answer is late by the rules."""
    if row.state != QuestionState.OPEN:
        return False
    return now().astimezone(row.entry.edition.time_zone).date() > row.due_on


@dataclass(frozen=True)
class Put:
    """What became of a question that the panel was asked."""

    panel: str
    held_at: datetime
    zone: str
    title: str
    outcome: str
    """"" until the decision is published."""


def _put(row: Question, motions: Mapping[tuple[int, str], Motion]) -> Put | None:
    """Before which session it was brought; its outcome only once that is public."""
    session = row.session
    if session is None:
        return None
    session.stage.edition = row.entry.edition
    titles = {each.key: localised(each, "title") for each in honours_of(session.stage)}
    outcome = ""
    if session.state == SessionState.PUBLISHED:
        motion = motions.get((session.pk, row.honour))
        outcome = str(motion.get_state_display()) if motion else _("taken off the agenda")
    return Put(
        panel=localised(session.panel, "title"),
        held_at=session.held_at,
        zone=row.entry.edition.zone,
        title=titles.get(row.honour, _("no honour")),
        outcome=outcome,
    )


@dataclass(frozen=True)
class Line:
    """A question, ready to show."""

    row: Question
    overdue: bool
    put: Put | None


def lines(found: Sequence[Question]) -> list[Line]:
    """Questions of one entry with what the page says of them."""
    motions: dict[tuple[int, str], Motion] = {}
    if any(each.session_id for each in found):
        rows = Motion.objects.filter(entry=found[0].entry_id).order_by("pk")
        motions = {(each.session_id, each.honour): each for each in rows}
    return [Line(each, overdue(each), _put(each, motions)) for each in found]


def of_entry(entry: Entry) -> list[Question]:
    """The questions about an entry, the newest first."""
    found = list(questions().filter(entry=entry).order_by("-asked_at", "-pk"))
    for each in found:
        each.entry = entry
    return found


def in_edition(
    edition: Edition, user: User, *, state: str = "", search: str = ""
) -> QuerySet[Question]:
    """The questions of an edition that `user` reads: those that wait longest first."""
    found = questions().filter(
        entry__in=read_questions.of(user).order_by().values("pk"), entry__edition=edition
    )
    if state in QuestionState.values:
        found = found.filter(state=state)
    for word in search_key(search).split():
        found = found.filter(entry__organisation__search__contains=word)
    return found.order_by("-state", "due_on", "asked_at", "pk")  # open before answered


def sessions_to_ask(entry: Entry) -> list[Session]:
    """The sittings that have not ended, of stages where the entry is."""
    active = Passage.objects.filter(entry=entry, state=PassageState.ACTIVE)
    found = Session.objects.filter(
        stage__in=active.values("stage"), state__in=[SessionState.PLANNED, SessionState.OPEN]
    )
    rows = list(found.select_related("panel", "stage").order_by("held_at", "pk"))
    for row in rows:
        row.stage.edition = entry.edition
    return rows


def names_assessor(entry: Entry, text: str) -> bool:
    """Whether a text holds a word of the name of somebody who judges, or judged, the entry."""
    people = Assignment.objects.filter(entry=entry).order_by()
    known_ = surnames(people.values_list("assessor__user__name", flat=True).distinct())
    return bool(known_) and names_somebody(text, known_)


# ---------------------------------------------------------------- the desk


def desk_sections(user: User) -> list[Section]:
    """Questions that wait for the secretary; answers that came for the applicant."""
    return [*_to_answer(user), *_answered(user)]


def _to_answer(user: User) -> list[Section]:
    found = answer_questions.of(user).filter(state=QuestionState.OPEN)
    rows = found.select_related("entry__edition", "entry__organisation").order_by("due_on", "pk")
    items = [
        Item(
            title=_("Question about the result, entry %(number)s") % {"number": each.entry.number},
            url=reverse("feedback:answer", args=[each.uid]),
            detail=localised(each.entry.organisation, "name"),
            state=_("answer by %(day)s") % {"day": moment(each.due_on, "date").shown},
            tone="warn" if overdue(each) else "",
            urgent=overdue(each),
            todo=True,
        )
        for each in rows[:10]
    ]
    return [Section(_("Questions about results"), items)] if items else []


def _answered(user: User) -> list[Section]:
    uids = represented(user)
    if not uids:
        return []
    found = (
        Question.objects.filter(entry__organisation__uid__in=uids)
        .select_related("entry__edition", "entry__organisation")
        .order_by("-asked_at", "-pk")[:5]
    )
    items = [
        Item(
            title=_("My question about the result, entry %(number)s")
            % {"number": each.entry.number},
            url=reverse("feedback:questions", args=[each.entry.uid]),
            detail=localised(each.entry.edition, "title"),
            state=str(each.get_state_display()),
            tone="ok" if each.state == QuestionState.ANSWERED else "",
        )
        for each in found
    ]
    return [Section(_("My questions"), items)] if items else []
