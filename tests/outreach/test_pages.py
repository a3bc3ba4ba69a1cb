"""Pages of letters."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import activate, override

from laureat.outreach.models import Campaign, Letter, LetterState
from laureat.outreach.queries import desk_sections
from laureat.platform.access.models import Role
from laureat.platform.mail.actions import deliver_due
from tests.worlds import outreach as world
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db
MOST = 8


@pytest.fixture(autouse=True)
def _russian():
    """A page in English leaves its language behind."""
    activate("ru")


def typed(edition, **values):
    return {
        "letter": f"{edition.uid}:invitation",
        "language": "ru",
        "region": "42",
        "by": "filter",
        "not_again": "on",
        "dated": "2024-01-16",
        "first_number": "121",
    } | values


def test_only_secretaries_and_organisers_write_letters(client):
    campaign = world.letters(world.prize())
    letter = campaign.letters.get()
    pages = [
        reverse("outreach:campaigns"),
        reverse("outreach:new"),
        reverse("outreach:campaign", args=[campaign.uid]),
        reverse("outreach:addressee", args=[letter.uid]),
        reverse("outreach:document", args=[letter.uid, "pdf"]),
    ]
    assert {client.get(url).status_code for url in pages} == {302}
    client.force_login(register.person(Role.APPLICANT, organisation="x"))
    assert {client.get(url).status_code for url in pages} == {403}
    client.force_login(register.person(Role.SECRETARY))
    assert [client.get(url).status_code for url in pages] == [200, 200, 200, 200, 404]
    assert client.get(reverse("outreach:campaign", args=["nothing"])).status_code == 404


def test_a_secretary_writes_looks_makes_sends_and_sends_again(client):
    edition = world.prize()
    register.organisation(1)
    register.organisation(2, region="54")
    client.force_login(register.person(Role.SECRETARY, award="rf-quality-prize"))
    shown = client.post(reverse("outreach:preview"), typed(edition))
    assert shown.content.startswith(b"%PDF")
    assert not Campaign.objects.exists()
    response = client.post(reverse("outreach:new"), typed(edition))
    campaign = Campaign.objects.get()
    assert response.url == reverse("outreach:campaign", args=[campaign.uid])
    letter = campaign.letters.get()
    assert "Генеральному директору" in client.get(response.url).content.decode()
    client.post(reverse("outreach:make", args=[campaign.uid]))
    for kind, head in (("pdf", b"%PDF"), ("docx", b"PK")):
        url = reverse("outreach:document", args=[letter.uid, kind])
        assert b"".join(client.get(url).streaming_content).startswith(head)
    client.post(reverse("outreach:send", args=[campaign.uid]))
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    deliver_due()
    client.post(reverse("outreach:resend", args=[letter.uid]))
    first = letter.message_id
    letter.refresh_from_db()
    assert letter.message_id != first
    page = client.get(response.url, {"view": "sent"}).content.decode()
    assert "передано" in page
    assert client.get(response.url, {"view": "nonsense", "page": "x"}).status_code == 200


def test_long_lists_are_made_in_portions(client, monkeypatch):
    from laureat.outreach import views

    monkeypatch.setattr(views, "PORTION", 2)
    campaign = world.letters(world.prize(), 3)
    client.force_login(register.person(Role.SECRETARY))
    url = reverse("outreach:make", args=[campaign.uid])
    response = client.post(url)
    assert response.url.endswith("?making=1")
    page = client.get(response.url).content.decode()
    assert f'hx-post="{url}"' in page
    last = client.post(url, headers={"HX-Request": "true"})
    assert last.headers["HX-Redirect"] == reverse("outreach:campaign", args=[campaign.uid])
    assert campaign.letters.filter(state=LetterState.RENDERED).count() == 3


def test_a_list_of_inns_is_pasted_or_uploaded(client):
    edition, known = world.prize(), register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    url = reverse("outreach:new")
    wrong = client.post(
        url, typed(edition, by="list", inns=f"{known.inn}\n{register.inn(2)}\nabc 1")
    )
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert "Строка 2" in page
    assert "Строка 3" in page
    assert known.inn in page
    assert client.post(url, typed(edition, by="list")).status_code == 422
    upload = SimpleUploadedFile("list.csv", f"ИНН;Название\r\n{known.inn};ООО".encode("cp1251"))
    assert client.post(url, typed(edition, by="list", file=upload)).status_code == 302
    assert Letter.objects.get().organisation == known
    again = client.post(url, typed(edition, by="list", inns=known.inn, first_number="200"))
    assert again.status_code == 422
    assert "уже" in again.content.decode()
    more = typed(edition, by="list", inns=known.inn, first_number="200", not_again="")
    assert client.post(url, more).status_code == 302


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"first_number": "0"}, "1"),
        ({"dated": ""}, "Обязательное поле"),
        ({"letter": "x:y"}, "Выберите корректный вариант"),
        ({"search": "такого нет"}, "не подходит"),
        ({"answers_number": "5"}, "и номер, и дата"),
    ],
)
def test_wrong_input_is_explained(client, values, message):
    edition = world.prize()
    register.organisation(1)
    client.force_login(register.person(Role.SECRETARY))
    for name in ("new", "preview"):
        response = client.post(reverse(f"outreach:{name}"), typed(edition, **values))
        assert response.status_code == 422
        assert message in response.content.decode()
    assert not Campaign.objects.exists()


def test_a_regional_secretary_writes_to_the_region_only(client):
    edition = world.prize()
    register.organisation(1)
    client.force_login(register.person(Role.SECRETARY, region="42"))
    page = client.get(reverse("outreach:new")).content.decode()
    assert '<option value="42">' in page
    assert '<option value="54">' not in page
    assert client.post(reverse("outreach:new"), typed(edition, region="")).status_code in {403, 422}
    assert client.post(reverse("outreach:new"), typed(edition)).status_code == 302
    foreign = world.letters(edition, region="", first_number=500)
    url = reverse("outreach:campaign", args=[foreign.uid])
    assert client.get(url).status_code == 403


def test_an_addressee_is_corrected_on_its_page_and_letters_are_withdrawn(client):
    campaign = world.letters(
        world.prize(), organisations=[register.organisation(1, head_name="Шевчук И. С.")]
    )
    letter = campaign.letters.get()
    client.force_login(register.person(Role.SECRETARY))
    here = reverse("outreach:campaign", args=[campaign.uid])
    assert "проверьте форму" in client.get(here).content.decode()
    url = reverse("outreach:addressee", args=[letter.uid])
    assert client.post(url, {"post": "", "name": "x"}).status_code == 422
    assert client.post(url, {"post": "Директору", "name": "Шевчуку И. С."}).status_code == 302
    assert "проверьте форму" not in client.get(here).content.decode()
    client.post(reverse("outreach:withdraw", args=[letter.uid]))
    letter.refresh_from_db()
    assert letter.state == LetterState.WITHDRAWN


@pytest.mark.parametrize("many", [1, 3, 12])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_ask_the_database_the_same_few_times_at_any_length(
    client, django_assert_max_num_queries, many, language
):
    campaign = world.sent(world.letters(world.prize(), many))
    client.force_login(register.person(Role.SECRETARY))
    for name, args in (("campaigns", []), ("new", []), ("campaign", [campaign.uid])):
        with override(language):
            url = reverse(f"outreach:{name}", args=args)
        client.get(url)
        with django_assert_max_num_queries(MOST):
            assert client.get(url).status_code == 200


def test_the_desk_shows_campaigns_with_something_left_to_do():
    secretary = register.person(Role.SECRETARY)
    edition = world.prize()
    campaign = world.letters(edition, 2)
    world.sent(world.letters(edition, first_number=500))
    (section,) = desk_sections(secretary)
    assert [(item.detail, item.url) for item in section.items] == [
        ("2 черновика", reverse("outreach:campaign", args=[campaign.uid]))
    ]
    assert desk_sections(register.person(Role.APPLICANT, organisation="x")) == []
