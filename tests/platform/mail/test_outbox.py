"""The outbox: queued with the transaction, sent once, tried again, never lost."""

import threading
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform import clock
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.platform.files.actions import keep_bytes
from laureat.platform.mail import actions, queries
from laureat.platform.mail.models import TRANSITIONS, Message, MessageState
from laureat.platform.mail.permissions import handle_message
from tests.worlds import people

NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)
REFUSED = OSError("connection refused")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOW):
        yield


def letter(**values):
    said = {"to": "a@demo.invalid", "kind": "test", "subject": "Тема", "body": "Текст"}
    return actions.queue(**{**said, **values})


class Broken:
    """A mail server that fails so many times."""

    def __init__(self, times, error=REFUSED):
        self.left, self.error, self.sent = times, error, []

    def send_messages(self, messages):
        if self.left:
            self.left -= 1
            raise self.error
        self.sent += messages
        return len(messages)


@pytest.fixture
def server(monkeypatch):
    def use(times, error=REFUSED):
        broken = Broken(times, error)
        monkeypatch.setattr(actions, "get_connection", lambda: broken)
        return broken

    return use


def test_a_message_leaves_with_its_text_its_name_and_its_files():
    stored = keep_bytes(b"%PDF-1.7 demo", "протокол.pdf")
    message = letter(subject="Тема\nв две строки", attachments=[stored], language="en")
    assert actions.deliver_due() == (1, 0)
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == (
        "Тема в две строки",
        "Текст\n",
        ["a@demo.invalid"],
    )
    assert sent.attachments[0].filename == "протокол.pdf"
    assert sent.attachments[0].content == b"%PDF-1.7 demo"
    assert sent.extra_headers["Message-ID"] == f"<{message.uid}@laureat>"
    assert sent.extra_headers["Content-Language"] == "en"
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.tries) == ("sent", NOW, 1)
    assert actions.deliver_due() == (0, 0)


def test_a_rollback_takes_the_message_back():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter()
        raise ZeroDivisionError
    assert not Message.objects.exists()


def test_a_message_is_not_sent_before_its_time():
    letter(delay=timedelta(minutes=10))
    assert actions.deliver_due() == (0, 0)
    with clock.at(NOW + timedelta(minutes=10)):
        assert actions.deliver_due() == (1, 0)


def test_the_same_news_is_queued_once():
    first = letter(dedupe_key="news-1")
    assert letter(dedupe_key="news-1", subject="Другая") == first
    assert letter() != letter()
    assert Message.objects.filter(dedupe_key="news-1").count() == 1


def test_failures_climb_the_ladder_and_then_give_up(server):
    server(99)
    message = letter()
    moment, waits = NOW, []
    for tries in range(1, 6):
        with clock.at(moment):
            assert actions.deliver_due() == (0, 1)
            assert actions.deliver_due() == (0, 0)
        message.refresh_from_db()
        assert (message.tries, message.error) == (tries, "connection refused")
        waits.append(message.due_at - moment)
        moment = message.due_at
    assert waits == [*actions.WAIT, timedelta(0)]
    assert message.state == MessageState.FAILED
    with clock.at(moment + timedelta(days=30)):
        assert actions.deliver_due() == (0, 0)


@pytest.mark.parametrize(
    ("codes", "state", "told"),
    [
        ([550], "failed", "550 5.1.1 no such user"),
        ([450], "queued", "450 5.1.1 no such user"),
        ([450, 550], "queued", "450 5.1.1 no such user 550 5.1.1 no such user"),
    ],
)
def test_an_address_that_will_never_be_taken_is_tried_once(server, codes, state, told):
    said = {f"{n}@demo.invalid": (code, b"5.1.1 no such user") for n, code in enumerate(codes)}
    server(1, SMTPRecipientsRefused(said))
    message = letter()
    assert actions.deliver_due() == (0, 1)
    message.refresh_from_db()
    assert (message.state, message.tries, message.error) == (state, 1, told)


def test_one_bad_letter_does_not_stop_the_others(server):
    good = server(1, ValueError("a header that no server takes"))
    bad, fine = letter(), letter(to="b@demo.invalid")
    assert actions.deliver_due() == (1, 1)
    bad.refresh_from_db()
    fine.refresh_from_db()
    assert (bad.state, bad.error) == ("queued", "a header that no server takes")
    assert fine.state == "sent"
    assert len(good.sent) == 1


def test_a_missing_attachment_is_a_failure_that_says_so(server):
    server(0)
    stored = keep_bytes(b"x", "a.pdf")
    type(stored).objects.filter(pk=stored.pk).update(sha256="0" * 64)
    message = letter(attachments=[stored])
    assert actions.deliver_due() == (0, 1)
    message.refresh_from_db()
    assert "No such file" in message.error


