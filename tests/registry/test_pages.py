"""Pages of the register: who gets where, what a wrong number says, how many queries."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils.translation import activate, override

from laureat.platform.access.models import Role
from laureat.registry.actions import record_distinction
from laureat.registry.models import Good, Organisation
from tests.worlds import registry as world

pytestmark = pytest.mark.django_db
MOST = 8


@pytest.fixture(autouse=True)
def _russian():
    """A page in English leaves its language behind."""
    activate("ru")


TYPED = {"name_ru": "ООО «Демо»", "region": "42", "city_ru": "Кемерово"}


def test_signed_out_people_are_sent_to_sign_in(client):
    found = world.organisation(1)
    for name, args in (
        ("mine", []),
        ("organisations", []),
        ("new", []),
        ("export", []),
        ("organisation", [found.uid]),
        ("edit", [found.uid]),
        ("new_good", [found.uid]),
    ):
        response = client.get(reverse(f"registry:{name}", args=args))
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("address", ["https://news.example/1", ""])
def test_the_source_of_an_honour_is_named_in_the_readers_language(client, address):
    found = world.organisation(1)
    record_distinction(
        found,
        award_key="prize",
        year=2020,
        honour_key="laureate",
        title_ru="Лауреат",
        title_en="Laureate",
        source_title_ru="Новости Кузбасса, 2020",
        source_title_en="Kuzbass News, 2020",
        source_url=address,
        by=None,
    )
    client.force_login(world.person(Role.ORGANISER))
    page = client.get(reverse("registry:organisation", args=[found.uid])).content.decode()
    assert "Новости Кузбасса, 2020<" in page
    assert "Kuzbass News" not in page


def test_strangers_read_why_they_may_not(client):
    found = world.organisation(1)
    good = world.good(found)
    client.force_login(world.person())
    for name, uid in (("organisation", found.uid), ("edit", found.uid), ("edit_good", good.uid)):
        response = client.get(reverse(f"registry:{name}", args=[uid]))
        assert response.status_code == 403
        assert "секретарь" in response.content.decode()
    assert client.get(reverse("registry:organisation", args=["nothing"])).status_code == 404


def test_an_applicant_adds_an_organisation_with_its_goods(client):
    client.force_login(world.person())
    assert client.get(reverse("registry:mine")).status_code == 200
    assert client.get(reverse("registry:new")).status_code == 200
    response = client.post(reverse("registry:new"), TYPED | {"inn": world.inn(1)})
    found = Organisation.objects.get()
    assert response.url == reverse("registry:organisation", args=[found.uid])
    page = client.get(response.url).content.decode()
    assert world.inn(1) in page
    assert "кто действует" not in page.lower()
    new_good = reverse("registry:new_good", args=[found.uid])
    assert client.get(new_good).status_code == 200
    client.post(
        new_good, {"name_ru": "Демо-хлеб", "okpd2": "10.71.11", "launched_on": "2020-02-01"}
    )
    good = Good.objects.get()
    edit_good = reverse("registry:edit_good", args=[good.uid])
    assert 'value="2020-02-01"' in client.get(edit_good).content.decode()
    client.post(edit_good, {"name_ru": "Демо-хлеб", "okpd2": "10.71", "launched_on": ""})
    good.refresh_from_db()
    assert (good.okpd2, good.launched_on) == ("10.71", None)
    edit = reverse("registry:edit", args=[found.uid])
    client.post(edit, TYPED | {"inn": world.inn(1), "headcount": "12"})
    found.refresh_from_db()
    assert found.headcount == 12


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"inn": "123"}, "10 цифр"),
        ({"inn": "4200000011"}, "контрольн"),
        ({"inn": ""}, "Обязательное поле"),
        ({"inn": world.individual_inn(1), "kpp": "420501001"}, "КПП"),
        ({"inn": "7" * 40}, "введено 40"),
        ({"inn": world.inn(1), "kpp": "7" * 40}, "здесь знаков: 40"),
        ({"inn": world.inn(1), "ogrn": "7" * 40}, "введено 40"),
        ({"inn": world.inn(1), "headcount": "7" * 40}, "Больше 2 000 000 человек"),
        ({"inn": world.inn(1), "headcount": "7" * 5000}, "только цифры"),
        ({"inn": world.inn(1), "headcount": "-3"}, "не меньше 1"),
        ({"inn": world.inn(1), "region": ""}, "Обязательное поле"),
        ({"inn": world.inn(1), "founded_on": "2199-01-01"}, "в будущем"),
    ],
)
def test_wrong_input_is_explained_and_what_was_typed_stays(client, typed, message):
    client.force_login(world.person())
    response = client.post(reverse("registry:new"), TYPED | typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert "ООО «Демо»" in page
    assert not Organisation.objects.exists()


def test_the_same_organisation_twice_is_refused_at_its_inn(client):
    world.organisation(1)
    client.force_login(world.person())
    response = client.post(reverse("registry:new"), TYPED | {"inn": world.inn(1)})
    assert response.status_code == 422
    assert "уже есть в реестре" in response.content.decode()


def test_the_secretary_finds_filters_and_downloads(client):
    world.organisation(1, name_ru="=ООО «Берёзка-демо»", sector="food")
    world.organisation(2, name_ru="ООО «Сосна-демо»", region="54")
    client.force_login(world.person(Role.SECRETARY))
    url = reverse("registry:organisations")
    page = client.get(url, {"search": "БЕРЕЗКА", "region": "42", "sector": "food"})
    assert "Берёзка" in page.content.decode()
    assert "Сосна" not in page.content.decode()
    assert client.get(url, {"region": "nonsense", "page": "99"}).status_code == 200
    response = client.get(reverse("registry:export"), {"search": "березка"})
    with ZipFile(BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "=ООО «Берёзка-демо»" in strings
    assert "Сосна" not in strings
    assert "<f>" not in sheet


def test_a_regional_secretary_sees_the_region_only(client):
    world.organisation(1)
    other = world.organisation(2, region="54")
    client.force_login(world.person(Role.SECRETARY, region="42"))
    page = client.get(reverse("registry:organisations")).content.decode()
    assert "Демо-завод 1" in page
    assert "Демо-завод 2" not in page
    assert client.get(reverse("registry:organisation", args=[other.uid])).status_code == 403


def test_the_secretary_connects_people(client):
    found, person = world.organisation(1), world.person()
    client.force_login(world.person(Role.SECRETARY))
    url = reverse("registry:add_representative", args=[found.uid])
    assert client.post(url, {"email": "nobody@demo.example"}).status_code == 422
    assert client.post(url, {"email": person.email}).status_code == 302
    page = client.get(reverse("registry:organisation", args=[found.uid])).content.decode()
    assert person.email in page
    end = reverse("registry:end_representative", args=[found.uid])
    assert client.post(end, {"person": person.uid}).status_code == 302
    page = client.get(reverse("registry:organisation", args=[found.uid])).content.decode()
    assert person.email not in page


@pytest.mark.parametrize("many", [1, 3, 60])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_ask_the_database_the_same_few_times_at_any_length(
    client, django_assert_max_num_queries, many, language
):
    applicant = world.person()
    for number in range(1, many + 1):
        found = world.organisation(number, by=applicant, is_demo=False, sector="food")
    for number in range(many):
        world.good(found, f"Демо-сыр {number}")
    for user, names in (
        (applicant, ("mine", "organisation", "edit")),
        (world.person(Role.SECRETARY), ("organisations", "organisation", "export")),
    ):
        client.force_login(user)
        for name in names:
            args = [found.uid] if name in {"organisation", "edit"} else []
            with override(language):
                url = reverse(f"registry:{name}", args=args)
            with django_assert_max_num_queries(MOST):
                response = client.get(url)
            assert response.status_code == 200


def test_an_entrepreneurs_inn_is_searched_for_and_stands_in_no_address(client):
    number = world.individual_inn(5)
    world.organisation(5, inn=number, name_ru="ИП Демонова", is_demo=True)
    world.organisation(6)
    client.force_login(world.person(Role.SECRETARY, region="42"))
    url = reverse("registry:organisations")
    plain = client.post(url, {"search": "завод", "region": "42", "sector": ""})
    assert plain.url == f"{url}?search=%D0%B7%D0%B0%D0%B2%D0%BE%D0%B4&region=42"
    for typed in (number, f"{number[:4]} {number[4:8]} {number[8:]}", f"ип {number}"):
        answer = client.post(url, {"search": typed, "region": "42"})
        assert answer.url.startswith(f"{url}?region=42&sought=")
        assert number[4:8] not in answer.url
    page = client.get(client.post(url, {"search": number}).url)
    assert [each.inn for each in page.context["page"]] == [number]
    assert f'value="{number}"' in page.content.decode()
    assert "export/?sought=" in page.content.decode(), "the spreadsheet is of the same rows"
    assert len(client.get(url).context["page"].object_list) == 2
