"""Somebody who is here for the first time: what is needed is said beforehand, with the reason."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.translation import activate

from laureat.intake.queries.card import facts_in, field_of, lacking, needs_of, unknown_in
from laureat.registry.actions import change_organisation
from laureat.registry.queries import facts_of
from laureat.rulebook.actions import open_stage
from tests.worlds import intake as world
from tests.worlds.outreach import practices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _russian():
    activate("ru")


def main(response):
    """What the page says, without its frame."""
    page = response.content.decode().split("<main")[1].split("</main")[0]
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_what_the_card_must_say_follows_from_the_rules():
    rules = world.prize().rules
    assert [(need.fact, need.field, need.why) for need in needs_of(rules)] == [
        ("organisation.headcount", "headcount", "Класс по численности"),
        ("organisation.years_active", "founded_on", "Более трёх лет деятельности"),
    ]
    assert [need.fact for need in needs_of(world.goods().rules)] == ["organisation.region"]
    organisation = world.factory(headcount=None)
    facts = facts_of(organisation, None, organisation.founded_on)
    assert [need.field for need in lacking(rules, facts)] == ["headcount"]


def test_a_fact_is_asked_for_once_and_unknown_ones_are_named():
    source = "product.okpd2 != '' && organisation.headcount > 1 && organisation.headcount < 9"
    assert facts_in(source) == ["product.okpd2", "organisation.headcount"]
    told, facts = unknown_in(source, {"organisation": {"headcount": 5}, "product": {"okpd2": ""}})
    assert "Код ОКПД2" in told
    assert facts == ["product.okpd2"]
    assert unknown_in("true", {})[1] == []


def test_a_link_to_the_card_of_the_organisation_leads_to_fields_that_it_has():
    assert field_of(["organisation.headcount", "product.okpd2"]) == "headcount"
    assert field_of(["product.okpd2"]) == field_of([]) == ""


def test_what_is_needed_is_said_before_anything_is_typed(client):
    edition = world.prize()
    with world.at(edition, "2024-02-05"):
        entrance = main(client.get(reverse("intake:apply", args=[edition.uid])))
        assert "Численность — проверяется в условиях: Класс по численности" in entrance
        client.force_login(world.person())
        start = reverse("intake:start", args=[edition.uid])
        page = client.get(start)
        assert "Численность — проверяется в условиях: Класс по численности" in main(page)
        assert 'name="inn"' in page.content.decode()


def test_a_newcomer_begins_with_the_inn_and_the_card_asks_for_what_is_needed(client):
    edition = world.prize()
    start, register = reverse("intake:start", args=[edition.uid]), reverse("registry:new")
    inn = world.tax_number(77)
    client.force_login(world.person())
    with world.at(edition, "2024-02-05"):
        page = client.get(start).content.decode()
        card = unescape(re.search(r'<form method="post" action="([^"]+)"', page)[1])
        assert urlsplit(card).path == register
        assert parse_qs(urlsplit(card).query) == {
            "next": [start],
            "needs": ["headcount,founded_on"],
        }
        sent = {"go": "fill"}  # no INN stands in an address: an entrepreneur's is personal
        wrong = client.post(card, sent | {"inn": "4205"}).content.decode()
        assert 'value="4205"' in wrong
        assert "10 цифр" in wrong
        filled = client.post(card, sent | {"inn": f" {inn[:4]} {inn[4:]}"})
        assert "Реестр ещё не знает этого ИНН" in filled.content.decode()
        known = {"name_ru": "ООО «Демо-новичок»", "inn": inn, "region": "42"}
        answer = client.post(card, known)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"headcount", "founded_on"}
        facts = {"headcount": "40", "founded_on": "2001-04-02"}
        assert client.post(card, known | facts).url == start


def test_a_card_without_the_headcount_says_so_at_once_and_where_to_enter_it(client):
    edition = world.prize()
    organisation = world.factory(headcount=None)
    client.force_login(world.acting_for(organisation))
    start = reverse("intake:start", args=[edition.uid])
    card = reverse("registry:edit", args=[organisation.uid])
    with world.at(edition, "2024-02-05"):
        page = client.get(start)
        assert "В карточке не хватает сведений, нужных конкурсу" in main(page)
        link = re.search(rf'href="({card}\?next=[^"#]+)#id_headcount"', page.content.decode())
        back = client.get(link[1].replace("&amp;", "&"))
        assert 'id="id_headcount"' in back.content.decode()
        answers = {f"f-{key}": str(value).lower() for key, value in world.PRIZE_ANSWERS.items()}
        asked = client.post(start, {"organisation": organisation.uid, "go": "check", **answers})
        assert "Пока неизвестно" in main(asked)
        assert "Указать" in main(asked)
        change_organisation(organisation, {"headcount": 40}, by=None)
        assert "не хватает" not in main(client.get(start))
        done = client.post(start, {"organisation": organisation.uid, "go": "check", **answers})
        assert "Да: все условия выполнены" in main(done)


def test_who_never_confirmed_an_address_is_reminded_when_the_entry_is_handed_in(client):
    prize, organisation = world.prize(), world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(prize, organisation, by=user)
    client.force_login(user)
    address, _new = EmailAddress.objects.get_or_create(user=user, email=user.email)
    receipt, told = (
        reverse("intake:receipt", args=[entry.uid]),
        "Ваш адрес эл. почты не подтверждён",
    )
    EmailAddress.objects.filter(pk=address.pk).update(verified=False)
    page = client.get(receipt)
    assert told in main(page)
    assert f"На адрес {user.email} придут расписка и все решения." in main(page)
    assert f'href="{reverse("account_email")}"' in page.content.decode()
    EmailAddress.objects.filter(pk=address.pk).update(verified=True)
    assert told not in main(client.get(receipt))


def test_the_first_page_of_an_application_counts_no_steps_and_sends_nobody_to_a_card_not_made_yet(
    client,
):
    edition = practices()
    with world.at(edition, "2025-09-20"):
        open_stage(world.stage_of(edition, "intake"), by=None)
        client.force_login(world.person())
        page = main(client.get(reverse("intake:start", args=[edition.uid])))
    assert "Сначала — организация" in page
    assert "Шаг" not in page
    entrance = main(client.get(reverse("intake:apply", args=[edition.uid])))
    assert "Практика должна применяться не менее полугода." in entrance
    assert "Проверьте численность" not in entrance