def test_a_worker_killed_between_sending_and_recording_sends_again_rather_than_losing(
    server, monkeypatch
):
    box = server(0)
    message = letter()
    whole = actions._move

    def killed(row, state, **values):
        if state == MessageState.SENT:
            raise KeyboardInterrupt
        return whole(row, state, **values)

    monkeypatch.setattr(actions, "_move", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.deliver_due()
    monkeypatch.setattr(actions, "_move", whole)
    message.refresh_from_db()
    assert message.state == MessageState.SENDING
    assert actions.requeue_stuck() == 0
    with clock.at(NOW + timedelta(minutes=16)):
        assert actions.requeue_stuck() == 1
        assert actions.deliver_due() == (1, 0)
    assert [each.extra_headers["Message-ID"] for each in box.sent] == [
        f"<{message.uid}@laureat>"
    ] * 2


def test_a_message_that_waited_long_is_not_taken_for_stuck_while_it_is_sent():
    message = letter()
    with clock.at(NOW + timedelta(hours=5)):
        assert actions._move(message, MessageState.SENDING, due_at=clock.now())
        assert actions.requeue_stuck() == 0


def test_a_message_that_kills_every_worker_is_given_up():
    message = letter()
    moment = NOW
    for tries in range(1, 6):
        with clock.at(moment):
            message.refresh_from_db()
            assert actions._move(message, MessageState.SENDING, due_at=moment)
        moment += timedelta(minutes=16)
        with clock.at(moment):
            assert actions.requeue_stuck() == (1 if tries < 5 else 0)
    message.refresh_from_db()
    assert (message.state, message.tries) == (MessageState.FAILED, 5)


@given(st.lists(st.sampled_from(list(MessageState)), max_size=8))
def test_only_the_written_moves_are_made(path):
    message = Message(state=MessageState.QUEUED)
    message.pk = Message.objects.create(to="a@demo.invalid", kind="k", subject="", body="").pk
    for state in path:
        before = message.state
        moved = actions._move(message, state)
        assert moved == (state in TRANSITIONS[before])
        assert Message.objects.get(pk=message.pk).state == message.state


# ------------------------------------------------------------------------------------ in parallel


def together(count, work):
    """Run `work` in so many threads at once; what each returned."""
    start, results, errors = threading.Barrier(count), [], []

    def run():
        try:
            start.wait(10)
            results.append(work())
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    return results


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_every_message_once(server):
    box = server(0)
    for number in range(30):
        letter(to=f"a{number}@demo.invalid")
    done = together(4, lambda: _at_now(actions.deliver_due))
    assert sum(sent for sent, _failed in done) == 30
    assert sorted(each.to[0] for each in box.sent) == sorted(
        f"a{number}@demo.invalid" for number in range(30)
    )
    assert set(Message.objects.values_list("state", "tries")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_one_of_many_wins_the_message():
    message = letter()

    def take():
        mine = Message.objects.get(pk=message.pk)
        return actions._move(mine, MessageState.SENDING)

    assert sorted(together(6, take)).count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_news_asked_for_at_once_is_queued_once():
    def ask():
        with clock.at(NOW), transaction.atomic():
            return letter(dedupe_key="news").pk

    assert len(set(together(5, ask))) == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sending_again_and_taking_back_at_once_end_in_one_state():
    organiser = people.organiser()
    message = letter(scope="prize/2024")

    def take_back():
        try:
            actions.cancel(Message.objects.get(pk=message.pk), by=organiser)
        except Refused:
            return False
        return True

    assert together(4, take_back).count(True) == 1
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED


def _at_now(work):
    with clock.at(NOW):
        return work()


# ------------------------------------------------------------------------------------------ hands


def test_sending_again_and_cancelling_by_those_who_may():
    secretary, other = people.secretary("prize", "2024"), people.secretary("prize", "2023")
    message = letter(scope="prize/2024")
    with pytest.raises(Denied):
        actions.cancel(message, by=other)
    with pytest.raises(Refused, match="уже ждёт отправки"):
        actions.resend(message, by=secretary)
    actions.deliver_due()
    with pytest.raises(Refused, match="уже ушло"):
        actions.cancel(message, by=secretary)
    actions.resend(message, by=secretary)
    assert actions.deliver_due() == (1, 0)
    assert len(mail.outbox) == 2
    waiting = letter(scope="prize/2024")
    actions.cancel(waiting, by=secretary)
    with pytest.raises(Refused, match="отменено"):
        actions.resend(waiting, by=secretary)
    assert actions.deliver_due() == (0, 0)


def test_the_permission_answers_for_one_as_its_queryset_does_for_all():
    for scope in ("", "prize/2024", "prize/2023", "other/2024", "prize-2/2024"):
        letter(scope=scope)
    holders = [
        people.holder(role, **scope)
        for role in Role
        for scope in (
            {},
            {"award": "prize"},
            {"edition": "2024"},
            {"award": "prize", "edition": "2024"},
            {"award": "prize", "edition": "2024", "region": "42"},
        )
    ]
    for user in holders:
        listed = set(handle_message.of(user))
        assert {each for each in Message.objects.all() if handle_message(user, each)} == listed


def test_counts_and_filters_of_the_outbox():
    user = people.secretary("prize", "2024")
    sent = letter(scope="prize/2024", kind="intake.receipt", to="Ivan@demo.invalid")
    actions.deliver_due()
    letter(scope="prize/2024")
    letter(scope="other/2024")
    letter()
    assert queries.counts(queries.outbox(user)) == {
        "queued": 1,
        "sending": 0,
        "sent": 1,
        "failed": 0,
        "cancelled": 0,
    }
    assert list(queries.outbox(user, to="ivan")) == [sent]
    assert list(queries.outbox(user, kind="intake.receipt", state="sent")) == [sent]
    assert queries.choices(user) == queries.Choices(
        kinds=[("intake.receipt", "intake.receipt"), ("test", "test")],
        contests=[("prize/2024", "prize/2024")],
    )
    assert connection.vendor in {"sqlite", "postgresql"}
