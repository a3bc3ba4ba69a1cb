"""Roles: who gives which, what the pages show, what the permissions answer."""

from itertools import product

import pytest
from django.urls import reverse

from laureat.platform.access import actions
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.permissions import (
    end_grant,
    holds,
    may_give,
    roles_to_give,
    see_people,
)
from laureat.platform.access.scopes import Scope
from laureat.platform.access.signals import role_changed
from laureat.platform.accounts.actions import erase_person as erase
from laureat.platform.accounts.models import User
from laureat.platform.accounts.permissions import erase_person, see_person
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from tests.worlds import people
from tests.worlds.locks import locks_taken

pytestmark = pytest.mark.django_db
HERE = {"award": "prize", "edition": "2024"}


@pytest.fixture
def told():
    """Every change of a role that was announced."""
    heard = []

    def listen(sender, grant, by, change, **kwargs):
        heard.append((change, grant.role, grant.user, by))

    role_changed.connect(listen)
    yield heard
    role_changed.disconnect(listen)


def test_giving_a_role_twice_changes_nothing_and_is_told_once(told):
    organiser, user = people.organiser(), people.person()
    told.clear()
    first = actions.give_role(user, Role.AUDITOR, by=organiser, **HERE)
    assert actions.give_role(user, Role.AUDITOR, by=organiser, **HERE) == first
    assert told == [("given", "auditor", user, organiser)]


def test_an_ended_role_stays_as_a_record_and_can_be_given_anew(told):
    organiser, user = people.organiser(), people.person()
    grant = actions.give_role(user, Role.MEMBER, by=organiser, **HERE)
    assert holds(user, Role.MEMBER, **HERE)
    told.clear()
    actions.end_role(grant, by=organiser)
    assert not holds(user, Role.MEMBER, **HERE)
    assert told == [("ended", "member", user, organiser)]
    with pytest.raises(Refused, match="уже прекращена"):
        actions.end_role(grant, by=organiser)
    assert actions.give_role(user, Role.MEMBER, by=organiser, **HERE) != grant
    assert Grant.objects.filter(user=user).count() == 2


GIVERS = {
    "organiser": (Role.ORGANISER, {}),
    "organiser of the award": (Role.ORGANISER, {"award": "prize"}),
    "organiser of another": (Role.ORGANISER, {"award": "other"}),
    "organiser of another edition": (Role.ORGANISER, {"award": "prize", "edition": "2023"}),
    "secretary": (Role.SECRETARY, HERE),
    "secretary of a region": (Role.SECRETARY, {**HERE, "region": "42"}),
    "secretary of another": (Role.SECRETARY, {"award": "prize", "edition": "2023"}),
    "chair": (Role.CHAIR, HERE),
}
ANY = set(Role)
PANEL = {Role.ASSESSOR, Role.CHAIR, Role.MEMBER}


@pytest.mark.parametrize(
    ("giver", "region", "given"),
    [
        ("organiser", "", ANY),
        ("organiser", "42", ANY),
        ("organiser of the award", "", ANY),
        ("organiser of another", "", set()),
        ("organiser of another edition", "", set()),
        ("secretary", "", PANEL),
        ("secretary", "42", PANEL),
        ("secretary of a region", "", set()),
        ("secretary of a region", "42", PANEL),
        ("secretary of a region", "54", set()),
        ("secretary of another", "", set()),
        ("chair", "", set()),
    ],
)
def test_who_gives_which_role(giver, region, given):
    role, scope = GIVERS[giver]
    by, user = people.holder(role, **scope), people.person()
    for each in Role:
        answer = may_give(by, each, region=region, **HERE)
        assert bool(answer) == (each in given), each
        if each not in given:
            assert answer.reason
            with pytest.raises(Denied):
                actions.give_role(user, each, by=by, region=region, **HERE)
    assert not Grant.objects.filter(user=user).exists()


def test_an_organiser_does_not_end_their_own_role():
    organiser = people.organiser()
    with pytest.raises(Refused, match="другому организатору"):
        actions.end_role(Grant.objects.get(user=organiser), by=organiser)
    assert holds(organiser, Role.ORGANISER)


def test_inviting_makes_the_account_gives_the_role_and_sends_the_letter(told):
    secretary = people.secretary("prize", "2024")
    told.clear()
    grant = actions.invite("new@demo.invalid", "Новый Демо", Role.ASSESSOR, by=secretary, **HERE)
    assert (grant.user.email, grant.user.name, grant.role) == (
        "new@demo.invalid",
        "Новый Демо",
        "assessor",
    )
    assert Message.objects.get().to == "new@demo.invalid"
    assert told == [("given", "assessor", grant.user, secretary)]
    with pytest.raises(Refused) as refused:
        actions.invite("new@demo.invalid", "Новый Демо", Role.ASSESSOR, by=secretary, **HERE)
    assert refused.value.field == "email"
    with pytest.raises(Denied, match="только организатор"):
        actions.invite("x@demo.invalid", "Икс Демо", Role.AUDITOR, by=secretary, **HERE)
    assert not User.objects.filter(email="x@demo.invalid").exists()


