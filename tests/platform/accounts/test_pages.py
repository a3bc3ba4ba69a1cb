"""Signing in and out, second factors, the desk, the profile, the demo's bar: as a browser sees them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt, AccessLog
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from laureat.platform import clock
from laureat.platform.access.actions import end_role
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts import actions, desk, queries
from laureat.platform.accounts.models import User
from laureat.platform.accounts.personal_data import CONSENT
from laureat.platform.errors import Denied
from laureat.platform.mail.models import Message
from tests.worlds import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests():
    cache.clear()


def sign_in(client, user, password=people.PASSWORD, address="/account/login/"):
    return client.post(address, {"login": user.email, "password": password})


def last_link(kind):
    body = Message.objects.filter(kind=kind).first().body
    return re.search(r"http://[^/]+(/\S+)", body)[1]


def test_who_comes_to_take_part_finds_both_ways_as_equals(client):
    start = "/entries/apply/some/start/"
    page = client.get(f"/account/login/?next={start}").content.decode()
    main = page[page.index("<main") :]
    way = 'class="btn" href="/account/signup/?next=%2Fentries%2Fapply%2Fsome%2Fstart%2F"'
    assert way in main[: main.index("<form")]
    assert [title in main for title in ("Впервые здесь?", "У вас уже есть учётная запись")] == [
        True,
        True,
    ]
    plain = client.get("/account/login/").content.decode()
    assert "Впервые здесь?" not in plain
    assert '<a href="/account/signup/">' in plain


def test_signing_up_confirming_and_signing_in(client):
    said = {
        "name": " Иван  Демо ",
        "email": "Ivan@demo.invalid",
        "password1": people.PASSWORD,
        "password2": people.PASSWORD,
        "consent": "on",
    }
    assert client.post("/account/signup/", said).headers["Location"] == "/account/confirm-email/"
    user = User.objects.get()
    assert (user.email, user.name, user.language) == ("ivan@demo.invalid", "Иван Демо", "ru")
    letter = Message.objects.get()
    assert letter.kind == "account.email_confirmation_signup"
    assert "Подтвердите, что это ваш адрес" in letter.body
    assert sign_in(client, user).headers["Location"] == "/account/confirm-email/"
    page = last_link("account.email_confirmation_signup")
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    assert sign_in(client, user).headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_an_english_page_makes_an_english_account(client):
    said = {
        "name": "John Demo",
        "email": "john@demo.invalid",
        "password1": people.PASSWORD,
        "password2": people.PASSWORD,
        "consent": "on",
    }
    client.post("/en/account/signup/", said)
    assert User.objects.get().language == "en"
    assert "Please confirm that this is your e-mail address" in Message.objects.get().body


def test_the_language_follows_the_account_on_signing_in(client):
    user = people.person(language="en")
    response = sign_in(client, user)
    assert response.headers["Location"] == "/en/account/"
    assert response.cookies["language"].value == "en"
    client.logout()
    other = people.person(language="ru")
    assert sign_in(client, other, address="/en/account/login/").headers["Location"] == "/account/"


def test_wrong_passwords_lock_the_door_until_a_new_one_is_chosen(client):
    user = people.person()
    said = []
    for _attempt in range(4):
        page = sign_in(client, user, "wrong")
        assert page.status_code == 200
        said.append(re.findall(r"Остал[^.<]*мин\.", page.content.decode()))
    assert said == [
        [],
        ["Осталось 3 попытки, потом вход закроется на 15 мин."],
        ["Осталось 2 попытки, потом вход закроется на 15 мин."],
        ["Осталась 1 попытка, потом вход закроется на 15 мин."],
    ]
    for _attempt in range(9):  # one message however often somebody tries
        locked = sign_in(client, user, "wrong")
        assert locked.status_code == 429
        page = locked.content.decode()
        assert "Слишком много неверных паролей" in page
        assert "закрыт ещё на 15 минут" in page
        assert 'href="/account/password/reset/"' in page
    AccessAttempt.objects.update(attempt_time=datetime.now(UTC) - timedelta(minutes=13, seconds=30))
    assert "закрыт ещё на 2 минуты" in sign_in(client, user).content.decode()
    assert sign_in(client, user).status_code == 429
    assert sign_in(client, people.person()).status_code == 302
    client.logout()
    choose_new_password(client, user, "entirely-different-9")
    assert sign_in(client, user, "entirely-different-9").status_code == 302


def test_one_account_is_not_guessed_from_many_addresses(client):
    user = people.person()
    for number in range(8):
        page = client.post(
            "/account/login/",
            {"login": user.email.upper(), "password": "wrong"},
            REMOTE_ADDR=f"198.51.100.{number}",
        )
        assert "Слишком много" not in page.content.decode()
    said = {"login": user.email, "password": people.PASSWORD}
    closed = client.post("/account/login/", said, REMOTE_ADDR="198.51.100.99")
    assert closed.status_code == 200
    assert "Слишком много неверных паролей для этого адреса" in closed.content.decode()
    assert sign_in(client, people.person()).status_code == 302, "others come in"
    client.logout()
    choose_new_password(client, user, "entirely-different-9")
    assert sign_in(client, user, "entirely-different-9").status_code == 302


def test_the_letter_to_an_unknown_address_names_it(client):
    client.post("/account/password/reset/", {"email": "nobody@demo.invalid"})
    assert "для учётной записи nobody@demo.invalid. Такой" in Message.objects.get().body


def test_who_was_invited_does_not_pass_the_consent_by_a_forgotten_password(client):
    user = people.invited(people.organiser())
    with pytest.raises(AssertionError):
        choose_new_password(client, user, "entirely-different-9", consent="")
    user.refresh_from_db()
    assert (user.consent_at, user.has_usable_password()) == (None, False)
    choose_new_password(client, user, "entirely-different-9")
    user.refresh_from_db()
    assert user.consent_to == CONSENT
    assert user.consent_at is not None
    client.logout()
    client.post("/account/password/reset/", {"email": user.email})
    again = client.get(last_link("account.password_reset_key"), follow=True).content.decode()
    assert 'name="consent"' not in again, "asked once"


def choose_new_password(client, user, new, consent="on"):
    assert client.post("/account/password/reset/", {"email": user.email}).status_code == 302
    page = last_link("account.password_reset_key")
    form = client.get(page, follow=True)
    assert form.status_code == 200
    there = form.redirect_chain[-1][0]
    said = {"password1": new, "password2": new, "consent": consent}
    assert client.post(there, said).status_code == 302
    assert Message.objects.filter(kind="account.password_reset").exists()


def test_a_forgotten_password_is_replaced_by_a_link(client):
    user = people.person()
    choose_new_password(client, user, "entirely-different-9")
    assert sign_in(client, user).status_code == 200
    assert sign_in(client, user, "entirely-different-9").status_code == 302


def test_the_address_changes_only_after_it_is_confirmed(client):
    user = people.person()
    sign_in(client, user)
    said = {"email": "new@demo.invalid", "action_add": ""}
    page = "/account/email/"
    answer = client.post(page, said)
    if "reauthenticate" in answer.headers["Location"]:
        client.post(answer.headers["Location"], {"password": people.PASSWORD})
        client.post(page, said)
    user.refresh_from_db()
    assert user.email != "new@demo.invalid"
    client.post(last_link("account.email_confirmation"))
    user.refresh_from_db()
    assert user.email == "new@demo.invalid"
    assert [each.email for each in EmailAddress.objects.filter(user=user)] == ["new@demo.invalid"]


def test_the_second_factor_by_app_shows_a_picture_that_the_policy_allows(
    client, django_capture_on_commit_callbacks
):
    user = people.person()
    sign_in(client, user)
    page = "/account/2fa/totp/activate/"
    prove = client.get(page).headers["Location"]
    client.post(prove, {"password": people.PASSWORD})
    form = client.get(page)
    text = form.content.decode()
    assert 'src="data:image/svg+xml' in text
    assert "img-src 'self' data:" in form.headers["Content-Security-Policy"]
    secret = client.session["mfa.totp.secret"]
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(page, {"code": code})
    assert done.status_code == 302
    told = Message.objects.get(kind="account.totp_activated")
    assert told.user == user
    assert told.subject == "Второй фактор включён"
    assert "Здравствуйте, Иван Демо!" in told.body
    codes = client.get("/account/2fa/recovery-codes/")
    found = re.findall(r"<li>([0-9a-z]{8})</li>", codes.content.decode())
    assert len(found) == 10
    client.post("/account/logout/")
    assert sign_in(client, user).headers["Location"] == "/account/2fa/authenticate/"
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": found[0]}).status_code == 302
    assert client.get("/account/").status_code == 200


def with_a_second_factor(name="Иван Демо"):
    user = people.person(name)
    TOTP.activate(user, generate_totp_secret())
    return user


def test_wrong_codes_of_the_second_factor_are_counted_and_the_way_out_is_told(client):
    user = with_a_second_factor()
    there = "/account/2fa/authenticate/"
    assert sign_in(client, user).headers["Location"] == there
    asked = client.get(there).content.decode()
    assert "Использовать ключ" not in asked  # they have none
    assert "Телефон потерян" in asked
    said = [client.post(there, {"code": "000000"}).content.decode() for _attempt in range(7)]
    assert [bool(re.search("Код неверен или устарел", each)) for each in said] == [
        *[True] * 4,
        *[False] * 3,
    ]
    assert "Осталась 1 попытка, потом вход закроется на 15 мин." in said[3]
    for closed in said[4:]:
        assert "Слишком много неверных кодов. Вход снова откроется через 15 мин." in closed
        assert "попросите организатора отключить второй фактор" in closed


def test_switching_a_factor_off_is_told_in_plain_words(client):
    user = with_a_second_factor()
    client.force_login(user)
    client.post("/account/reauthenticate/", {"password": people.PASSWORD})
    page = client.post("/account/2fa/totp/deactivate/", follow=True).content.decode()
    assert "Приложение выключено: при входе его цифры больше не спрашивают." in page
    assert not Authenticator.objects.filter(user=user).exists()


ADDRESSES = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_email_verification_sent",
    "account_inactive",
]
INSIDE = [
    "account_email",
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "accounts:profile",
    "accounts:desk",
]


def words_of(html):
    """What a person reads of a page's main part."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)[0]
    main = re.sub(r'<span lang="en">.*?</span>', " ", main)
    return re.sub(r"<(script|svg|code|option)\b.*?</\1>|<[^>]*>", " ", main, flags=re.DOTALL)


