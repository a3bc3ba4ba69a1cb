"""Who has not agreed to the text of today is asked at the next sign-in, and loses nothing by it."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from laureat.platform.accounts.consent import OPEN
from laureat.platform.accounts.models import DemoRole, User
from laureat.platform.accounts.personal_data import CONSENT
from tests.worlds import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counters():
    cache.clear()


@pytest.fixture
def old():
    """An account from before there was a text."""
    user = people.person("Мария Демо")
    User.objects.update(consent_at=None, consent_to="")
    return user


def sign_in(client, user, **more):
    said = {"login": user.email, "password": people.PASSWORD}
    return client.post("/account/login/", said | more)


def test_an_old_account_is_asked_once_and_goes_on_where_it_was_going(client, old):
    sign_in(client, old, next="/account/profile/")
    asked = client.get("/account/profile/?a=1")
    assert asked.headers["Location"] == "/account/consent/?next=%2Faccount%2Fprofile%2F%3Fa%3D1"
    page = client.get(asked.headers["Location"]).content.decode()
    assert "своей волей и в своём интересе" in page
    assert 'value="/account/profile/?a=1"' in page
    silent = client.post("/account/consent/", {"next": "/account/profile/?a=1"})
    assert silent.status_code == 422
    old.refresh_from_db()
    assert old.consent_to == ""
    done = client.post("/account/consent/", {"next": "/account/profile/?a=1", "consent": "on"})
    assert done.headers["Location"] == "/account/profile/?a=1"
    old.refresh_from_db()
    assert (old.consent_to, old.consent_at is not None) == (CONSENT, True)
    assert client.get("/account/profile/").status_code == 200
    assert client.get("/account/consent/").headers["Location"] == "/account/"
    client.post("/account/logout/")
    sign_in(client, old)
    assert client.get("/account/profile/").status_code == 200


def test_an_older_text_is_asked_about_anew(client, old):
    User.objects.update(consent_to="2020-01-01", consent_at=old.joined_at)
    sign_in(client, old)
    page = client.get("/account/", follow=True).content.decode()
    assert "изменился" in page


def test_from_there_one_may_read_copy_ask_to_be_erased_and_sign_out(client, old):
    sign_in(client, old)
    for name in ("showcase:home", "accounts:desk", "accounts:profile", "intake:mine"):
        assert client.get(reverse(name)).headers["Location"].startswith("/account/consent/")
    assert client.get(reverse("accounts:personal_data")).status_code == 200
    assert client.get(reverse("accounts:export_data")).json()["account"]["email"] == old.email
    client.post(reverse("accounts:ask_erasure"))
    old.refresh_from_db()
    assert old.erasure_asked_at is not None
    assert "Вы просили удалить" in client.get("/account/consent/").content.decode()
    client.post(reverse("account_logout"))
    assert client.get(reverse("showcase:home")).status_code == 200
    assert "accounts:consent" in OPEN


def test_what_was_typed_on_a_page_that_stood_open_is_taken(client, old):
    sign_in(client, old)
    typed = {"name": "Мария Демова", "language": "ru", "time_zone": "Europe/Moscow"}
    client.post("/account/profile/", typed)
    old.refresh_from_db()
    assert old.name == "Мария Демова"
    part = client.get("/account/profile/", headers={"HX-Request": "true"})
    assert part.status_code == 200, "a part of a page that stands open"
    assert client.get("/account/profile/").status_code == 302


def test_nobody_is_led_elsewhere_by_the_page(client, old):
    sign_in(client, old)
    typed = {"next": "https://evil.example/", "consent": "on"}
    assert client.post("/account/consent/", typed).headers["Location"] == "/account/"


def test_who_works_now_is_not_interrupted_and_the_demo_not_asked(client, old, settings):
    client.force_login(old)  # a session from before
    assert client.get("/account/profile/").status_code == 200
    settings.DEMO = True
    User.objects.update(demo_role=DemoRole.SECRETARY)
    client.logout()
    sign_in(client, old)
    assert client.get("/account/profile/").status_code == 200


def test_who_was_given_an_account_is_asked_like_everybody(client):
    invited = people.invited(people.organiser())
    invited.set_password(people.PASSWORD)
    invited.save()
    sign_in(client, invited)
    # The address was never confirmed: the door stays closed as for everybody.
    assert client.get("/account/profile/").status_code == 302
