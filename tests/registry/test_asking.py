"""Whoever finds their organisation in the register asks its secretary for the right to act for it."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import activate

from laureat.ledger.models import Record
from laureat.platform.access.models import Grant, Role
from laureat.platform.errors import Refused
from laureat.platform.mail.models import Message
from laureat.registry import actions, queries
from tests.worlds import registry as world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _russian():
    activate("ru")


def asked():
    return list(Message.objects.filter(kind="registry.asked").order_by("pk"))


def test_the_secretary_of_the_region_is_asked_and_enters_the_person(client):
    found = world.organisation(1, kpp="420501001")
    secretary = world.person(Role.SECRETARY, region="42")
    world.person(Role.SECRETARY, region="54")
    world.person(Role.SECRETARY)
    applicant = world.person(name="Анна Демо")
    client.force_login(applicant)
    page = client.post(reverse("registry:known"), {"inn": found.inn}).content.decode()
    link = reverse("registry:ask", args=[found.uid])
    assert f'href="{link}"' in page
    page = client.get(link).content.decode()
    assert "ООО «Демо-завод 1»" in page
    assert "office1@demo.example" not in page, "nothing that is not public"
    answer = client.post(link, follow=True)
    assert "Секретарю отправлена просьба" in answer.content.decode()
    (message,) = asked()
    assert (message.to, message.user) == (secretary.email, secretary)
    assert "Анна Демо" in message.subject
    assert applicant.email in message.body
    to = re.search(r"/registry/[^# ]+", message.body)[0]
    assert applicant.email not in to, "an address of a page names nobody"
    assert not Grant.objects.filter(user=applicant).exists(), "asking gives nothing"
    record = Record.objects.get(action="organisation.representative_asked")
    assert record.subject == found.uid
    assert applicant.commitment in record.content
    assert applicant.email not in record.content
    client.force_login(secretary)
    assert f'value="{applicant.email}"' in client.get(to).content.decode()
    page = reverse("registry:organisation", args=[found.uid])
    stranger = world.person()
    assert stranger.email not in client.get(page, {"person": stranger.uid}).content.decode()
    client.post(
        reverse("registry:add_representative", args=[found.uid]), {"email": applicant.email}
    )
    assert queries.mine(applicant).get() == found


def test_asking_again_the_same_day_asks_nobody_twice(client):
    found = world.organisation(1)
    world.person(Role.SECRETARY)
    applicant = world.person()
    assert actions.ask_to_act_for(found, by=applicant) == 1
    with pytest.raises(Refused, match="Сегодня"):
        actions.ask_to_act_for(found, by=applicant)
    assert actions.ask_to_act_for(found, by=world.person()) == 1
    assert len(asked()) == 2
    client.force_login(applicant)
    answer = client.post(reverse("registry:ask", args=[found.uid]))
    assert answer.status_code == 422
    assert "Сегодня вы уже" in answer.content.decode()


def test_who_keeps_an_organisation_is_the_nearest_secretary():
    found = world.organisation(1)
    assert queries.keepers(found) == []
    with pytest.raises(Refused, match="организатор"):
        actions.ask_to_act_for(found, by=world.person())
    organiser = world.person(Role.ORGANISER)
    assert queries.keepers(found) == [organiser]
    country = world.person(Role.SECRETARY)
    assert queries.keepers(found) == [country]
    near = [world.person(Role.SECRETARY, region="42") for _each in range(2)]
    assert queries.keepers(found) == near


def test_whoever_may_act_already_need_not_ask_and_entrepreneurs_stay_unknown(client):
    owner = world.person()
    found = world.organisation(1, by=owner, is_demo=False)
    world.person(Role.SECRETARY)
    with pytest.raises(Refused, match="уже"):
        actions.ask_to_act_for(found, by=owner)
    number = world.individual_inn(2)
    alone = world.organisation(2, inn=number, is_demo=False)
    client.force_login(world.person())
    for uid in (alone.uid, "nobody"):
        page = reverse("registry:ask", args=[uid])
        assert client.get(page).status_code == client.post(page).status_code == 404
    assert asked() == []


def test_a_second_registration_is_refused_with_the_way_to_ask(client):
    found = world.organisation(1)
    client.force_login(world.person())
    typed = {"name_ru": "ООО «Демо»", "region": "42", "inn": found.inn}
    response = client.post(reverse("registry:new"), typed)
    assert response.status_code == 422
    assert reverse("registry:ask", args=[found.uid]) in response.content.decode()