def test_permissions_answer_for_one_as_their_querysets_do_for_all():
    scopes = [
        {},
        {"award": "prize"},
        HERE,
        {**HERE, "region": "42"},
        {"award": "prize", "edition": "2023"},
        {"award": "other", "edition": "2024", "region": "54"},
    ]
    for role, scope in product(Role, scopes):
        people.holder(role, **scope)
    everybody = list(User.objects.all())
    rows = {end_grant: list(Grant.objects.all()), see_person: everybody, erase_person: everybody}
    for permission, objects in rows.items():
        for user in everybody:
            listed = set(permission.of(user))
            assert {each for each in objects if permission(user, each)} == listed, user


@pytest.fixture
def scope(monkeypatch):
    """One edition with two regions, as the rulebook would tell it."""
    one = Scope("prize", "2024", "Премия-демо", "/x/", {"42": "Кузбасс", "54": "Новосибирск"})
    monkeypatch.setattr("laureat.platform.access.scopes._readers", [lambda: [one]])
    return one


PAGE = "/people/prize/2024/"


def test_the_page_shows_people_and_invites_them(client, scope):
    secretary = people.secretary("prize", "2024")
    client.force_login(secretary)
    said = {
        "email": "new@demo.invalid",
        "name": "Новый Демо",
        "role": "chair",
        "region": "42",
        "language": "ru",
    }
    assert client.post(PAGE, said).headers["Location"] == PAGE
    text = client.get(PAGE).content.decode()
    assert "Новый Демо" in text
    assert "приглашение не принято" in text
    assert "Кузбасс" in text
    again = client.post(PAGE, said)
    assert again.status_code == 422
    assert "Эта роль у человека уже есть" in again.content.decode()
    for name, value in (("role", "organiser"), ("email", "x"), ("name", ""), ("region", "99")):
        assert client.post(PAGE, {**said, name: value}).status_code == 422
    assert Grant.objects.filter(role=Role.CHAIR).count() == 1


def test_roles_are_ended_and_invitations_repeated_from_the_page(client, scope):
    organiser = people.organiser()
    client.force_login(organiser)
    grant = actions.invite("new@demo.invalid", "Новый Демо", Role.AUDITOR, by=organiser, **HERE)
    address = reverse("access:invite_again", args=["prize", "2024"])
    assert client.post(address, {"grant": grant.pk}).status_code == 302
    assert Message.objects.count() == 2
    address = reverse("access:end", args=["prize", "2024"])
    assert client.post(address, {"grant": grant.pk}).status_code == 302
    grant.refresh_from_db()
    assert grant.ended_at is not None
    assert "Новый Демо" in client.get(f"{PAGE}?ended=1").content.decode()
    assert client.post(address, {"grant": "0x1"}).status_code == 404
    assert client.post(address, {"grant": grant.pk}, follow=True).status_code == 200


def test_a_regional_secretary_sees_and_gives_in_the_region_only(client, scope):
    people.holder(Role.ASSESSOR, "Федеральный Демо", **HERE)
    people.holder(Role.CHAIR, "Сибирский Демо", region="54", **HERE)
    people.holder(Role.CHAIR, "Кузбасский Демо", region="42", **HERE)
    secretary = people.secretary("prize", "2024", region="42")
    client.force_login(secretary)
    text = client.get(PAGE).content.decode()
    assert "Кузбасский Демо" in text
    assert "Сибирский Демо" not in text
    assert "Федеральный Демо" not in text
    said = {"email": "n@demo.invalid", "name": "Н", "role": "member", "language": "ru"}
    assert client.post(PAGE, {**said, "region": "54"}).status_code == 422
    assert client.post(PAGE, {**said, "region": "42"}).status_code == 302
    assert Grant.objects.get(user__email="n@demo.invalid").region == "42"


def test_others_read_why_they_may_not(client, scope):
    for user in (people.person(), people.holder(Role.AUDITOR, **HERE)):
        client.force_login(user)
        for address in (PAGE, "/people/"):
            answer = client.get(address)
            assert answer.status_code == 403
            assert "видят только организатор и секретарь" in answer.content.decode()
        assert not see_people(user, **HERE)
    client.logout()
    assert client.get(PAGE).headers["Location"] == f"/account/login/?next={PAGE}"
    client.force_login(people.organiser())
    assert client.get("/people/prize/1999/").status_code == 404
    assert client.get("/people/").headers["Location"] == PAGE


