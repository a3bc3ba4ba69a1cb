"""The figures beside a list of letters are those of the letters that would go."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import activate

from laureat.outreach.actions import render_letters
from laureat.platform.access.models import Role
from laureat.platform.mail.actions import deliver_due
from laureat.registry.actions import change_organisation
from tests.worlds import outreach as world
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _russian(client):
    activate("ru")
    client.force_login(register.person(Role.SECRETARY))


def test_the_head_of_the_confirmation_counts_who_is_ticked(client):
    edition = world.prize()
    silent, heard = register.organisation(1, email=""), register.organisation(2)
    asked = {
        "letter": f"{edition.uid}:invitation",
        "language": "ru",
        "region": "42",
        "by": "filter",
        "dated": "2024-01-16",
        "first_number": "121",
    }
    page = client.post(reverse("outreach:new"), asked)
    assert figures(page) == (2, "МПТ-7/122", 1)
    again = client.post(reverse("outreach:new"), {**asked, "seen": "another", "pick": [heard.uid]})
    assert figures(again) == (1, "МПТ-7/121", 0)
    boxes = re.findall(r'data-number="([^"]+)"( data-silent)?', page.content.decode())
    assert dict(boxes) == {"МПТ-7/121": " data-silent", "МПТ-7/122": ""}
    assert [each for each, *_ in page.context["rows"]] == [silent, heard]


def figures(page):
    found = page.context["figures"]
    return found.count, found.last_number, found.no_address


def test_the_region_stands_with_the_question_to_whom_and_says_what_it_does(client):
    world.prize()
    page = client.get(reverse("outreach:new")).content.decode()
    whom = page[page.index("<legend>Кому") :]
    assert "Только организации этого региона; даты в письме — тоже по нему." in whom
    assert 'name="region"' in whom[: whom.index('name="by"')]


def test_sending_asks_about_those_who_can_be_reached_by_mail(client):
    campaign = world.letters(
        world.prize(),
        organisations=[register.organisation(1), register.organisation(2, email="")],
    )
    render_letters(campaign, by=None)
    page = client.get(reverse("outreach:campaign", args=[campaign.uid])).content.decode()
    assert "Передать почте 1 письмо сейчас?" in page
    assert "У 1 организации нет эл. почты: её письмо напечатайте и отправьте почтой." in page


def test_the_page_comes_anew_when_the_queue_is_empty(client):
    campaign = world.sent(world.letters(world.prize()))
    url = reverse("outreach:progress", args=[campaign.uid])
    assert "HX-Refresh" not in client.get(url, headers=HTMX).headers
    deliver_due()
    assert client.get(url, headers=HTMX).headers["HX-Refresh"] == "true"


def test_addresses_entered_since_are_offered_only_when_there_are_some(client):
    silent = register.organisation(2, email="")
    campaign = world.sent(
        world.letters(world.prize(), organisations=[register.organisation(1), silent])
    )
    url, offer = reverse("outreach:campaign", args=[campaign.uid]), "по появившимся адресам"
    page = client.get(url).content.decode()
    assert offer not in page
    assert "без эл. почты: отправить обычной почтой" in page
    change_organisation(silent, {"email": "new@demo.example"}, by=None)
    assert offer in client.get(url).content.decode()
