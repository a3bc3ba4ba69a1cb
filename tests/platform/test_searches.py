"""Names and addresses that are searched for stand in no address."""

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform import searches
from laureat.platform.mail.models import Message
from tests.worlds import people


def request(session=None):
    found = RequestFactory().get("/")
    found.session = session or SessionStore()
    return found


@given(st.text())
def test_whatever_is_typed_is_found_again_by_its_token(text):
    asked = request()
    token = searches.keep(asked, text)
    said = " ".join(text.split())[: searches.LONGEST]
    assert searches.kept(asked, token) == searches.Sought(said, token)
    assert bool(token) == bool(said)
    assert token.isascii()


def test_an_earlier_search_is_found_by_going_back_and_the_oldest_are_forgotten():
    asked = request()
    tokens = [searches.keep(asked, f"Иванов {n}") for n in range(searches.MOST + 1)]
    assert searches.kept(asked, tokens[1]).text == "Иванов 1"
    assert searches.kept(asked, tokens[0]) == searches.Sought(lost=True)
    assert searches.keep(asked, "Иванов 5") == tokens[5], "the same words, the same address"
    assert searches.kept(request(), tokens[5]).lost, "another session knows nothing"


@pytest.mark.django_db
def test_people_are_searched_paged_and_come_back_to_without_their_names(client):
    for number in range(60):
        people.person(f"Петрова {number:02} демо")
    people.person("Сидоров демо")
    client.force_login(people.organiser())
    there = client.post("/account/people/", {"search": "Петрова"}).headers["Location"]
    assert there.startswith("/account/people/?sought=")
    assert "Петрова" not in there
    first = client.get(there)
    assert first.context["page"].paginator.count == 60
    assert f"{there.partition('?')[2]}&amp;page=2" in first.content.decode()
    assert len(client.get(f"{there}&page=2").context["page"].object_list) == 10
    client.post("/account/people/", {"search": "Сидоров"})
    assert client.get(there).context["page"].paginator.count == 60, "the way back"
    lost = client.get("/account/people/?sought=0123456789abcdef")
    assert "введите его ещё раз" in lost.content.decode()
    assert client.get("/account/people/?search=Сидоров").context["page"].paginator.count == 62
    assert (
        client.post("/account/people/", {"search": " "}).headers["Location"] == "/account/people/"
    )


@pytest.mark.django_db
def test_letters_are_searched_by_addressee_without_the_address(client):
    organiser = people.organiser()
    for name in ("Мария Демо", "Пётр Демо"):
        people.invited(organiser, name)
    Message.objects.update(kind="role-given", scope="prize/2024")
    client.force_login(organiser)
    to = Message.objects.order_by("pk").first().to
    answer = client.post("/mail/", {"to": to, "kind": "role-given", "scope": ""})
    there = answer.headers["Location"]
    assert there.startswith("/mail/?kind=role-given&sought=")
    page = client.get(there)
    assert [row.message.to for row in page.context["rows"]] == [to]
    assert f'value="{to}"' in page.content.decode()
    assert all(to not in tab["url"] and "sought=" in tab["url"] for tab in page.context["tabs"])
    assert len(client.get(f"/mail/?to={to}").context["rows"]) == 2
