"""Questions about a result: the term, who asks, who answers, what the panel is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from laureat.council.actions import propose_honours
from laureat.feedback import actions
from laureat.feedback.models import Question
from laureat.feedback.permissions import answer_questions, read_questions
from laureat.feedback.queries.questions import asking, told_at
from laureat.feedback.queries.terms import is_working, working_days_after
from laureat.ledger.models import Record
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.accounts.copies import rooms
from laureat.platform.accounts.desk import sections
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from tests.worlds import council as deciding
from tests.worlds import intake as world
from tests.worlds.papers import one_page
from tests.worlds.showcase import played

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def season():
    return played([62, 40], stops=1)


def during(season, days: int = 1):
    """The clock so many days after the decision was told."""
    from laureat.platform import clock

    return clock.at(told_at(season.entries[0]) + timedelta(days=days))


def pdf(name="вопрос.pdf"):
    return SimpleUploadedFile(name, one_page())


# ---------------------------------------------------------------- working days


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2024, 11, 14), 10, date(2024, 11, 28)),
        (date(2024, 12, 30), 1, date(2024, 12, 31)),
        (date(2024, 12, 31), 1, date(2025, 1, 9)),
        (date(2024, 11, 1), 1, date(2024, 11, 5)),
        (date(2024, 11, 2), 1, date(2024, 11, 5)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day, count, expected):
    assert working_days_after(day, count) == expected


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_as_many_working_days_lie_up_to_the_last_one(day, count):
    last = working_days_after(day, count)
    span = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(map(is_working, span)) == count
    assert is_working(last)


# ---------------------------------------------------------------- asking


def test_the_applicant_asks_within_the_term_and_the_secretary_is_told(season):
    entry, applicant = season.entries[1], season.applicants[1]
    with during(season):
        first = actions.ask_question(entry, "  Почему 40?\r\nПоясните. ", file=pdf(), by=applicant)
        second = actions.ask_question(entry, "И ещё вопрос", by=applicant)
    assert (first.number, first.text, first.file.name) == (1, "Почему 40?\nПоясните.", "вопрос.pdf")
    assert (second.number, second.file, second.state) == (2, None, "open")
    asked = first.asked_at.astimezone(entry.edition.time_zone).date()
    assert first.due_on == working_days_after(asked, 10)
    told = Message.objects.filter(kind="feedback.question_asked", to=season.secretary.email)
    assert told.count() == 2
    assert "Почему" not in told[0].body
    record = Record.objects.filter(action="question.asked").earliest("pk")
    assert "Почему" not in record.content
    assert first.file.sha256 in record.content


def test_who_asks_too_late_or_for_others_or_nothing_is_told_so(season):
    entry, applicant = season.entries[1], season.applicants[1]
    with during(season):
        for user in (season.applicants[0], season.secretary, season.assessors[0], world.person()):
            with pytest.raises(Denied):
                actions.ask_question(entry, "Почему?", by=user)
        for text, file, field in (
            (" ", None, "text"),
            ("я" * 10_001, None, "text"),
            ("Почему?", SimpleUploadedFile("a.exe", b"MZ"), "file"),
        ):
            with pytest.raises(Refused) as refused:
                actions.ask_question(entry, text, file=file, by=applicant)
            assert refused.value.field == field
        until = asking(entry).until
        for _number in range(10):
            actions.ask_question(entry, "Почему?", by=applicant)
        with pytest.raises(Refused, match="10"):
            actions.ask_question(entry, "Почему?", by=applicant)
    with during(season, 60):
        assert asking(entry).until == until
        with pytest.raises(Refused, match="истёк"):
            actions.ask_question(entry, "Почему?", by=applicant)


def test_whose_way_ended_early_asks_from_that_day(season):
    stopped = season.entries[2]
    passage = stopped.passages.get(state="stopped")
    assert told_at(stopped) == passage.moved_at


def test_before_a_result_nobody_asks():
    edition = deciding.at_council([("small", 700)])
    waiting = edition.entries.get()
    assert asking(waiting).until is None
    with pytest.raises(Refused):
        actions.ask_question(waiting, "Почему?", by=world.acting_for(waiting.organisation))


# ---------------------------------------------------------------- answering


def test_the_secretary_answers_once_and_the_applicant_reads_it(season):
    entry, applicant = season.entries[1], season.applicants[1]
    with during(season):
        asked = actions.ask_question(entry, "Почему 40?", by=applicant)
        for user in (applicant, season.assessors[0]):
            with pytest.raises(Denied):
                actions.answer_question(asked, "Потому.", by=user)
        with pytest.raises(Refused):
            actions.answer_question(asked, "  ", by=season.secretary)
        actions.answer_question(asked, "По критерию 2…", file=pdf("ответ.pdf"), by=season.secretary)
        with pytest.raises(Refused, match="окончательный"):
            actions.answer_question(asked, "Ещё", by=season.secretary)
    row = Question.objects.get()
    assert (row.state, row.answer, row.answered_by) == (
        "answered",
        "По критерию 2…",
        season.secretary,
    )
    page = as_(applicant).get(reverse("feedback:questions", args=[entry.uid])).content.decode()
    assert "По критерию 2…" in page
    assert "ответ.pdf" in page
    assert Message.objects.filter(kind="feedback.question_answered", to=applicant.email).exists()
    file = as_(applicant).get(reverse("feedback:answer_file", args=[row.uid]))
    assert (file.status_code, b"".join(file.streaming_content)) == (200, one_page())
    assert as_(applicant).get(reverse("feedback:question_file", args=[row.uid])).status_code == 404
    assert "По критерию" not in Record.objects.get(action="question.answered").content
    auditor = world.person()
    scope = {"award": entry.edition.award.key, "edition": entry.edition.key}
    give_role(auditor, Role.AUDITOR, by=None, **scope)
    read = as_(auditor).get(reverse("feedback:questions", args=[entry.uid])).content.decode()
    assert "По критерию 2…" in read
    for name in (applicant.name, season.secretary.name):
        assert name in page
        assert name not in read


def test_an_answer_does_not_name_who_judged(season):
    entry, applicant = season.entries[1], season.applicants[1]
    surname = season.assessors[0].name.split()[0]
    with during(season):
        asked = actions.ask_question(entry, "Кто судил?", by=applicant)
        with pytest.raises(Refused) as refused:
            actions.answer_question(asked, f"Оценивал {surname}.", by=season.secretary)
        assert refused.value.field == "named"
        client = as_(season.secretary)
        address = reverse("feedback:answer", args=[asked.uid])
        page = client.post(address, {"answer": f"Оценивал {surname}."})
        assert page.status_code == 422
        assert 'type="checkbox" name="named"' in page.content.decode()
        sent = {"answer": f"Директор {surname} подписал.", "named": "on"}
        assert client.post(address, sent).status_code == 302
    for assessor in season.assessors:
        assert not read_questions(assessor, entry)
        assert not answer_questions(assessor, asked)
        for name in ("questions", "answer", "question_file", "answer_file", "to_panel"):
            uid = entry.uid if name == "questions" else asked.uid
            page = as_(assessor).get(reverse(f"feedback:{name}", args=[uid]))
            assert page.status_code == 403


# ---------------------------------------------------------------- pages


def test_both_find_it_on_their_desk_and_on_the_entry(season):
    entry, applicant = season.entries[1], season.applicants[1]
    address = reverse("feedback:questions", args=[entry.uid])
    with during(season):
        client = as_(applicant)
        page = client.get(reverse("intake:entry", args=[entry.uid])).content.decode()
        assert address in page
        assert client.post(address, {"text": ""}).status_code == 422
        assert client.post(address, {"text": "Почему?", "file": pdf()}).status_code == 302
        row = Question.objects.get()
        office = {item.title: item for s in sections(season.secretary) for item in s.items}
        item = office[f"Вопрос о результате, заявка {entry.number}"]
        assert (item.todo, item.urgent) == (True, False)
        assert item.url == reverse("feedback:answer", args=[row.uid])
        mine = [item.url for s in sections(applicant) for item in s.items]
        assert address in mine
        shown = as_(season.secretary).get(item.url).content.decode()
        assert "вопрос.pdf" in shown
        listed = reverse("feedback:edition_questions", args=[season.edition.uid])
        assert item.url in as_(season.secretary).get(listed).content.decode()
    with during(season, 90):
        office = {item.title: item for s in sections(season.secretary) for item in s.items}
        assert office[item.title].urgent
        assert "Срок" in as_(applicant).get(address).content.decode()
    assert rooms(applicant)["result_questions"][0]["question"] == "Почему?"


# ---------------------------------------------------------------- the panel


def test_a_question_is_put_to_the_panel_while_its_entry_is_before_it():
    edition = deciding.at_council([("small", 700), ("small", 400)])
    deciding.seated(edition)
    session = deciding.planned(edition, propose=False)
    entry = edition.entries.order_by("serial").last()
    secretary, applicant = deciding.secretary(edition), world.acting_for(entry.organisation)
    asked = Question.objects.create(
        entry=entry, number=1, asked_by=applicant, due_on=date(2024, 12, 1), text="Почему?"
    )
    with pytest.raises(Denied):
        actions.put_to_panel(asked, session, "diplomant", by=applicant)
    client = as_(secretary)
    address = reverse("feedback:to_panel", args=[asked.uid])
    assert client.post(address, {"session": "x", "honour": "diplomant"}).status_code == 422
    sent = {"session": session.uid, "honour": "diplomant"}
    assert client.post(address, sent).status_code == 302
    motion = session.motions.get()
    assert (motion.entry, motion.honour) == (entry, "diplomant")
    assert "вопрос соискателя № 1" in motion.reason_ru
    assert Message.objects.filter(kind="feedback.question_put").exists()
    assert Record.objects.filter(action="question.put").count() == 1
    asked.refresh_from_db()
    with pytest.raises(Refused):
        actions.put_to_panel(asked, session, "laureate", by=secretary)
    page = as_(applicant).get(reverse("feedback:questions", args=[entry.uid])).content.decode()
    assert "Вынесен на рассмотрение" in page
    assert "Дипломант" not in page  # what is proposed is pending
    propose_honours(session, by=None)
    assert session.motions.count() == 2


def test_of_a_published_contest_the_page_says_what_can_be_done(season):
    entry, applicant = season.entries[1], season.applicants[1]
    with during(season):
        asked = actions.ask_question(entry, "Почему?", by=applicant)
    page = as_(season.secretary).get(reverse("feedback:to_panel", args=[asked.uid]))
    assert "опубликованы" in page.content.decode()