def test_one_of_many_is_found_by_a_name_that_stands_in_no_address(client, scope):
    for number in range(60):
        people.holder(Role.ASSESSOR, f"Экспертов {number:02} демо", **HERE)
    maria = people.holder(Role.ASSESSOR, "Мария Находкина (демо)", **HERE)
    people.holder(Role.ASSESSOR, "Мария Находкина в другом конкурсе", award="other")
    client.force_login(people.secretary("prize", "2024"))
    answer = client.post(f"{PAGE}?role=assessor", {"go": "find", "search": "находкина"})
    there = answer.headers["Location"]
    assert there.startswith(f"{PAGE}?role=assessor&sought=")
    page = client.get(there)
    assert [line.grant.user for line in page.context["lines"]] == [maria]
    assert all("sought=" in tab["url"] for tab in page.context["tabs"])
    many = client.post(PAGE, {"go": "find", "search": "Экспертов"}).headers["Location"]
    assert len(client.get(f"{many}&page=2").context["lines"]) == 10
    nobody = client.post(PAGE, {"go": "find", "search": "нет такого"}, follow=True)
    assert "Никто не найден" in nobody.content.decode()
    assert client.post(PAGE, {"go": "find", "search": ""}).headers["Location"] == f"{PAGE}?"


@pytest.mark.parametrize("many", [1, 3, 120])
def test_the_page_asks_at_most_eight_queries(client, scope, many, django_assert_max_num_queries):
    for _number in range(many):
        people.holder(Role.ASSESSOR, **HERE)
    client.force_login(people.secretary("prize", "2024"))
    with django_assert_max_num_queries(8):
        assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("working", [Role.ORGANISER, Role.SECRETARY, Role.ASSESSOR, Role.CHAIR])
def test_nobody_audits_their_own_contest_whichever_role_came_first(working):
    organiser = people.organiser()
    user = people.person("Иван Демо", "ivan@demo.invalid")
    actions.give_role(user, working, by=None, **HERE)
    with pytest.raises(Refused, match="уже работает в этом конкурсе") as refused:
        actions.invite(user.email, user.name, Role.AUDITOR, by=organiser, **HERE)
    assert refused.value.field == "role"
    elsewhere = actions.give_role(user, Role.AUDITOR, by=organiser, award="prize", edition="2023")
    assert elsewhere.ended_at is None
    other = people.holder(Role.AUDITOR, award="prize")
    with pytest.raises(Refused, match="аудитор этого конкурса"):
        actions.give_role(other, working, by=organiser, region="42", **HERE)


def test_a_person_is_held_before_their_other_roles_are_looked_at():
    user = people.person("Иван Демо", "ivan@demo.invalid")
    for role, held in ((Role.AUDITOR, ["User"]), (Role.APPLICANT, [])):
        with locks_taken() as taken:
            actions.give_role(user, role, by=None, **HERE)
        assert [name for name in taken if name == "User"] == held


def test_an_organiser_gives_the_role_of_organiser_over_the_whole_contest_only():
    organiser = people.organiser("prize")
    assert Role.ORGANISER in roles_to_give(organiser, **HERE)
    assert Role.ORGANISER not in roles_to_give(people.secretary("prize", "2024"), **HERE)
    given = actions.invite("new@demo.invalid", "Новый Демо", Role.ORGANISER, by=organiser, **HERE)
    assert (given.award, given.edition, given.region) == ("prize", "2024", "")
    with pytest.raises(Refused, match="весь конкурс") as refused:
        actions.invite("b@demo.invalid", "Б", Role.ORGANISER, by=organiser, region="42", **HERE)
    assert refused.value.field == "region"


def test_letters_name_the_role_and_the_contest(scope):
    organiser = people.organiser()
    here = {"award": scope.award, "edition": scope.edition}
    actions.invite("new@demo.invalid", "Новый Демо", Role.SECRETARY, by=organiser, **here)
    first = Message.objects.get(kind="account.invitation")
    assert f"— Секретарь, {scope.title}" in first.body
    user = people.person("Иван Демо", "ivan@demo.invalid")
    grant = actions.invite(user.email, user.name, Role.ASSESSOR, by=organiser, **here)
    told = Message.objects.get(kind="role-given")
    assert (told.user, told.subject) == (user, "Вам назначена роль: эксперт")
    assert scope.title in told.body
    actions.end_role(grant, by=organiser)
    ended = Message.objects.get(kind="role-ended")
    assert (ended.user, ended.subject) == (user, "Ваша роль прекращена: эксперт")
    assert scope.title in ended.body


def test_a_known_address_with_another_name_is_said_to_be_known(client, scope):
    client.force_login(people.organiser())
    people.person("Иван Демо", "ivan@demo.invalid")
    there = reverse("access:people", args=[scope.award, scope.edition])
    said = {"email": "ivan@demo.invalid", "name": "Пётр Демо", "role": "assessor", "language": "ru"}
    page = client.post(there, said, follow=True).content.decode()
    assert "Адрес ivan@demo.invalid уже принадлежит другой записи: Иван Демо" in page


def test_an_ended_role_of_an_erased_person_shows_no_made_up_address(client, scope):
    user = people.holder(Role.ASSESSOR, award=scope.award, edition=scope.edition)
    erase(user, by=None)
    client.force_login(people.organiser())
    there = reverse("access:people", args=[scope.award, scope.edition])
    page = client.get(f"{there}?ended=1").content.decode()
    assert "(данные удалены)" in page
    assert "erased.invalid" not in page
