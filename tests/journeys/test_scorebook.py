"""An assessor at the scorebook: with the keyboard alone, without a connection, in two windows."""

from __future__ import annotations

import pytest
from playwright.sync_api import APIResponse, Route, expect

from laureat.assessment import actions
from laureat.assessment.models import Mark, Scorebook
from tests.journeys.accounts import at_present, may_sign_in
from tests.journeys.steps import PASSWORD
from tests.journeys.test_wrong_inputs import SAVED, part
from tests.worlds import assessment as world


@pytest.fixture
def team(live_server):
    """The team of an entry of the prize; its members may sign in."""
    prize = world.prize_at_desk(entries=1)
    rows = world.team(prize)
    at_present(prize.stage)
    for row in rows:
        may_sign_in(row.assessor.user)
    return rows


@pytest.fixture
def scorebook(team) -> Scorebook:
    """A scorebook, begun."""
    return actions.start_scorebook(team[1], by=None)


def stored(book: Scorebook, key: str = "1a") -> tuple[str, str]:
    mark = Mark.objects.filter(scorebook=book, part=key).first()
    return ("", "") if mark is None else (mark.strengths, str(mark.value or ""))


def test_a_part_is_filled_with_the_keyboard_alone(somebody, live_server, scorebook):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    keys = page.keyboard
    page.locator("[name=strengths]").focus()
    keys.type("Цели известны всем")
    keys.press("Enter")
    keys.type("Их пересматривают")
    keys.press("Tab")
    keys.type("Не все сроки соблюдены")
    page.locator("[name^=attribute-]").first.focus()
    for _ in range(3):
        for _ in range(13):
            keys.press("ArrowUp")
        keys.press("ArrowDown")
        keys.press("Tab")
    assert page.evaluate("document.activeElement.name") == "value"
    assert page.locator("[name=value]").input_value() == "55"
    with page.expect_navigation():
        keys.press("Control+Enter")
    assert page.url.endswith(part(scorebook, "1b"))
    assert page.evaluate("document.activeElement.name") == "strengths"
    assert stored(scorebook) == ("Цели известны всем\nИх пересматривают", "55.0000")
    with page.expect_navigation():
        keys.press("Control+Shift+Enter")
    assert page.url.endswith(part(scorebook, "1a"))
    assessor.see()


def test_without_a_connection_nothing_is_lost_and_it_is_saved_later(
    somebody, live_server, scorebook
):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.context.set_offline(True)
    page.fill("[name=strengths]", "Набрано в поезде")
    assessor.reads("Нет связи: набранное хранится на этом устройстве")
    page.get_by_role("button", name="Дальше: 1б").click()
    assessor.reads("Нет связи: набранное хранится на этом устройстве")
    assert page.locator("[name=strengths]").input_value() == "Набрано в поезде"
    assert page.url.endswith(part(scorebook))
    assert stored(scorebook) == ("", "")
    page.context.set_offline(False)
    page.wait_for_url(f"**{part(scorebook, '1b')}")
    assert stored(scorebook) == ("Набрано в поезде", "")


def test_what_a_closed_window_did_not_save_is_offered_in_the_next(somebody, live_server, scorebook):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.context.set_offline(True)
    page.fill("[name=strengths]", "Набрано перед закрытием")
    assessor.reads("Нет связи")
    context = page.context
    page.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto(live_server.url + part(scorebook))
    notice = other.locator("form .notice", has_text="остался несохранённый текст")
    expect(notice).to_contain_text("Сильные стороны")
    expect(notice).to_contain_text("Набрано перед закрытием")
    assert other.locator("[name=strengths]").input_value() == ""
    other.get_by_role("button", name="Вернуть в поля").click()
    expect(notice).to_have_count(0)
    other.wait_for_selector(SAVED)
    assert stored(scorebook) == ("Набрано перед закрытием", "")


def test_what_was_sent_after_the_session_had_ended_comes_back(somebody, live_server, scorebook):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.context.clear_cookies(name="sessionid")
    page.fill("[name=strengths]", "Набрано после обеда")
    page.locator("[data-next]").click()
    page.wait_for_url("**/account/login/**")
    other = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    other.go(part(scorebook, "1b")).page.fill("[name=strengths]", "Другая часть")
    other.page.wait_for_selector(SAVED)
    assessor.sign_in(scorebook.assessor.user.email, PASSWORD).go(part(scorebook))
    page.wait_for_selector(SAVED)
    assert page.locator("[name=strengths]").input_value() == "Набрано после обеда"
    assert stored(scorebook, "1a")[0] == "Набрано после обеда"


def test_what_was_sent_in_vain_is_offered_when_the_part_was_changed_meanwhile(
    somebody, live_server, scorebook
):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.context.clear_cookies(name="sessionid")
    page.fill("[name=strengths]", "Набрано после обеда")
    page.locator("[data-next]").click()
    page.wait_for_url("**/account/login/**")
    other = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    other.go(part(scorebook)).page.fill("[name=strengths]", "Набрано дома")
    other.page.wait_for_selector(SAVED)
    assessor.sign_in(scorebook.assessor.user.email, PASSWORD).go(part(scorebook))
    notice = page.locator("form .notice", has_text="остался несохранённый текст")
    expect(notice).to_contain_text("Набрано после обеда")
    assert page.locator("[name=strengths]").input_value() == "Набрано дома"


