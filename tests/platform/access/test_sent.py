"""What is held until its sender has proved who they are is told in words before it goes on."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from laureat.council.models import Seat
from laureat.platform import words
from laureat.platform.access.proof import _PROVED, DANGEROUS
from laureat.platform.access.scopes import scope_of
from laureat.platform.access.sent import told
from laureat.platform.clock import wall
from tests.worlds import small_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_season.build()


def said(world, role, name, args, sent, language="ru"):
    with override(language):
        return told(world.people[role], reverse(name, args=args), sent)


def test_every_dangerous_act_is_told_in_both_languages():
    assert set(words.tables().sent) == set(DANGEROUS)


def test_a_role_that_is_given_and_one_that_ends(world):
    goods, edition = world["edition:goods"], world["edition:judging"]
    sent = [
        ("csrfmiddlewaretoken", "secret"),
        ("email", "new@demo.invalid"),
        ("name", "Анна Демо"),
        ("post", " "),
        ("role", "assessor"),
        ("region", "42"),
        ("language", "ru"),
    ]
    where = [goods.award.key, goods.key]
    assert said(world, "organiser", "access:people", where, sent) == [
        ("Конкурс", goods.title_ru),
        ("Где", scope_of(*where).regions["42"]),
        ("Фамилия, имя, отчество", "Анна Демо"),
        ("Адрес электронной почты", "new@demo.invalid"),
        ("Роль", "эксперт"),
        ("Язык письма", "Русский"),
    ]
    grant, keys = world["grant"], [edition.award.key, edition.key]
    sent = [("grant", str(grant.pk))]
    assert said(world, "organiser", "access:end", keys, sent) == [
        ("Конкурс", edition.title_ru),
        ("Человек", str(grant.user)),
        ("Роль", "эксперт"),
    ]
    assert said(world, "applicant", "access:end", keys, sent)[1:] == []
    assert said(world, "organiser", "access:end", keys, [("grant", "²"), ("grant", "")])[1:] == []


def test_what_was_decided_of_each_entry(world):
    stage, entry = world["stage:judging"], world["entry:judged"]
    sent = [
        (f"decide:{entry.uid}", "pass"),
        ("decide:unknown", "pass"),
        ("reason", "Так решила комиссия"),
        ("with_missing", "yes"),
        ("go", "close"),
    ]
    found = said(world, "secretary", "assessment:results", [stage.uid], sent)
    assert found == [
        ("Конкурс", stage.edition.title_ru),
        ("Этап", stage.title_ru),
        ("Чего не хватает", "Закрыть, хотя не всё готово"),
        ("Причина", "Так решила комиссия"),
        (f"{entry.number} {entry.organisation.name_ru}", "проходит"),
    ]
    told_to_others = said(world, "applicant_other", "assessment:results", [stage.uid], sent)
    assert entry.organisation.name_ru not in str(told_to_others)


def test_a_seat_and_an_honour(world):
    seat = Seat.objects.filter(panel__edition=world["edition:deciding"]).first()
    found = said(world, "organiser", "council:unseat", [seat.pk], [])
    assert found == [
        ("Конкурс", seat.panel.edition.title_ru),
        ("Совет или комиссия", seat.panel.title_ru),
        ("Человек", f"{seat.user} ({seat.get_role_display()})"),
    ]
    assert said(world, "applicant", "council:unseat", [seat.pk], []) == []
    honour = world["honour:told"]
    sent = [("reason_ru", "Подлог"), ("reason_en", "")]
    found = said(world, "secretary", "honours:revoke", [honour.uid], sent, "en")
    assert [label for label, _value in found] == ["Contest", "Honour", "Reason, in Russian"]
    assert found[-1] == ("Reason, in Russian", "Подлог")


def test_an_address_that_is_no_more_says_nothing(world):
    assert told(world.people["organiser"], "/nowhere/", [("a", "b")]) == []
    assert told(world.people["organiser"], reverse("accounts:profile"), [("a", "b")]) == []


def test_the_page_before_it_goes_on_shows_it(client, world):
    organiser, session = world.people["organiser"], world["session:closed"]
    client.force_login(organiser)
    path = reverse("council:publish", args=[session.uid])
    kept = client.session
    kept[_PROVED] = 0
    kept.save()
    client.post(path, {"order_ru": "Распоряжение № 5", "order_en": "Order No. 5"})
    kept = client.session
    kept[_PROVED] = wall().timestamp()
    kept.save()
    page = client.get(reverse("accounts:go_on")).content.decode()
    assert "Вот что вы отправляете" in page
    for text in ("Распоряжение № 5", "Order No. 5", session.stage.edition.title_ru):
        assert text in page
