"""Pages for when something cannot be done: they say why and what to do next."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_an_address_that_takes_forms_only_says_so_in_both_languages(client):
    for before, words in (("", "принимаются только формы"), ("/en", "only takes forms")):
        answer = client.get(f"{before}{reverse('accounts:demo_sign_in')}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert words in answer.content.decode()


def test_a_part_of_a_page_says_that_the_session_has_ended_and_where_to_go_on(client):
    page = reverse("accounts:profile")
    answer = client.get(
        page, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}?a=1"}
    )
    assert answer.status_code == 401
    shown = answer.content.decode()
    assert "Вы вышли из системы" in shown
    assert 'href="/account/login/?next=%2Faccount%2Fprofile%2F%3Fa%3D1"' in shown


def test_a_whole_page_leads_to_the_sign_in_page(client):
    answer = client.get(reverse("accounts:profile"))
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/account/login/?next=/account/profile/",
    )


def test_every_page_leads_to_what_everybody_may_look_up(client):
    for address in ("/", "/account/login/", "/en/account/login/", "/no-such-page/"):
        foot = client.get(address).content.decode().partition("<footer")[2]
        prefix = "/en" if address.startswith("/en/") else ""
        found = re.findall(r'<a href="([^"]+)"', foot)
        assert found == [
            f"{prefix}{path}"
            for path in (
                "/check/",
                "/statistics/",
                "/ledger/",
                "/account/personal-data/",
                "/about/#accessibility",
            )
        ], address