ALLOWED = {
    "laureat",
    "TOTP",
    "QR",
    "USB",
    "FreeOTP",
    "Google",
    "Authenticator",
    "English",
    "UTC",
    "JavaScript",
}


@pytest.mark.parametrize("name", ADDRESSES + INSIDE)
def test_russian_pages_are_wholly_russian(client, name):
    if name in INSIDE:
        sign_in(client, people.person())
    page = client.get(reverse(name), follow=True)
    assert page.status_code == 200
    text = words_of(page.content.decode())
    latin = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"\S+@\S+", "", text)))
    assert latin - ALLOWED == set()


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_wrong_input_is_explained_in_russian(client, name):
    text = words_of(client.post(reverse(name), {"email": "x", "login": "x"}).content.decode())
    assert "Исправьте" in text or "правильный" in text
    assert set(re.findall(r"[A-Za-z]{3,}", text)) - ALLOWED == set()


@pytest.mark.parametrize("name", sorted(set(INSIDE) - {"account_logout"}))
def test_pages_inside_ask_to_sign_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/?next=")


def test_the_desk_says_what_to_do_next_to_somebody_without_a_role(client):
    sign_in(client, people.person())
    text = client.get("/account/").content.decode()
    assert "С чего начать?" in text
    assert reverse("accounts:profile") in text


