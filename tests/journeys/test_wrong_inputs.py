"""What goes wrong for people, and what they read then: nothing typed is lost, and it says why."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.urls import reverse

from laureat.assessment.actions import start_scorebook
from laureat.assessment.models import Mark, Scorebook
from laureat.intake import actions as intake_actions
from laureat.rulebook.models import Stage
from tests.journeys.accounts import at_present, may_sign_in
from tests.journeys.steps import PASSWORD
from tests.worlds import assessment as world
from tests.worlds import intake

SAVED = "[data-autosave][data-state=saved]"


@pytest.fixture
def scorebook(live_server) -> Scorebook:
    """A scorebook of the prize, begun; its assessor may sign in."""
    prize = world.prize_at_desk(entries=1)
    assignment = world.team(prize)[0]
    with prize.now():
        book = start_scorebook(assignment, by=None)
    at_present(prize.stage)
    may_sign_in(book.assessor.user)
    return book


def part(book: Scorebook, key: str = "1a") -> str:
    return reverse("assessment:part", args=[book.uid, key])


# ------------------------------------------------------------------ the door


def test_a_wrong_password_says_so_and_five_lock_the_door(somebody, live_server):
    email = may_sign_in(intake.person("Забывчивая Демо"))
    visitor = somebody()
    for _ in range(4):
        visitor.sign_in(email, "не-тот-пароль")
        visitor.reads("адрес электронной почты и/или пароль неверны")
    visitor.see().sign_in(email, "не-тот-пароль")
    visitor.reads("Слишком много неверных паролей", "ещё на 15 минут").see()
    visitor.sign_in(email, PASSWORD).reads("Слишком много неверных паролей")
    AccessAttempt.objects.all().delete()  # a quarter of an hour later
    visitor.sign_in(email, PASSWORD).reads("Моя работа")


def test_an_unknown_address_and_a_form_opened_by_hand_say_what_to_do(somebody, live_server):
    visitor = somebody()
    visitor.go("/results/nowhere/1999/").reads("Такой страницы нет").see()
    visitor.go(reverse("accounts:demo_sign_in")).reads("принимаются только формы").see()
    visitor.go("/account/invitation/broken/").reads("Ссылка приглашения неполная").see()
    visitor.go("/account/confirm-email/broken/").reads("Войти").see()


def test_a_page_that_grew_old_says_so_and_works_once_more(somebody, live_server):
    visitor = somebody(java_script_enabled=False)
    visitor._look = None
    visitor.go("/account/signup/").type("Фамилия, имя, отчество", "Долгий Демо")
    visitor.type("Адрес электронной почты", "long@demo.invalid")
    for field in ("password1", "password2"):
        visitor.page.fill(f"[name={field}]", PASSWORD)
    visitor.page.check("[name=consent]")
    visitor.page.context.clear_cookies()
    visitor.press("Создать учётную запись")
    visitor.reads("была открыта слишком долго")
    visitor.page.go_back()
    assert visitor.field("Фамилия, имя, отчество").input_value() == "Долгий Демо"


def test_signing_in_elsewhere_leaves_open_pages_usable(somebody, live_server, scorebook):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    assessor.go(part(scorebook))
    other = assessor.page.context.new_page()
    other.goto(f"{live_server.url}{reverse('account_logout')}")
    other.locator("main button").click()
    other.goto(f"{live_server.url}{reverse('account_login')}")
    other.get_by_label("Адрес электронной почты").fill(scorebook.assessor.user.email)
    other.locator("[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Войти", exact=True).click()
    other.wait_for_url("**/account/")
    assessor.page.fill("[name=strengths]", "Набрано на старой странице")
    assessor.page.wait_for_selector(SAVED)
    assert Mark.objects.get(scorebook=scorebook).strengths == "Набрано на старой странице"


# ------------------------------------------------------------------ nothing typed is lost


def test_a_session_that_ends_in_a_scorebook_loses_no_text(somebody, live_server, scorebook):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    assessor.go(part(scorebook))
    Session.objects.all().delete()
    assessor.page.fill("[name=strengths]", "Стратегия обновляется каждый год")
    assessor.reads("Вы вышли из системы", "Набранное остаётся в этом окне").see()
    assert assessor.page.locator("[name=strengths]").input_value() == (
        "Стратегия обновляется каждый год"
    )
    assessor.follow("Войти").type("Адрес электронной почты", scorebook.assessor.user.email)
    assessor.page.locator("[name=password]").fill(PASSWORD)
    assessor.press("Войти")
    assert assessor.page.url.endswith(part(scorebook))
    assessor.page.wait_for_selector(SAVED)
    assert assessor.page.locator("[name=strengths]").input_value() == (
        "Стратегия обновляется каждый год"
    )
    assert Mark.objects.get(scorebook=scorebook).strengths == "Стратегия обновляется каждый год"


def test_a_session_that_ends_in_an_application_loses_no_text(somebody, live_server):
    prize = intake.prize()
    at_present(Stage.objects.get(edition=prize, key="intake"))
    organisation = intake.factory()
    user = intake.acting_for(organisation)
    email = may_sign_in(user)
    entry = intake_actions.start_entry(prize, organisation, answers=intake.PRIZE_ANSWERS, by=user)
    applicant = somebody().sign_in(email, PASSWORD)
    applicant.go(reverse("intake:section", args=[entry.uid, "report"]))
    Session.objects.all().delete()
    applicant.page.fill("[name=f-summary]", "Мы начали с малого.")
    applicant.reads("Вы вышли из системы").see().follow("Войти")
    applicant.type("Адрес электронной почты", email)
    applicant.page.locator("[name=password]").fill(PASSWORD)
    applicant.press("Войти")
    applicant.page.wait_for_selector(SAVED)
    entry.refresh_from_db()
    assert entry.answers["summary"] == "Мы начали с малого."


def test_two_tabs_in_one_scorebook_never_overwrite_each_other(somebody, live_server, scorebook):
    first = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    second = somebody(width=390).sign_in(scorebook.assessor.user.email, PASSWORD)
    for each in (first, second):
        each.go(part(scorebook))
    first.page.fill("[name=strengths]", "Из первого окна")
    first.page.wait_for_selector(SAVED)
    second.page.fill("[name=strengths]", "Из второго окна")
    second.reads("Тем временем сохранено в другом окне", "Из первого окна").see()
    assert second.page.locator("[name=strengths]").input_value() == "Из второго окна"
    assert Mark.objects.get(scorebook=scorebook).strengths == "Из первого окна"
    second.press("Записать набранное поверх")
    assert Mark.objects.get(scorebook=scorebook).strengths == "Из второго окна"
