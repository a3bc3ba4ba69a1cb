"""Whoever types an INN that the register knows need not type the rest."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import activate

from laureat.platform.access.models import Role
from laureat.registry.models import Organisation
from laureat.registry.queries import Known, Prefill, known
from tests.worlds import registry as world

pytestmark = pytest.mark.django_db
FACTS = {
    "name_ru": "ООО «Демо-завод 1»",
    "name_en": "Demo Works 1",
    "inn": world.inn(1),
    "region": "42",
    "headcount": 120,
}


@pytest.fixture(autouse=True)
def _russian():
    activate("ru")


def value(page: str, name: str) -> str:
    """What the field `name` holds."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, name
    said = re.search(r'value="([^"]*)"', tag[0])
    return said[1].replace("&quot;", '"') if said else ""


def test_anybody_learns_of_a_legal_entity_what_is_public_of_it_and_nothing_more():
    there = world.organisation(1, ogrn=world.ogrn(1), kpp="420501001", phone="+7 384 200-00-00")
    found = known(world.inn(1), world.person())
    assert found == Prefill(
        [
            Known(
                **FACTS,
                uid=there.uid,
                kpp="420501001",
                is_branch=False,
                ogrn=world.ogrn(1),
                city_ru="",
                city_en="",
                sector="",
            )
        ]
    )
    assert found.facts == FACTS | {"ogrn": world.ogrn(1)}
    assert not found.own


def test_an_entrepreneur_is_known_to_nobody_but_those_who_keep_or_act_for_them():
    number = world.individual_inn(1)
    owner = world.person()
    uid = world.organisation(1, inn=number, by=owner, is_demo=False).uid
    assert known(number, world.person()) == Prefill([])
    assert known(number, world.person(Role.SECRETARY, region="54")) == Prefill([])
    for reader in (owner, world.person(Role.SECRETARY, region="42")):
        assert [(each.uid, each.own) for each in known(number, reader).organisations] == [
            (uid, True)
        ]


def test_branches_share_what_they_agree_on():
    world.organisation(1, kpp="420501001", name_ru="ООО «Демо-сеть»", name_en="")
    world.organisation(
        1, kpp="300143001", is_branch=True, name_ru="ООО «Демо-сеть», филиал", region="54"
    )
    found = known(world.inn(1), world.person())
    assert [each.kpp for each in found.organisations] == ["420501001", "300143001"]
    assert found.facts == {"inn": world.inn(1), "headcount": 120}


def test_what_was_typed_stays_and_the_rest_is_filled_in(client):
    world.organisation(1, kpp="420501001")
    client.force_login(world.person())
    typed = {"inn": world.inn(1), "name_ru": "Моё название", "headcount": ""}
    page = client.post(reverse("registry:known"), typed).content.decode()
    assert "Реестр знает этот ИНН" in page
    assert (value(page, "headcount"), value(page, "name_en")) == ("120", "Demo Works 1")
    assert 'name="name_ru"' not in page
    assert page.count("hx-swap-oob") == 3  # the region is a list: it comes too
    assert re.search(r'<option value="42" selected>', page)


def test_facts_of_a_mistyped_inn_give_way_and_what_was_typed_does_not(client):
    world.organisation(1, ogrn=world.ogrn(1))
    world.organisation(2, name_ru="ООО «Демо-завод 2»", name_en="", region="54", headcount=7)
    client.force_login(world.person())
    first = client.post(reverse("registry:known"), {"inn": world.inn(1)}).content.decode()
    there = FACTS | {"ogrn": world.ogrn(1), "name_ru": "Моё название"}
    there |= {"filled": value(first, "filled")}
    page = client.post(reverse("registry:known"), there | {"inn": world.inn(2)}).content.decode()
    assert [value(page, name) for name in ("headcount", "name_en", "ogrn")] == ["7", "", ""]
    assert re.search(r'<option value="54" selected>', page)
    assert 'name="name_ru"' not in page
    page = client.post(reverse("registry:known"), there | {"inn": world.inn(3)}).content.decode()
    assert [value(page, name) for name in ("headcount", "name_en", "ogrn")] == ["", "", ""]
    whole = client.post(reverse("registry:new"), there | {"inn": world.inn(2), "go": "fill"})
    page = whole.content.decode()
    names = ("inn", "name_ru", "headcount", "ogrn")
    assert [value(page, name) for name in names] == [world.inn(2), "Моё название", "7", ""]