def test_whose_roles_have_all_ended_reads_which_and_whom_to_ask(client):
    organiser = people.holder(Role.ORGANISER, "Главная Анна Демовна", award="prize")
    former = people.holder(Role.SECRETARY, award="prize", edition="2024")
    client.force_login(former)
    assert "закончились" not in client.get("/account/").content.decode()
    grant = Grant.objects.get(user=former)
    with clock.at(datetime(2026, 3, 12, 9, tzinfo=UTC)):
        end_role(grant, by=organiser)
    text = client.get("/account/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for told in ("Ваши роли здесь закончились", "Секретарь", "prize/2024", "12 марта 2026"):
        assert told in text
    assert f"mailto:{organiser.email}" in text
    assert "С чего начать?" not in text


def test_the_desk_shows_what_the_rooms_hang_there(client, monkeypatch):
    item = desk.Item("Заявка 28-0001", "/x/", detail="ООО «Демо»", state="срочно", urgent=True)
    monkeypatch.setattr(
        desk, "_providers", {10: lambda user: [desk.Section("Заявки", [item])], 5: lambda user: []}
    )
    sign_in(client, people.person())
    text = client.get("/account/").content.decode()
    assert "Заявка 28-0001" in text
    assert "ООО «Демо»" in text
    assert "Вас ждёт 1 срочное дело." in text


@pytest.mark.parametrize(
    ("things", "urgent", "said"),
    [
        (1, 0, "Вас ждёт 1 дело."),
        (1, 1, "Вас ждёт 1 срочное дело."),
        (3, 3, "Вас ждут 3 срочных дела."),
        (5, 5, "Вас ждёт 5 срочных дел."),
        (4, 1, "Вас ждут 4 дела, из них 1 срочное."),
        (12, 2, "Вас ждёт 12 дел, из них 2 срочных."),
        (22, 21, "Вас ждут 22 дела, из них 21 срочное."),
    ],
)
def test_the_desk_says_how_much_waits_in_a_sentence(client, monkeypatch, things, urgent, said):
    items = [desk.Item(str(n), "/x/", todo=True, urgent=n < urgent) for n in range(things)]
    monkeypatch.setattr(desk, "_providers", {1: lambda user: [desk.Section("Заявки", items)]})
    sign_in(client, people.person())
    assert said in client.get("/account/").content.decode()


def test_the_desk_counts_only_what_its_reader_has_to_do_and_puts_it_first(client, monkeypatch):
    when = datetime(2024, 5, 1, tzinfo=UTC)
    found = [
        desk.Section("Конкурсы", [desk.Item("Премия 2024", "/a/", state="идёт", due=when)]),
        desk.Section(
            "Письма",
            [
                desk.Item("Отправлено", "/b/", state="отправлено"),
                desk.Item("Не отправлено", "/c/", todo=True),
            ],
            more="/letters/",
        ),
        desk.Section("Проверки", empty="Проверять нечего."),
    ]
    monkeypatch.setattr(desk, "_providers", {1: lambda user: found})
    sign_in(client, people.person())
    text = client.get("/account/").content.decode()
    assert "Вас ждёт 1 дело." in text
    order = [
        text.index(f">{each}<")
        for each in ("Нужно сделать", "Не отправлено", "Под рукой", "Премия 2024", "Отправлено")
    ]
    assert order == sorted(order)
    assert (text.count(">Письма<"), text.count('href="/letters/"')) == (2, 1)
    assert text.index("Проверять нечего.") > text.index("Под рукой")
    found[1] = desk.Section("Письма", [desk.Item("Отправлено", "/b/", state="отправлено")])
    text = client.get("/account/").content.decode()
    assert "Сейчас от вас ничего не требуется." in text
    assert "Под рукой" not in text


def test_the_profile_is_saved_and_goes_on_in_its_language(client):
    user = people.holder(Role.AUDITOR, award="prize", edition="2024")
    sign_in(client, user)
    said = {"name": "Ann Demo", "language": "en", "time_zone": "Asia/Omsk", "post": "", "phone": ""}
    assert client.post("/account/profile/", said).headers["Location"] == "/en/account/profile/"
    text = client.get("/en/account/profile/").content.decode()
    assert "Your profile is saved." in text
    assert "Auditor" in text
    wrong = client.post("/account/profile/", {**said, "name_latin": "Иван"})
    assert wrong.status_code == 422
    assert "Только латинские буквы" in wrong.content.decode()
    wrong = client.post("/account/profile/", {**said, "name": "", "time_zone": "Mars"})
    assert wrong.status_code == 422
    user.refresh_from_db()
    assert (user.name, user.time_zone) == ("Ann Demo", "Asia/Omsk")


def test_on_a_phone_the_demo_says_who_reads_and_how_many_others_there_are(client, settings):
    settings.DEMO = True
    people.person("Секретарь демо", demo_role="secretary")
    people.person("Аудитор демо", demo_role="auditor")
    text = client.get("/account/login/").content.decode()
    assert 'aria-controls="demo-roles"' in text
    assert "Другая роль (всего 2)" in text
    assert 'class="now"' not in text
    client.post("/account/demo/", {"key": "auditor"})
    assert '<span class="now">Аудитор</span>' in client.get("/account/").content.decode()


def test_the_demo_signs_in_by_one_click_and_nowhere_else(client, settings):
    person = people.person("Секретарь демо", demo_role="secretary")
    people.person("Кто-то")
    address = reverse("accounts:demo_sign_in")
    assert client.post(address, {"key": "secretary"}).status_code == 404
    settings.DEMO = True
    for key in ("", "organiser", "nobody"):
        assert client.post(address, {"key": key}).status_code == 404
    assert client.get(address).status_code == 405
    assert client.post(address, {"key": "secretary"}).headers["Location"] == "/account/"
    page = client.get("/account/profile/")
    assert page.wsgi_request.user == person
    assert page.context["demo_roles"] == [
        {"key": "secretary", "label": "Секретарь", "current": True}
    ]
    with override("en"):
        english = reverse("accounts:demo_sign_in")
    assert client.post(english, {"key": "secretary"}).headers["Location"] == "/en/account/"


def test_no_page_of_the_account_asks_more_than_eight_queries(client, django_assert_max_num_queries):
    user = people.holder(Role.AUDITOR, award="prize", edition="2024")
    sign_in(client, user)
    for name in ("accounts:profile", "account_email", "account_change_password", "mfa_index"):
        with django_assert_max_num_queries(8):
            assert client.get(reverse(name)).status_code == 200


def test_an_organiser_of_everything_finds_and_erases_whoever_asks_for_it(client):
    organiser = people.organiser()
    maria = people.person("Мария Петрова (демо)", post="Директор")
    people.person("Иван Сидоров (демо)")
    client.force_login(organiser)
    found = client.post("/account/people/", {"search": "петрова"}, follow=True).content.decode()
    assert "Мария Петрова" in found
    assert "Сидоров" not in found
    nobody = client.post("/account/people/", {"search": "нет"}, follow=True).content.decode()
    assert "Никто не найден" in nobody
    page = client.get(f"/account/people/{maria.uid}/erase/").content.decode()
    for told in ("Директор", maria.email, "Отменить это нельзя", "Что останется"):
        assert told in page
    slip = client.post(f"/account/people/{maria.uid}/erase/", {"address": "other@demo.invalid"})
    assert slip.status_code == 422
    assert f"ожидался {maria.email}" in slip.content.decode()
    done = client.post(f"/account/people/{maria.uid}/erase/", {"address": maria.email.upper()})
    assert done.headers["Location"] == "/account/people/"
    assert "Петрова" not in client.get("/account/people/").content.decode()
    again = client.get(f"/account/people/{maria.uid}/erase/").content.decode()
    assert "уже удалены" in again
    assert "<form" not in again.split("<main")[1].split("</main")[0]


def test_the_list_of_accounts_is_read_in_eight_queries_at_any_length(
    client, django_assert_max_num_queries
):
    organiser = people.organiser()
    for number in range(60):
        people.holder(Role.AUDITOR, f"Ревизор {number:02} демо", award="prize", edition="2024")
    client.force_login(organiser)
    with django_assert_max_num_queries(8):
        page = client.get("/account/people/").content.decode()
    assert page.count("Ревизор") >= 50


@pytest.mark.parametrize("scope", [{"award": "prize"}, {"award": "prize", "edition": "2024"}])
def test_an_organiser_of_one_award_sees_no_list_of_all_accounts(client, scope):
    client.force_login(people.organiser(**scope))
    assert client.get("/account/people/").status_code == 403


def test_signing_up_without_a_name_makes_no_account(client):
    said = {
        "name": "   ",
        "email": "ivan@demo.invalid",
        "password1": people.PASSWORD,
        "password2": people.PASSWORD,
        "consent": "on",
    }
    assert client.post("/account/signup/", said).status_code == 200
    assert not User.objects.filter(email="ivan@demo.invalid").exists()


def test_nobody_has_an_account_without_consent_to_a_text_that_can_be_read(client, settings):
    settings.OPERATOR = "ФГБУ «Пример» (демо)"
    said = {"name": "Иван Демо", "email": "ivan@demo.invalid"}
    said |= {"password1": people.PASSWORD, "password2": people.PASSWORD}
    refused = client.post("/account/signup/", said).content.decode()
    assert "Без вашего согласия учётную запись создать нельзя" in refused
    assert 'href="/account/personal-data/#consent"' in refused
    assert not User.objects.exists()
    client.post("/account/signup/", said | {"consent": "on"})
    user = User.objects.get()
    assert user.consent_at is not None
    assert user.consent_to == CONSENT
    page = client.get("/account/personal-data/").content.decode()
    for told in ("Оператор: ФГБУ «Пример» (демо)", "Роскомнадзор", "Как долго", "152-ФЗ"):
        assert told in page


def test_a_person_takes_a_copy_of_their_data_and_of_nobody_else(client):
    other, user = people.person("Мария Демо"), people.secretary("prize", "2024")
    client.post("/account/password/reset/", {"email": user.email})
    client.force_login(user)
    grown_old = client.session
    grown_old["proved_at"] = 0
    grown_old.save()
    asked = client.get("/account/personal-data/export/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/?next=")
    client.post("/account/reauthenticate/", {"password": people.PASSWORD})
    answer = client.get("/account/personal-data/export/")
    assert "/password/reset/key/" not in answer.content.decode(), "no links that open the account"
    assert [each["to"] for each in answer.json()["letters"]] == [user.email]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    copy = answer.json()
    assert copy["account"]["email"] == user.email
    assert [each["role"] for each in copy["roles"]] == ["secretary"]
    assert copy["addresses"] == [{"email": user.email, "confirmed": True}]
    assert other.email not in answer.content.decode()


def test_who_withdraws_the_consent_asks_the_organisers_once_a_day(client):
    user, organiser = people.person("Мария Демо"), people.organiser()
    people.organiser("prize")
    client.force_login(user)
    ask = "/account/personal-data/erasure/"
    with clock.at(datetime(2026, 11, 1, 9, tzinfo=UTC)):
        said = client.post(ask, follow=True).content.decode()
        assert "удалена не позднее 1 декабря 2026" in said
        assert "Сегодня вы уже просили" in client.post(ask, follow=True).content.decode()
    letter = Message.objects.get(kind="account.erasure_asked")
    assert letter.user == organiser
    assert "1 декабря 2026" in letter.body
    assert f"/account/people/{user.uid}/erase/" in letter.body
    noted = Message.objects.get(kind="account.erasure_noted")
    assert (noted.user, "1 декабря 2026" in noted.body) == (user, True)
    with clock.at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        assert "1 декабря 2026" in client.post(ask, follow=True).content.decode()
    assert Message.objects.filter(kind="account.erasure_asked").count() == 2
    client.force_login(organiser)
    desk_page = client.get("/account/").content.decode()
    assert f'href="/account/people/{user.uid}/erase/">Мария Демо просит удалить' in desk_page
    assert "просит удалить данные" in client.get("/account/people/").content.decode()
    client.post(f"/account/people/{user.uid}/erase/", {"address": user.email})
    assert "Мария Демо" not in client.get("/account/").content.decode()
    assert not Message.objects.filter(body__contains=user.email).exists(), "not even in the request"


def test_who_changes_their_mind_keeps_the_account(client):
    user, organiser = people.person("Мария Демо"), people.organiser()
    client.force_login(user)
    ask = "/account/personal-data/erasure/"
    assert "никто не просил" in client.post(ask, {"go": "back"}, follow=True).content.decode()
    assert "Оставить учётную запись" in client.post(ask, follow=True).content.decode()
    kept = client.post(ask, {"go": "back"}, follow=True).content.decode()
    assert "учётная запись остаётся" in kept
    user.refresh_from_db()
    assert user.erasure_asked_at is None
    letter = Message.objects.get(kind="account.erasure_taken_back")
    assert (letter.user, user.email in letter.body) == (organiser, True)
    client.post(ask)
    assert Message.objects.filter(kind="account.erasure_asked").count() == 2
    with pytest.raises(Denied):
        actions.take_back_erasure(user, by=organiser)


def test_a_request_that_nobody_can_decide_is_kept_for_the_operator(client, settings):
    settings.OPERATOR_EMAIL = "operator@demo.invalid"
    settings.ERASED_WITHIN = timedelta(days=10)
    user, organiser = people.person("Мария Демо"), people.organiser("prize")
    client.force_login(user)
    with clock.at(datetime(2026, 11, 1, 9, tzinfo=UTC)):
        said = client.post("/account/personal-data/erasure/", follow=True).content.decode()
    assert "11 ноября 2026" in said
    user.refresh_from_db()
    assert user.erasure_asked_at == datetime(2026, 11, 1, 9, tzinfo=UTC)
    letter = Message.objects.get(kind="account.erasure_asked")
    assert (letter.to, letter.user) == ("operator@demo.invalid", None)
    assert f"laureat people erase {user.email}" in letter.body
    client.force_login(organiser)
    shown = client.get("/account/").content.decode()
    assert "Мария Демо просит удалить" in shown
    assert "оператор" in shown
    assert client.get(f"/account/people/{user.uid}/erase/").status_code == 403


def test_without_anybody_to_write_to_the_request_is_kept_all_the_same(client):
    user = people.organiser()  # the only one, who does not erase themselves
    client.force_login(user)
    said = client.post("/account/personal-data/erasure/", follow=True).content.decode()
    assert "Ваша просьба сохранена" in said
    user.refresh_from_db()
    assert user.erasure_asked_at is not None
    assert [each.kind for each in Message.objects.all()] == ["account.erasure_noted"]
    again = client.post("/account/personal-data/erasure/", follow=True).content.decode()
    assert "Сегодня вы уже просили" in again


def test_the_journal_of_sign_ins_goes_with_the_address(client):
    user = people.person("Мария Демо", "old@demo.invalid")
    AccessLog.objects.create(username="old@demo.invalid", ip_address="198.51.100.7")
    EmailAddress.objects.update(email="new@demo.invalid")
    actions.follow_address(user, "New@demo.invalid", "old@demo.invalid")
    heir = people.person("Иван Демо", "old@demo.invalid")
    user.refresh_from_db()
    assert [each["address"] for each in queries.copy_of(user)["sign_ins"]] == ["198.51.100.7"]
    assert queries.copy_of(heir)["sign_ins"] == []
