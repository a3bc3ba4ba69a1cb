"""What a team has to talk about before its scorebook is signed."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from laureat.assessment import actions
from laureat.assessment.actions import MarkInput, Undiscussed
from laureat.assessment.actions.spreads import undiscussed
from laureat.assessment.models import Scorebook
from laureat.ledger.models import Record
from tests.worlds import assessment as world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return world_of.prize_at_desk(entries=1)


@pytest.fixture
def book(world):
    """The team's scorebook as it was begun: over 1a and 3b the members lie far apart."""
    with world.now():
        for place, row in enumerate(world_of.team(world)):
            mine = world_of.written(row)
            three = "Первое.\nВторое.\nТретье."
            apart = {
                part: MarkInput(20 * place, strengths=f"{three} {place}", improvements=three)
                for part in ("1a", "3b")
            }
            mine = actions.save_marks(mine, apart, version=mine.version, by=None)
            actions.sign_scorebook(mine, by=None)
        return actions.start_consensus(world.entries[0], world.stage, by=None)


def client_of(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def open_parts(book):
    return undiscussed(book, {mark.part: mark for mark in book.marks.all()})


def signature(book):
    return json.loads(Record.objects.get(action="scorebook.signed", subject=book.uid).content)[
        "data"
    ]


def as_it_is(book, part):
    mark = book.marks.get(part=part)
    return {part: MarkInput(mark.value, mark.attributes, mark.strengths, mark.improvements)}


def test_parts_stay_to_be_discussed_until_the_lead_has_saved_each(world, book):
    lead = book.assessor.user
    with world.now():
        assert open_parts(book) == ["1a", "3b"]
        book = actions.save_marks(book, as_it_is(book, "3b"), version=book.version, by=lead)
        assert open_parts(book) == ["1a"]
        with pytest.raises(Undiscussed) as refused:
            actions.sign_scorebook(book, by=lead)
        assert refused.value.parts == ["1a"]
        assert Scorebook.objects.get(pk=book.pk).state == "draft"
        book = actions.save_marks(book, as_it_is(book, "1a"), version=book.version, by=lead)
        actions.sign_scorebook(book, by=lead)
    assert set(signature(book)) == {"kind", "sha256"}


def test_who_signs_without_discussing_names_the_parts_and_the_journal_keeps_them(world, book):
    lead = book.assessor.user
    with world.now():
        with pytest.raises(Undiscussed):
            actions.sign_scorebook(book, undiscussed=["1a"], by=lead)
        actions.sign_scorebook(book, undiscussed=["1a", "3b"], by=lead)
    assert signature(book)["undiscussed"] == ["1a", "3b"]


def test_nothing_is_to_be_discussed_in_somebodys_own_scorebook(world, book):
    own = Scorebook.objects.filter(kind="individual").first()
    assert open_parts(own) == []


def test_a_scorebook_just_begun_is_not_shown_as_complete(world, book):
    client = client_of(book.assessor.user)
    with world.now():
        page = client.get(reverse("assessment:scorebook", args=[book.uid])).content.decode()
        assert "Обсудить: 1а" in page
        assert "btn" in page
        assert 'class="btn plain" href="' + reverse("assessment:sign", args=[book.uid]) in page
        page = client.get(reverse("assessment:part", args=[book.uid, "1b"])).content.decode()
        assert 'class="begun discuss"' in page
        assert "к обсуждению: 2" in page
        client.post(
            reverse("assessment:part", args=[book.uid, "1a"]),
            {"version": book.version, "value": "30", "strengths": "Раз\nДва\nТри",
             "improvements": "Раз\nДва\nТри"},
        )  # fmt: skip
        page = client.get(reverse("assessment:scorebook", args=[book.uid])).content.decode()
        assert "Обсудить: 3б" in page
        page = client.get(reverse("assessment:part", args=[book.uid, "1b"])).content.decode()
        assert page.count('class="begun discuss"') == 1


def test_the_page_of_signing_lists_what_was_not_discussed_and_too_many_lines(world, book):
    client = client_of(book.assessor.user)
    address = reverse("assessment:sign", args=[book.uid])
    with world.now():
        page = client.get(address).content.decode()
        assert "Всё заполнено" not in page
        assert reverse("assessment:part", args=[book.uid, "1a"]) in page
        assert reverse("assessment:part", args=[book.uid, "3b"]) in page
        assert "Сильные стороны: 6 вместо 5" in page
        assert 'name="undiscussed" value="1a 3b"' in page
        refused = client.post(address, {"version": book.version})
        assert refused.status_code == 422
        assert "Подтвердите" in refused.content.decode()
        assert Scorebook.objects.get(pk=book.pk).state == "draft"
        done = client.post(address, {"version": book.version, "undiscussed": "1a 3b"})
        assert done.status_code == 302
        page = client.get(reverse("assessment:scorebook", args=[book.uid])).content.decode()
    assert signature(book)["undiscussed"] == ["1a", "3b"]
    assert "баллов пока" not in page
    assert "составляющих к обсуждению" not in page
    assert page.count("подписано без обсуждения") == 2


def test_a_signed_scorebook_of_parts_talked_over_asks_for_nothing(world, book):
    client = client_of(book.assessor.user)
    with world.now():
        for part in ("1a", "3b"):
            book = actions.save_marks(book, as_it_is(book, part), version=book.version, by=None)
        page = client.get(reverse("assessment:sign", args=[book.uid])).content.decode()
        assert "Всё заполнено" in page
        assert 'name="undiscussed"' not in page
        actions.sign_scorebook(book, by=None)
        page = client.get(reverse("assessment:scorebook", args=[book.uid])).content.decode()
    assert "обсудить" not in page
    assert "без обсуждения" not in page
