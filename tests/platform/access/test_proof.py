"""What cannot be taken back asks who one is, loses nothing that was typed, and asks nobody twice."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.urls import resolve, reverse
from django.utils import translation

from laureat.platform.access import scopes
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.proof import _HELD, _PROVED, DANGEROUS, ProofMiddleware
from laureat.platform.access.scopes import Scope
from laureat.platform.clock import wall
from tests.access.places import names
from tests.worlds import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests():
    cache.clear()


def signed_in(client, user, minutes=0):
    """Sign in by password; `minutes` ago."""
    client.post("/account/login/", {"login": user.email, "password": people.PASSWORD})
    grow_old(client, minutes)


def grow_old(client, minutes=16):
    session = client.session
    session[_PROVED] = (wall() - timedelta(minutes=minutes)).timestamp()
    session.save()


def prove(client, address):
    return client.post(address, {"password": people.PASSWORD})


@pytest.fixture
def scope(monkeypatch):
    found = Scope("prize", "2024", "Премия демо · 2024")
    monkeypatch.setattr(scopes, "_readers", [lambda: [found]])
    return found


@pytest.fixture
def organiser():
    return people.organiser()


@pytest.fixture
def somebody():
    return people.person("Мария Демо")


def erase_url(person):
    return reverse("accounts:erase", args=[person.uid])


def test_every_dangerous_act_has_an_address_and_a_title_in_both_languages():
    assert set(DANGEROUS) <= names()
    for name, act in DANGEROUS.items():
        titles = []
        for language in ("ru", "en"):
            with translation.override(language):
                titles.append(str(act.title))
        assert re.search("[а-я]", titles[0]), name
        assert not re.search("[а-я]", titles[1]), name


def test_whoever_has_just_signed_in_is_not_asked(client, organiser, somebody):
    signed_in(client, organiser, minutes=14)
    assert client.get(erase_url(somebody)).status_code == 200
    answer = client.post(erase_url(somebody), {"address": somebody.email})
    assert answer.headers["Location"] == reverse("accounts:people")
    somebody.refresh_from_db()
    assert somebody.is_erased


def test_a_page_for_a_dangerous_act_asks_before_anything_is_typed(client, organiser, somebody):
    signed_in(client, organiser, minutes=16)
    asked = client.get(erase_url(somebody))
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/account/reauthenticate/?next=")
    page = client.get(asked.headers["Location"])
    assert "подтвердите ещё раз" in page.content.decode()
    back = client.post(
        "/account/reauthenticate/", {"password": people.PASSWORD, "next": erase_url(somebody)}
    )
    assert back.headers["Location"] == erase_url(somebody)
    assert client.get(erase_url(somebody)).status_code == 200


def test_what_was_typed_on_a_page_that_stood_open_is_sent_after_the_proof(
    client, organiser, somebody
):
    signed_in(client, organiser)
    typed = {"address": somebody.email}
    grow_old(client)
    asked = client.post(erase_url(somebody), typed)
    somebody.refresh_from_db()
    assert not somebody.is_erased
    assert asked.headers["Location"] == "/account/reauthenticate/?next=%2Faccount%2Fgo-on%2F"
    assert client.get("/account/go-on/").status_code == 302, "not before the proof"
    back = client.post(
        "/account/reauthenticate/", {"password": people.PASSWORD, "next": "/account/go-on/"}
    )
    page = client.get(back.headers["Location"]).content.decode()
    assert f'action="{erase_url(somebody)}"' in page
    assert f'<input type="hidden" name="address" value="{somebody.email}">' in page
    assert "csrfmiddlewaretoken" in page
    assert "Ничего ещё не сделано" in page
    client.post(erase_url(somebody), typed)
    somebody.refresh_from_db()
    assert somebody.is_erased
    assert _HELD not in client.session


def test_a_wrong_password_opens_nothing(client, organiser, somebody):
    signed_in(client, organiser, minutes=16)
    again = client.post("/account/reauthenticate/", {"password": "wrong-one-of-all", "next": "/"})
    assert again.status_code == 200
    assert client.get(erase_url(somebody)).status_code == 302


def test_a_second_factor_is_proof_as_well(client, organiser, somebody):
    secret = generate_totp_secret()
    totp = TOTP.activate(organiser, secret)
    client.force_login(organiser)
    grow_old(client)
    assert client.get(erase_url(somebody)).status_code == 302
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    answer = client.post(
        "/account/2fa/reauthenticate/", {"code": code, "next": erase_url(somebody)}
    )
    assert answer.headers["Location"] == erase_url(somebody)
    assert totp.instance.user == organiser
    assert client.get(erase_url(somebody)).status_code == 200


def test_who_may_not_reads_why_and_is_not_asked_for_a_password(client, somebody):
    signed_in(client, somebody, minutes=16)
    refused = client.get(erase_url(people.person()))
    assert refused.status_code == 403
    assert "организатор" in refused.content.decode()


def test_the_click_of_the_demo_counts(client, settings, somebody):
    settings.DEMO = True
    demo = people.organiser()
    demo.demo_role = "organiser"
    demo.save()
    client.post(reverse("accounts:demo_sign_in"), {"key": "organiser"})
    grow_old(client, minutes=600)
    assert client.get(erase_url(somebody)).status_code == 200
    settings.DEMO = False
    assert client.get(erase_url(somebody)).status_code == 302


@pytest.mark.parametrize(
    ("name", "sent", "held"),
    [
        ("assessment:results", {"go": "compute"}, False),
        ("assessment:results", {"go": "close"}, True),
        ("assessment:results", {}, True),
        ("intake:move_stage", {"go": "open"}, False),
        ("intake:move_stage", {"go": "close"}, True),
        ("honours:emblem", {"do": "renew"}, False),
        ("honours:emblem", {"do": "withdraw"}, True),
        ("honours:emblem", {"go": "renew", "do": "withdraw"}, True),
        ("intake:move_stage", {"go": "close", "do": "open"}, True),
        ("intake:move_stage", {"do": "open"}, True),
        ("council:sign_minutes", {}, True),
        ("intake:move_edition", {"go": "archive"}, True),
    ],
)
def test_a_harmless_use_of_the_same_address_is_not_held(rf, organiser, name, sent, held):
    request = rf.post(reverse(name, args=["abcdefgh"]), sent)
    request.user, request.session = organiser, {}
    request.resolver_match = resolve(request.path_info)
    answer = ProofMiddleware(lambda request: None).process_view(request, None, (), {})
    assert (answer is not None, _HELD in request.session) == (held, held)


def test_a_part_of_a_page_is_sent_to_the_question_whole(client, organiser, somebody):
    signed_in(client, organiser, minutes=16)
    answer = client.post(erase_url(somebody), {"address": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith("/account/reauthenticate/")


def test_too_long_a_form_is_not_kept_and_says_so(client, organiser, somebody):
    signed_in(client, organiser, minutes=16)
    client.post(erase_url(somebody), {"address": "x" * 200_001})
    prove(client, "/account/reauthenticate/")
    answer = client.get("/account/go-on/", follow=True)
    assert "сделайте это ещё раз" in answer.content.decode()


def test_too_long_a_form_is_not_taken_for_the_one_before(client, organiser, somebody):
    signed_in(client, organiser, minutes=16)
    client.post(erase_url(somebody), {"address": somebody.email})
    client.post(erase_url(people.person()), {"address": "x" * 200_001})
    prove(client, "/account/reauthenticate/")
    answer = client.get("/account/go-on/", follow=True).content.decode()
    assert "сделайте это ещё раз" in answer
    assert somebody.email not in answer


def test_what_was_held_by_a_version_that_knew_more_acts_is_to_be_done_again(client, organiser):
    signed_in(client, organiser)
    session = client.session
    session[_HELD] = {"name": "room:act_of_old", "path": "/old/", "fields": [["a", "b"]]}
    session.save()
    answer = client.get("/account/go-on/", follow=True)
    assert answer.status_code == 200
    assert "сделайте это ещё раз" in answer.content.decode()


def test_proof_does_not_pass_to_somebody_else(client, organiser, somebody):
    signed_in(client, somebody)
    client.post("/account/logout/")
    client.force_login(organiser)
    grow_old(client)
    assert client.get(erase_url(somebody)).status_code == 302


def test_a_role_given_late_is_given_after_the_proof(client, organiser, scope):
    client.force_login(organiser)
    grow_old(client)
    url = reverse("access:people", args=[scope.award, scope.edition])
    typed = {"email": "new@demo.invalid", "name": "Новый Демо", "role": "auditor", "language": "ru"}
    assert client.get(url).status_code == 200, "reading is no danger"
    client.post(url, typed)
    assert not Grant.objects.filter(user__email="new@demo.invalid").exists()
    prove(client, "/account/reauthenticate/")
    assert client.post(url, typed).status_code == 302
    assert Grant.objects.get(user__email="new@demo.invalid").role == Role.AUDITOR


def test_who_finds_a_screen_open_cannot_take_the_account_by_another_address(client, somebody):
    signed_in(client, somebody)
    grow_old(client)
    typed = {"email": "thief@demo.invalid", "action_add": ""}
    asked = client.post(reverse("account_email"), typed)
    assert asked.headers["Location"] == "/account/reauthenticate/?next=%2Faccount%2Fgo-on%2F"
    assert not EmailAddress.objects.filter(email="thief@demo.invalid").exists()
    prove(client, "/account/reauthenticate/?next=/account/go-on/")
    page = client.get("/account/go-on/").content.decode()
    assert "thief@demo.invalid" in page, "whoever goes on reads what was typed"
    client.post(reverse("account_email"), typed)
    assert EmailAddress.objects.filter(email="thief@demo.invalid", verified=False).exists()
