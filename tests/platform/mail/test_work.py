"""The worker and the pages of the outbox."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from click.testing import CliRunner
from django.db import OperationalError

from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Refused
from laureat.platform.files.actions import keep_bytes
from laureat.platform.mail import actions, commands, jobs
from laureat.platform.mail.commands import mail
from laureat.platform.mail.jobs import Rota
from laureat.platform.mail.models import Message, Worker
from tests.database import copied_to
from tests.worlds import people

NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def letter(**values):
    said = {"to": "a@demo.invalid", "kind": "test", "subject": "Тема", "body": "Текст <b>"}
    return actions.queue(**{**said, "scope": "prize/2024", **values})


@pytest.fixture
def no_jobs(monkeypatch):
    monkeypatch.setattr(jobs, "_jobs", {})


def test_jobs_are_done_when_they_are_due_and_a_failing_one_harms_nobody(no_jobs):
    done = []
    jobs.register("often", timedelta(minutes=1), lambda: done.append("often"))
    jobs.register("broken", timedelta(minutes=1), lambda: 1 / 0)
    jobs.register("seldom", timedelta(hours=1), lambda: done.append("seldom"))
    rota = Rota()
    with clock.at(NOW):
        assert rota.run_due() == ["often", "seldom"]
        assert rota.run_due() == []
    with clock.at(NOW + timedelta(minutes=1)):
        assert rota.run_due() == ["often"]
    with clock.at(NOW + timedelta(hours=1)):
        assert rota.run_due() == ["often", "seldom"]
    assert done == ["often", "seldom", "often", "often", "seldom"]


def test_mail_that_cannot_leave_is_a_reason_to_look_before_it_is_given_up():
    with clock.at(NOW):
        message = letter()
        refused = {"state": "queued", "tries": 1, "error": "connection refused"}
        Message.objects.filter(pk=message.pk).update(due_at=NOW + timedelta(hours=3), **refused)
    for minutes, status in ((15, 0), (16, 1)):
        with clock.at(NOW + timedelta(minutes=minutes)):
            actions.note_worker()
            done = CliRunner().invoke(mail, ["status"])
        assert done.exit_code == status
        assert "ждёт с 2024-03-01 09:00 UTC" in done.output, "since it was queued, not tried"
        assert f"будет отправлено снова: test ({message.uid}): connection refused" in done.output


def test_an_operator_tries_the_mail_server_by_one_letter(monkeypatch, mailoutbox):
    done = CliRunner().invoke(mail, ["test", " operator@demo.invalid "])
    assert (done.exit_code, done.output) == (0, "✓ почтовый сервер принял письмо\n")
    assert [each.to for each in mailoutbox] == [["operator@demo.invalid"]]
    assert not Message.objects.exists()

    def refuse(*_args, **_kwargs):
        raise SMTPRecipientsRefused({"a@demo.invalid": (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(Refused, match="550 no such user"):
        CliRunner().invoke(mail, ["test", "a@demo.invalid"], catch_exceptions=False)


def test_the_same_name_replaces_the_job(no_jobs):
    jobs.register("tick", timedelta(minutes=1), lambda: None)
    jobs.register("tick", timedelta(minutes=2), lambda: None)
    assert [job.every for job in jobs.registered()] == [timedelta(minutes=2)]


def test_one_round_sends_what_waits_and_says_so(no_jobs):
    letter()
    done = CliRunner().invoke(mail, ["work", "--once"])
    assert (done.exit_code, done.output) == (
        0,
        "отправлено: 1, не удалось: 0, снова в очереди: 0, работ: 0\n",
    )


def test_the_status_counts_and_ends_with_one_when_something_failed():
    letter()
    actions.note_worker()
    calm = CliRunner().invoke(mail, ["status"])
    assert calm.exit_code == 0
    assert re.search(r"^\S.* 1$", calm.output, re.MULTILINE)
    assert "ждёт с " in calm.output
    message = letter()
    Message.objects.filter(pk=message.pk).update(state="failed", error="no such mailbox")
    sad = CliRunner().invoke(mail, ["status"])
    assert sad.exit_code == 1
    assert f"не удалось: test ({message.uid}): no such mailbox" in sad.output


@pytest.mark.slow
def test_the_worker_stops_when_it_is_told_to(tmp_path):
    environment = {
        **os.environ,
        "LAUREAT_DATA": str(tmp_path),
        "LAUREAT_DATABASE": f"sqlite:///{tmp_path / 'laureat.db'}",
        "DJANGO_SETTINGS_MODULE": "laureat.settings",
        "LAUREAT_LANGUAGE": "en",
        "PYTHONUNBUFFERED": "1",
    }
    work = ["mail", "work", "--pause", "60"]
    run = f"from laureat.cli import main; import sys; sys.argv[1:] = {work}; main()"
    copied_to(tmp_path / "laureat.db")
    worker = subprocess.Popen(
        [sys.executable, "-c", run],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "working; stop with Ctrl-C\n"
        time.sleep(0.2)  # so that it rests
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
        assert worker.stdout.read() == "stopped\n"
    finally:
        if worker.poll() is None:
            worker.kill()
        worker.stdout.close()


def test_the_secretary_reads_the_outbox_and_acts(client):
    secretary = people.secretary("prize", "2024")
    client.force_login(secretary)
    stored = keep_bytes(b"%PDF-1.7 demo", "протокол.pdf")
    message = letter(attachments=[stored], user=secretary)
    foreign = letter(scope="other/2024", subject="Чужое")
    text = client.get("/mail/").content.decode()
    assert message.subject in text
    assert "Чужое" not in text
    page = f"/mail/{message.uid}/"
    text = client.get(page).content.decode()
    assert "Текст &lt;b&gt;" in text
    assert "протокол.pdf" in text
    assert client.get(f"{page}files/{stored.uid}/").getvalue() == b"%PDF-1.7 demo"
    assert client.get(f"/mail/{foreign.uid}/").status_code == 403
    assert client.get(f"/mail/{foreign.uid}/files/{stored.uid}/").status_code == 403
    assert "уже ждёт отправки" in client.post(f"{page}resend/", follow=True).content.decode()
    assert client.post(f"{page}cancel/").status_code == 302
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert client.get(f"{page}cancel/").status_code == 405
    assert client.get("/mail/nothing/").status_code == 404
    asked = client.post("/mail/", {"state": "cancelled", "to": "A@DEMO"}, follow=True)
    assert message.subject in asked.content.decode()
    assert message.subject not in client.get("/mail/?state=sent").content.decode()
    assert client.get("/mail/?state=nonsense&page=999").status_code == 200


def test_account_mail_is_shown_to_nobody(client):
    secret = letter(scope="", subject="Ссылка для пароля")
    client.force_login(people.organiser())
    assert "Ссылка для пароля" not in client.get("/mail/").content.decode()
    assert client.get(f"/mail/{secret.uid}/").status_code == 403


def test_others_read_why_they_see_no_outbox(client):
    client.force_login(people.person())
    answer = client.get("/mail/")
    assert answer.status_code == 403
    assert "только секретарь и аудитор" in answer.content.decode()


def test_an_auditor_reads_what_has_left_but_no_names_addresses_or_texts(client):
    ivan = people.person("Иван Адресатов (демо)")
    message = letter(
        user=ivan, to="ivan@demo.invalid", subject="Тайная тема", kind="entry-submitted"
    )
    letter(scope="other/2024", kind="entry-stopped")
    client.force_login(people.holder(Role.AUDITOR, award="prize", edition="2024"))
    text = client.get("/mail/").content.decode()
    assert "Квитанция" in text or "Расписка" in text
    for secret in ("Адресатов", "ivan@demo", "Тайная тема", message.uid, 'name="to"'):
        assert secret not in text
    assert text.count('<tr role="row">') + text.count("<tr>") == 2
    assert "entry-stopped" not in text
    assert client.get(f"/mail/{message.uid}/").status_code == 403
    found = client.post("/mail/", {"to": "nobody"}, follow=True).content.decode()
    assert found.count("<tr") == text.count("<tr"), "an address cannot be guessed by filtering"
    desk = client.get("/account/").content.decode()
    assert "Исходящая почта" in desk
    assert "1 сообщение" in desk


def test_who_runs_one_contest_and_audits_another_reads_the_addressees_of_the_first(client):
    both = people.holder(Role.AUDITOR, award="other", edition="2024")
    give_role(both, Role.SECRETARY, by=None, award="prize", edition="2024")
    letter(to="mine@demo.invalid", subject="Своё")
    letter(to="theirs@demo.invalid", subject="Чужое", scope="other/2024")
    client.force_login(both)
    text = client.get("/mail/").content.decode()
    assert "mine@demo.invalid" in text
    assert "theirs@demo" not in text
    assert "Чужое" not in text
    assert "<tbody" not in client.post("/mail/", {"to": "theirs"}, follow=True).content.decode()


@pytest.mark.parametrize("many", [1, 3, 120])
def test_the_outbox_asks_at_most_eight_queries(client, many, django_assert_max_num_queries):
    secretary = people.secretary("prize", "2024")
    client.force_login(secretary)
    for _number in range(many):
        letter(user=secretary)
    with django_assert_max_num_queries(8):
        assert client.get("/mail/").status_code == 200


def test_operators_and_organisers_are_told_that_no_worker_is_there(client, no_jobs):
    organiser = people.organiser()
    client.force_login(organiser)
    outbox = "/mail/"
    assert "laureat mail work" in client.get(outbox).content.decode()
    assert [each.id for each in jobs.check_worker(None)] == ["laureat.W001"]
    told = CliRunner().invoke(mail, ["status"])
    assert (
        told.exit_code,
        "Фоновая служба здесь ещё ни разу не работала. Запустите её: laureat mail work"
        in told.output,
    ) == (0, True)
    letter()
    assert CliRunner().invoke(mail, ["status"]).exit_code == 1, (
        "something waits, and nobody is there"
    )
    jobs.register("worker seen", timedelta(minutes=1), actions.note_worker)
    Rota().run_due()
    assert jobs.check_worker(None) == []
    told = CliRunner().invoke(mail, ["status"])
    assert (told.exit_code, "Фоновая" in told.output) == (0, False)
    assert "laureat mail work" not in client.get(outbox).content.decode()
    Worker.objects.update(seen_at=clock.wall() - timedelta(minutes=6))
    assert "в последний раз работала" in client.get(outbox).content.decode()
    assert "в последний раз работала" in jobs.check_worker(None)[0].msg


def test_every_worker_says_that_it_is_there():
    assert any(job.work is actions.note_worker for job in jobs.registered())


@pytest.fixture
def signals():
    names = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(name) for name in names]
    yield
    for name, handler in zip(names, before, strict=True):
        signal.signal(name, handler)


def test_a_database_that_comes_back_finds_its_worker_still_there(monkeypatch, no_jobs, signals):
    rounds = []

    def one_round(_rota):
        rounds.append(1)
        if len(rounds) < 3:
            message = "server closed the connection unexpectedly\n\tThis probably means"
            raise OperationalError(message)
        os.kill(os.getpid(), signal.SIGTERM)
        return 0, 0, 0, []

    monkeypatch.setattr(commands, "work_once", one_round)
    monkeypatch.setattr(commands, "LOST", 0)
    monkeypatch.setattr(commands.connections, "close_all", lambda: None)
    monkeypatch.setattr(commands, "close_old_connections", lambda: None)
    done = CliRunner().invoke(mail, ["work"])
    assert (done.exit_code, len(rounds)) == (0, 3)
    assert (
        done.output.count(
            "База данных не отвечает: server closed the connection unexpectedly. Новая попытка через 0 с.\n"
        )
        == 2
    )
    monkeypatch.setattr(commands, "work_once", lambda _rota: 1 / 0)
    assert isinstance(CliRunner().invoke(mail, ["work"]).exception, ZeroDivisionError)
