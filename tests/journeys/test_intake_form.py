"""The application form in a browser: it saves itself, asks what follows, and never overwrites."""

from datetime import timedelta

import pytest
from django.urls import reverse

from laureat.intake import actions
from laureat.platform.clock import now
from laureat.registry.actions import load_regions, load_sectors
from laureat.rulebook.models import Stage
from tests.worlds import intake as world

PDF = {"name": "сертификат.pdf", "mimeType": "application/pdf", "buffer": world.a_file().read()}


@pytest.fixture
def draft(live_server, client):
    """A draft while applications are open, and its applicant signed in to `client`."""
    load_regions()
    load_sectors()
    prize = world.prize()
    Stage.objects.filter(key="intake", edition=prize).update(
        opens_at=now() - timedelta(days=9), closes_at=now() + timedelta(days=2)
    )
    organisation = world.factory()
    user = world.acting_for(organisation)
    client.force_login(user)
    return actions.start_entry(prize, organisation, answers=world.PRIZE_ANSWERS, by=user)


def sign_in(page, client, live_server):
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])


def test_a_form_saves_itself_and_asks_what_follows(
    page, client, live_server, draft, check_axe, check_width, open_page
):
    sign_in(page, client, live_server)
    url = live_server.url + reverse("intake:section", args=[draft.uid, "organisation"])
    page.goto(url)
    page.locator("[name=f-main_products]").fill("Приборы и автоматика")
    page.wait_for_selector("[data-autosave][data-state=saved]")
    page.locator("[name=f-certified][value=true]").check()
    page.wait_for_selector("[name=f-certificates]")
    page.set_input_files("[name=f-certificates]", PDF)
    page.wait_for_selector(".attached")
    page.locator("[name=f-sites]").fill("пять")
    page.wait_for_selector("#problems .notice")
    check_axe(page)
    page.locator("[name=f-sites]").fill("5")
    page.locator("button[value=next]").click()
    page.wait_for_url("**/form/report/")
    draft.refresh_from_db()
    assert draft.answers == world.PRIZE_ANSWERS | {
        "main_products": "Приборы и автоматика",
        "certified": True,
        "sites": "5",
    }
    phone = open_page(width=390)
    sign_in(phone, client, live_server)
    phone.goto(url)
    check_width(phone)
    check_axe(phone)


def test_two_windows_never_overwrite_each_other(page, client, live_server, draft, open_page):
    other = open_page()
    url = live_server.url + reverse("intake:section", args=[draft.uid, "report"])
    for window in (page, other):
        sign_in(window, client, live_server)
        window.goto(url)
    page.locator("[name=f-summary]").fill("Первый")
    page.wait_for_selector("[data-autosave][data-state=saved]")
    other.locator("[name=f-summary]").fill("Второй")
    other.wait_for_selector("#problems .notice.error")
    draft.refresh_from_db()
    assert draft.answers["summary"] == "Первый"
    assert other.locator("[name=f-summary]").input_value() == "Второй"
    other.locator("button[name=mine]").click()
    other.wait_for_selector("#problems .notice", state="detached")
    draft.refresh_from_db()
    assert draft.answers["summary"] == "Второй"


def test_who_was_signed_out_reads_one_message_and_loses_nothing(page, client, live_server, draft):
    sign_in(page, client, live_server)
    url = live_server.url + reverse("intake:section", args=[draft.uid, "report"])
    page.goto(url)
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=f-summary]").fill("Написано после выхода")
    page.wait_for_selector(".signed-out")
    assert page.locator("[data-autosave]").inner_text() == ""
    sign_in(page, client, live_server)
    page.goto(url)
    page.wait_for_selector("[data-autosave][data-state=saved]")
    draft.refresh_from_db()
    assert draft.answers["summary"] == "Написано после выхода"


def test_on_a_phone_the_bar_of_buttons_covers_no_refused_file(
    client, live_server, draft, open_page
):
    phone = open_page(width=390)
    sign_in(phone, client, live_server)
    phone.set_viewport_size({"width": 390, "height": 700})
    phone.goto(live_server.url + reverse("intake:section", args=[draft.uid, "organisation"]))
    phone.locator("[name=f-certified][value=true]").check()
    phone.wait_for_selector("[name=f-certificates]")
    wrong = {"name": "program.exe", "mimeType": "application/pdf", "buffer": b"MZ"}
    phone.set_input_files("[name=f-certificates]", wrong)
    phone.wait_for_selector("#problems .notice.error")
    seen = phone.evaluate(
        """() => {
            const box = document.querySelector(".field.wrong input[type=file]");
            document.documentElement.style.scrollBehavior = "auto";
            scrollBy(0, box.getBoundingClientRect().bottom - innerHeight);
            const {left, top, width, height} = box.getBoundingClientRect();
            return document.elementFromPoint(left + width / 2, top + height / 2)?.name;
        }"""
    )
    assert seen == "f-certificates"