def test_a_mark_sent_with_a_percent_sign_was_saved_and_is_not_offered(
    somebody, live_server, scorebook
):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.fill("[name=value]", "60 %")
    with page.expect_navigation():
        page.locator("[data-next]").click()
    assessor.go(part(scorebook)).misses("остался несохранённый текст")
    assert page.locator("[name=value]").input_value() == "60"


def test_the_next_at_a_shared_computer_finds_nothing_of_the_one_before(
    somebody, live_server, scorebook, team
):
    theirs = actions.start_scorebook(team[2], by=None)
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.context.set_offline(True)
    page.fill("[name=strengths]", "Только моё")
    assessor.reads("Нет связи")
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert "Только моё" in page.evaluate(kept)
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    assessor.sign_in(theirs.assessor.user.email, PASSWORD).go(part(theirs))
    assert "Только моё" not in page.evaluate(kept)


def test_who_goes_on_while_the_page_saves_itself_is_no_conflict_with_oneself(
    somebody, live_server, scorebook
):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    slow: list[tuple[Route, APIResponse]] = []

    def answer_late(route: Route) -> None:
        if slow or "hx-request" not in route.request.headers:
            route.continue_()
        else:
            slow.append((route, route.fetch()))

    page.route(f"**{part(scorebook)}", answer_late)
    page.fill("[name=strengths]", "Набрано первым")
    while not slow:
        page.wait_for_timeout(100)
    assert stored(scorebook) == ("Набрано первым", "")
    page.fill("[name=value]", "60")
    page.locator("[data-next]").click()
    page.wait_for_timeout(300)
    route, response = slow[0]
    route.fulfill(response=response)
    page.wait_for_url(f"**{part(scorebook, '1b')}")
    assert stored(scorebook) == ("Набрано первым", "60.0000")


def test_an_answer_lost_on_the_way_is_no_conflict_with_oneself(somebody, live_server, scorebook):
    assessor = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    lost: list[APIResponse] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort("connectionreset")

    page.route(f"**{part(scorebook)}", lose)
    page.fill("[name=strengths]", "Набрано в тоннеле")
    assessor.reads("Нет связи: набранное хранится на этом устройстве")
    page.wait_for_selector(SAVED)
    assessor.misses("Тем временем сохранено")
    assert stored(scorebook) == ("Набрано в тоннеле", "")


def test_two_windows_on_two_parts_do_not_disturb_each_other(somebody, live_server, scorebook):
    first = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    second = somebody().sign_in(scorebook.assessor.user.email, PASSWORD)
    first.go(part(scorebook, "1a"))
    second.go(part(scorebook, "1b"))
    for number, each in enumerate((first, second, first, second)):
        each.page.fill("[name=strengths]", f"Окно, запись {number}")
        each.page.wait_for_selector("[data-autosave][data-state=changed]")
        each.page.wait_for_selector(SAVED)
    assert stored(scorebook, "1a")[0] == "Окно, запись 2"
    assert stored(scorebook, "1b")[0] == "Окно, запись 3"


def test_what_is_off_the_scale_or_too_long_is_said_at_its_field(somebody, live_server, scorebook):
    assessor = somebody(width=390).sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.fill("[name=value]", "шестьдесят")
    assessor.reads("«шестьдесят»", "0, 5, … 100", "Пока не сохранено")
    expect(page.locator("[name=value]")).to_have_attribute("aria-invalid", "true")
    page.fill("[name=value]", "60 %")
    page.wait_for_selector(SAVED)
    expect(page.locator("[name=value]")).not_to_have_attribute("aria-invalid", "true")
    page.fill("[name=strengths]", "я" * 10_001)
    assessor.reads("10001", "не больше 10000").see()
    expect(page.locator("[name=strengths]")).to_have_attribute("aria-invalid", "true")
    assert page.locator("[name=strengths]").input_value() == "я" * 10_001
    assert stored(scorebook) == ("", "60.0000")


def test_who_goes_on_with_a_wrong_mark_is_led_to_it(somebody, live_server, scorebook):
    assessor = somebody(width=390).sign_in(scorebook.assessor.user.email, PASSWORD)
    page = assessor.go(part(scorebook)).page
    page.fill("[name=value]", "170")
    page.locator("[data-next]").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[name=value]")).to_be_focused()
    expect(page.locator("[name=value]")).to_be_in_viewport()
    assert stored(scorebook)[1] != "170.0000"


def test_the_lead_sees_who_gave_what_and_takes_a_line(somebody, live_server, team):
    for number, row in enumerate(team):
        book = world.written(row, 30 + 20 * number)
        mark = actions.MarkInput(
            30 + 20 * number, strengths=f"Мысль {number}\nИ\nЕщё", improvements="Раз\nДва\nТри"
        )
        book = actions.save_marks(book, {"1a": mark}, version=book.version, by=None)
        actions.sign_scorebook(book, by=None)
    row = team[0]
    agreed = actions.start_consensus(row.entry, row.stage, by=None)
    lead = somebody().sign_in(row.assessor.user.email, PASSWORD)
    lead.go(part(agreed)).reads("Оценки расходятся на 60", "Эксперт 2", "Мысль 3").see()
    page = lead.page
    page.fill("[name=strengths]", "Своё")
    page.locator("[data-said=strengths] .take", has_text="Мысль 2").click()
    page.wait_for_selector(SAVED)
    assert stored(agreed)[0] == "Своё\nМысль 2"
    assert page.locator("[data-said=strengths] .take", has_text="Мысль 2").is_disabled()
