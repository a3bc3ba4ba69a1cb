"""Who left the screen open is asked once more before what cannot be taken back; nothing is lost."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from laureat.platform.access.proof import _PROVED
from tests.journeys.accounts import may_sign_in
from tests.journeys.steps import PASSWORD
from tests.worlds import people


def twenty_minutes_pass() -> None:
    for key in Session.objects.values_list("session_key", flat=True):
        session = SessionStore(session_key=key)
        session[_PROVED] = session.get(_PROVED, 0) - 20 * 60
        session.save()


def test_a_person_is_erased_after_a_second_proof(somebody, settings):
    settings.PROOF_LASTS = timedelta(minutes=15)
    who_asks = people.person("Мария Забытая (демо)")
    organiser = somebody(width=390).sign_in(may_sign_in(people.organiser()), PASSWORD)
    organiser.go("/people/").reads("Люди и учётные записи").see()
    organiser.type("Часть имени или адреса", "забытая").press("Найти").see()
    organiser.follow("Удалить данные… Мария Забытая (демо)").see()
    organiser.reads("Отменить это нельзя", "Что исчезнет", "Что останется")
    field = "Адрес электронной почты этого человека, ещё раз"
    organiser.type(field, "other@demo.invalid").press("Удалить навсегда")
    organiser.reads("Это не адрес этого человека").see()

    organiser.type(field, who_asks.email)
    twenty_minutes_pass()
    organiser.press("Удалить навсегда").reads("Это вы?").see()
    organiser.type("Пароль", PASSWORD).press("Продолжить")
    organiser.reads("Спасибо, это вы", "Ничего ещё не сделано").see()
    organiser.press("Продолжить").reads("Данные человека удалены").misses("Забытая")

    twenty_minutes_pass()
    organiser.go(f"/account/people/{who_asks.uid}/erase/").reads("Это вы?")