def test_without_javascript_a_button_fills_the_form_and_registers_nothing(client):
    world.organisation(1, kpp="420501001")
    client.force_login(world.person())
    typed = {"inn": world.inn(1), "name_ru": "Моё название", "email": "not an address"}
    response = client.post(reverse("registry:new"), typed | {"go": "fill"})
    page = response.content.decode()
    assert response.status_code == 200
    assert [value(page, name) for name in ("name_ru", "headcount", "email")] == [
        "Моё название",
        "120",
        "not an address",
    ]
    assert Organisation.objects.count() == 1


def test_another_page_sends_the_inn_in_the_body_and_an_address_brings_none(client):
    world.organisation(1)
    client.force_login(world.person())
    new = reverse("registry:new")
    page = client.post(new, {"go": "fill", "inn": world.inn(1)}).content.decode()
    assert value(page, "name_ru") == "ООО «Демо-завод 1»"
    page = client.post(new, {"go": "fill", "inn": world.inn(2)}).content.decode()
    assert "Реестр ещё не знает этого ИНН" in page
    page = client.post(new, {"go": "fill", "inn": "12"}).content.decode()
    assert value(page, "inn") == "12"
    assert "10 цифр" in page
    page = client.get(new, {"inn": world.individual_inn(1)}).content.decode()
    assert value(page, "inn") == ""


def test_nobody_reads_the_register_number_by_number(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"organisation_by_inn": "2/m/user"}
    for number in (1, 2, 3):
        world.organisation(number)
    client.force_login(world.person())
    ask, new = reverse("registry:known"), reverse("registry:new")
    pages = [client.post(ask, {"inn": world.inn(each)}).content.decode() for each in (1, 2, 3)]
    assert ["Демо-завод" in page for page in pages] == [True, True, False]
    assert "слишком" not in pages[1]
    assert "много ИНН" in pages[2]
    whole = client.post(new, {"go": "fill", "inn": world.inn(3), "name_ru": "Моё"})
    page = whole.content.decode()
    assert (whole.status_code, value(page, "name_ru"), "много ИНН" in page) == (200, "Моё", True)
    # A facts oracle: whether what was "typed" is what the register says of an INN not looked up.
    asked = {"inn": "", "filled": world.inn(3), "headcount": "120"}
    assert 'name="headcount"' not in client.post(ask, asked).content.decode()
    # The page goes on without.
    mine = {"inn": world.inn(9), "name_ru": "ООО «Демо-своё»", "region": "42"}
    assert client.post(new, mine).status_code == 302
    client.force_login(world.person(Role.SECRETARY, region="42"))
    for number in (1, 2, 3):
        page = client.post(ask, {"inn": world.inn(number)}).content.decode()
        assert "Демо-завод" in page, "who keeps the register is not counted"


def test_a_mistyped_inn_is_explained_at_once_and_known_to_nobody(client):
    world.organisation(1)
    client.force_login(world.person())
    wrong = world.inn(1)[:-1] + str((int(world.inn(1)[-1]) + 1) % 10)
    page = client.post(reverse("registry:known"), {"inn": wrong}).content.decode()
    assert "контрольная цифра" in page.lower() or "Контрольн" in page
    assert "hx-swap-oob" not in page
    assert "не знает" not in page


def test_whoever_keeps_it_is_led_to_it(client):
    found = world.organisation(1)
    client.force_login(world.person(Role.SECRETARY, region="42"))
    page = client.post(reverse("registry:known"), {"inn": world.inn(1)}).content.decode()
    assert reverse("registry:organisation", args=[found.uid]) in page


def test_only_people_who_signed_in_ask(client):
    response = client.post(reverse("registry:known"), {"inn": world.inn(1)})
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))
