"""Accounts: inviting, choosing a password, changing the profile, being forgotten."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import translation

from laureat.ledger.models import Record, Words
from laureat.platform import clock
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts import actions
from laureat.platform.accounts.forms import zones
from laureat.platform.accounts.models import DemoRole, User
from laureat.platform.accounts.signals import second_factor_reset
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.actions import queue
from laureat.platform.mail.models import Message, MessageState
from laureat.platform.ui.zones import known_zones
from tests.worlds import people
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db
START = datetime(2024, 1, 16, 9, tzinfo=UTC)


def link_of(user):
    body = Message.objects.get(user=user, kind="account.invitation").body
    return re.search(r"/invitation/(\S+)/", body)[1]


def test_an_invited_person_gets_a_letter_whose_link_lets_them_choose_a_password():
    user = people.invited(people.organiser(), "Пётр Демо", "petr@demo.invalid")
    letter = Message.objects.get()
    assert (letter.to, letter.user, letter.scope, letter.state) == (
        "petr@demo.invalid",
        user,
        "",
        MessageState.QUEUED,
    )
    assert not user.has_usable_password()
    with pytest.raises(Refused, match="согласия") as silent:
        actions.accept_invitation(link_of(user), people.PASSWORD)
    assert silent.value.field == "consent"
    accepted = actions.accept_invitation(link_of(user), people.PASSWORD, consent=True)
    assert accepted == user
    assert accepted.check_password(people.PASSWORD)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("petr@demo.invalid", True, True)


def test_who_accepts_an_invitation_in_english_is_written_to_in_english(client):
    user = people.invited(people.organiser())
    assert user.language == "ru"
    address = f"/en/account/invitation/{link_of(user)}/"
    right = {"password1": people.PASSWORD, "password2": people.PASSWORD, "consent": "on"}
    assert client.post(address, right).headers["Location"] == "/en/account/"
    user.refresh_from_db()
    assert user.language == "en"


def test_the_link_survives_several_clicks_and_says_afterwards_that_it_was_used(client):
    user = people.invited(people.organiser())
    address = f"/account/invitation/{link_of(user)}/"
    for _click in range(3):
        assert client.get(address).status_code == 200
    wrong = client.post(address, {"password1": "short", "password2": "short"})
    assert wrong.status_code == 422
    right = {"password1": people.PASSWORD, "password2": people.PASSWORD, "consent": "on"}
    silent = client.post(address, right | {"consent": ""})
    assert silent.status_code == 422
    assert "Без вашего согласия" in silent.content.decode()
    assert client.post(address, right).headers["Location"] == "/account/"
    assert "Вы уже приняли это приглашение" in client.get(address).content.decode()
    with pytest.raises(Refused, match="Пароль уже задан"):
        actions.accept_invitation(link_of(user), "another-good-password-1")


def test_a_broken_or_old_link_is_explained(client):
    with clock.at(START):
        user = people.invited(people.organiser())
    token = link_of(user)
    with clock.at(START + timedelta(days=30)):
        assert actions.invited_person(token) == user
    with clock.at(START + timedelta(days=30, seconds=1)):
        with pytest.raises(Refused, match="Срок приглашения истёк"):
            actions.invited_person(token)
        response = client.get(f"/account/invitation/{token}/")
        assert response.status_code == 410
        assert "Срок приглашения истёк" in response.content.decode()
    assert client.get(f"/account/invitation/{token[:-3]}/").status_code == 410


def test_a_known_address_gives_the_person_back_unchanged():
    first = people.person("Иван Демо", "Ivan@Demo.invalid")
    again = actions.register_person("ivan@demo.INVALID", "Другое имя", by=people.organiser())
    assert again == first
    assert again.name == "Иван Демо"
    assert User.objects.filter(email="ivan@demo.invalid").count() == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("email", "name", "field"),
    [
        ("no-address", "Иван Демо", "email"),
        ("a@b", "Иван Демо", "email"),
        ("ivan@demo.invalid", "  ", "name"),
        ("ivan@demo.invalid", "x" * 201, "name"),
    ],
)
def test_wrong_input_names_its_field(email, name, field):
    with pytest.raises(Refused) as refused:
        actions.register_person(email, name, by=None)
    assert refused.value.field == field
    assert not User.objects.exists()


def test_only_organisers_and_secretaries_invite():
    applicant = people.holder(Role.APPLICANT, organisation="x" * 16)
    with pytest.raises(Denied, match="организатор и секретарь"):
        actions.register_person("a@demo.invalid", "А", by=applicant)
    secretary = people.secretary("prize", "2024", region="42")
    assert actions.register_person("b@demo.invalid", "Б", by=secretary).name == "Б"


def test_an_invitation_is_sent_again_until_it_is_accepted():
    organiser = people.organiser()
    user = people.invited(organiser)
    actions.send_invitation(user, by=organiser)
    assert Message.objects.filter(user=user).count() == 2
    actions.accept_invitation(link_of_last(user), people.PASSWORD, consent=True)
    user.refresh_from_db()
    with pytest.raises(Refused, match="уже принято"):
        actions.send_invitation(user, by=organiser)


def link_of_last(user):
    body = Message.objects.filter(user=user).first().body
    return re.search(r"/invitation/(\S+)/", body)[1]


def test_people_change_their_own_profile_only():
    user = people.person()
    actions.change_profile(
        user,
        name=" Иван   Демо ",
        name_latin=" Ivan  Demoff ",
        post="директор",
        phone="+7 999",
        language="en",
        time_zone="Asia/Novokuznetsk",
        by=user,
    )
    user.refresh_from_db()
    assert user.name_latin == "Ivan Demoff"
    assert (user.name, user.post, user.phone, user.language, user.time_zone) == (
        "Иван Демо",
        "директор",
        "+7 999",
        "en",
        "Asia/Novokuznetsk",
    )
    with pytest.raises(Denied):
        actions.change_profile(user, name="X", by=people.organiser())


def test_the_profile_says_for_whom_one_acts(client):
    owner = register.person()
    found = register.organisation(1, by=owner, is_demo=False)
    client.force_login(owner)
    page = client.get("/account/profile/").content.decode()
    assert found.name_ru in page.split("Ваши роли")[1]


def test_english_pages_call_a_person_in_latin_letters_and_russian_ones_by_the_legal_name():
    user = people.person("Щербаков Иван Демо")
    said = {}
    for latin in ("", "Ivan Demoff"):
        actions.change_profile(user, name=user.name, name_latin=latin, by=user)
        user.refresh_from_db()
        for language in ("ru", "en"):
            with translation.override(language):
                said[latin, language] = f"{user} {user.get_full_name()} {user.called}"
    assert said == {
        ("", "ru"): " ".join(["Щербаков Иван Демо"] * 3),
        ("", "en"): " ".join(["Shcherbakov Ivan Demo"] * 3),
        ("Ivan Demoff", "ru"): " ".join(["Щербаков Иван Демо"] * 3),
        ("Ivan Demoff", "en"): " ".join(["Ivan Demoff"] * 3),
    }
    actions.erase_person(user, by=None)
    user.refresh_from_db()
    assert (user.name, user.name_latin) == ("", "")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name_latin": "Иван Demo"}, "name_latin"),
        ({"name_latin": "x" * 201}, "name_latin"),
        ({"name_latin": "- 7"}, "name_latin"),
        ({"language": "de"}, "language"),
        ({"time_zone": "Mars"}, "time_zone"),
    ],
)
def test_a_wrong_profile_names_its_field(values, field):
    user = people.person()
    with pytest.raises(Refused) as refused:
        actions.change_profile(user, **{"name": "Иван Демо", **values}, by=user)
    assert refused.value.field == field


def test_the_commitment_outlives_a_change_of_address_and_ends_with_the_salt():
    user = people.person()
    before = user.commitment
    User.objects.filter(pk=user.pk).update(email="new@demo.invalid")
    user.refresh_from_db()
    assert user.commitment == before
    erased = actions.erase_person(user, by=None)
    assert erased.commitment != before


def test_an_erased_person_is_blank_and_what_happened_stays():
    organiser = people.organiser()
    user = people.holder(Role.ASSESSOR, "Иван Демо", award="prize", edition="2024")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    sent = queue(to=user.email, user=user, kind="k", subject="Иван", body="Иван, здравствуйте")
    grant = Grant.objects.get(user=user)
    erased = actions.erase_person(user, by=organiser)
    assert (erased.email, erased.name, erased.post, erased.phone) == (
        f"{user.uid}@erased.invalid",
        "",
        "",
        "",
    )
    assert (erased.is_active, erased.ledger_salt, str(erased)) == (False, "", "(данные удалены)")
    assert not erased.has_usable_password()
    assert not EmailAddress.objects.filter(user=user).exists()
    assert not Authenticator.objects.filter(user=user).exists()
    grant.refresh_from_db()
    assert grant.ended_at is not None
    sent.refresh_from_db()
    assert (sent.to, sent.subject, sent.body, sent.state) == (
        erased.email,
        "",
        "",
        MessageState.CANCELLED,
    )


def test_only_an_organiser_of_everything_erases_and_never_themselves():
    user = people.person()
    organiser = people.organiser()
    for other in (people.organiser("prize"), people.secretary("prize", "2024"), user):
        with pytest.raises(Denied):
            actions.erase_person(user, by=other)
    with pytest.raises(Denied, match="другому организатору"):
        actions.erase_person(organiser, by=organiser)
    user.refresh_from_db()
    assert user.is_active


def test_an_erased_address_can_be_used_anew_and_a_closed_one_cannot():
    user = people.person("Иван Демо", "ivan@demo.invalid")
    actions.erase_person(user, by=None)
    assert people.person("Иван Второй", "ivan@demo.invalid") != user
    User.objects.filter(email="ivan@demo.invalid").update(is_active=False)
    with pytest.raises(Refused, match="закрыта"):
        actions.register_person("ivan@demo.invalid", "Иван", by=None)


def test_the_demo_roles_stand_in_the_order_of_the_bar():
    assert [role.value for role in DemoRole] == [
        "applicant",
        "assessor",
        "lead",
        "secretary",
        "chair",
        "member",
        "auditor",
        "organiser",
    ]


def test_a_lost_second_factor_is_switched_off_by_another_organiser_and_everybody_learns_it(client):
    organiser = people.organiser()
    user = people.secretary("prize", "2024")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    told = []

    def heard(sender, user, by, **kwargs):
        told.append((user, by))

    second_factor_reset.connect(heard)
    client.force_login(organiser, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Второй фактор утерян" in client.get("/account/people/").content.decode()
    there = f"/account/people/{user.uid}/second-factor/"
    assert "Сначала убедитесь, что это действительно он" in client.get(there).content.decode()
    assert client.post(there, {"reason": " "}).status_code == 422
    assert Authenticator.objects.filter(user=user).exists()
    assert client.post(there, {"reason": "Пришёл с паспортом"}).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert told == [(user, organiser)]
    letter = Message.objects.get(kind="account.second_factor_reset")
    assert (letter.to, letter.subject) == (user.email, "Ваш второй фактор отключён")
    assert organiser.name in letter.body
    assert "Пришёл с паспортом" in letter.body
    assert "нет второго фактора" in client.get(there).content.decode()
    again = client.post(there, {"reason": "Ещё раз"})
    assert again.status_code == 422
    assert "второго фактора" in again.content.decode()


def test_the_journal_keeps_a_reset_also_of_who_has_no_role():
    user = people.person()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    organiser = people.organiser()
    actions.reset_second_factor(user, reason="Пришёл с паспортом", by=organiser)
    record = Record.objects.get(action="person.factor_reset")
    data = json.loads(record.content)["data"]
    assert data["person"] == user.commitment
    assert Words.objects.get(commitment=data["reason_sha256"]).text == "Пришёл с паспортом"


def test_nobody_switches_off_a_factor_of_their_own_or_without_the_right():
    organiser, user = people.organiser(), people.person()
    for by in (people.organiser("prize"), people.secretary("prize", "2024"), user):
        with pytest.raises(Denied):
            actions.reset_second_factor(user, reason="x", by=by)
    with pytest.raises(Denied, match="другого организатора"):
        actions.reset_second_factor(organiser, reason="x", by=organiser)


def test_zones_are_listed_by_parts_of_the_world_with_russia_first():
    with translation.override("ru"):
        groups = {str(title): dict(listed) for title, listed in zones()}
    assert list(groups)[:4] == ["Россия", "Европа", "Азия", "Африка"]
    assert list(groups)[-1] == "По разнице с UTC и прежние названия"
    assert groups["Азия"]["Asia/Ho_Chi_Minh"] == "Asia/Ho Chi Minh"
    assert "Asia/Omsk" not in groups["Азия"]
    listed = [zone for each in groups.values() for zone in each]
    assert sorted(listed) == sorted(known_zones())
