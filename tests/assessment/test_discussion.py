"""What a team has to talk about before its scorebook is signed."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from laureat.assessment import actions
from laureat.assessment.actions import Crowded, MarkInput, Undiscussed
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


def as_it_is(book, part, *, lines=99):
    """What is stored, of the strengths the first `lines`."""
    mark = book.marks.get(part=part)
    strengths = "\n".join(mark.strengths.splitlines()[:lines])
    return {part: MarkInput(mark.value, mark.attributes, strengths, mark.improvements)}


def shortened(book, by=None):
    """Both parts saved, each with as many lines as the rules allow."""
    for part in ("1a", "3b"):
        book = actions.save_marks(book, as_it_is(book, part, lines=5), version=book.version, by=by)
    return book


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
        actions.sign_scorebook(shortened(book, lead), by=lead)
    assert set(signature(book)) == {"kind", "sha256"}


def test_who_signs_without_discussing_names_the_parts_and_the_journal_keeps_them(world, book):
    lead = book.assessor.user
    with world.now():
        for named in ({"undiscussed": ["1a"]}, {"crowded": ["1a", "3b"]}):
            with pytest.raises(Undiscussed):
                actions.sign_scorebook(book, **named, by=lead)
        actions.sign_scorebook(book, undiscussed=["1a", "3b"], crowded=["1a", "3b"], by=lead)
    assert signature(book)["undiscussed"] == ["1a", "3b"]


def test_comments_of_too_many_lines_are_signed_only_by_name_and_the_journal_keeps_them(world, book):
    lead = book.assessor.user
    with world.now():
        for part in ("1a", "3b"):
            book = actions.save_marks(book, as_it_is(book, part), version=book.version, by=lead)
        for named in ([], ["1a"], ["1b", "3b"]):
            with pytest.raises(Crowded, match="больше строк") as refused:
                actions.sign_scorebook(book, crowded=named, by=lead)
            assert refused.value.parts == ["1a", "3b"]
        actions.save_marks(book, as_it_is(book, "1a", lines=5), version=book.version, by=lead)
        actions.sign_scorebook(book, crowded=["3b", "1a"], by=lead)
    assert signature(book)["crowded"] == ["3b"]
    assert "undiscussed" not in signature(book)


def test_ones_own_scorebook_may_be_longer(world):
    row = world_of.team(world)[0]
    with world.now():
        own = world_of.written(row)
        long = MarkInput(50, strengths="\n".join("абвгдеж"), improvements="Раз\nДва\nТри")
        own = actions.save_marks(own, {"1a": long}, version=own.version, by=None)
        page = client_of(row.assessor.user).get(reverse("assessment:sign", args=[own.uid]))
        assert "Сильные стороны: 7 вместо 5" in page.content.decode()
        assert 'name="crowded"' not in page.content.decode()
        actions.sign_scorebook(own, by=row.assessor.user)
    assert set(signature(own)) == {"kind", "sha256"}


def test_nothing_is_to_be_discussed_in_somebodys_own_scorebook(world, book):
    own = Scorebook.objects.filter(kind="individual").first()
    assert open_parts(own) == []


def test_a_scorebook_just_begun_is_not_shown_as_complete(world, book):
    client = client_of(book.assessor.user)
    with world.now():
        page = client.get(reverse("assessment:scorebook", args=[book.uid])).content.decode()
        assert "Обсудить: 1а" in page
        assert (page.count(">к обсуждению: 1<"), page.count(">сократить: 1<")) == (2, 2)
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
        assert 'name="crowded" value="1a 3b"' in page
        sent = {"version": book.version}
        refused = client.post(address, sent)
        assert refused.status_code == 422
        assert 'id="undiscussed-error"' in refused.content.decode()
        sent["undiscussed"] = "1a 3b"
        refused = client.post(address, sent)
        assert refused.status_code == 422
        assert 'id="crowded-error"' in refused.content.decode()
        assert 'value="1a 3b" checked' in refused.content.decode()
        assert "соискатель прочтёт их" in refused.content.decode()
        assert Scorebook.objects.get(pk=book.pk).state == "draft"
        done = client.post(address, sent | {"crowded": "1a 3b"})
        assert done.status_code == 302
        page = client.get(reverse("assessment:scorebook", args=[book.uid])).content.decode()
    assert signature(book)["undiscussed"] == ["1a", "3b"]
    assert "баллы на сегодня" not in page
    assert "составляющие к обсуждению" not in page
    assert page.count("подписано без обсуждения") == 2


def test_a_signed_scorebook_of_parts_talked_over_asks_for_nothing(world, book):
    client = client_of(book.assessor.user)
    with world.now():
        book = shortened(book)
        page = client.get(reverse("assessment:sign", args=[book.uid])).content.decode()
        assert "Всё заполнено" in page
        assert 'name="undiscussed"' not in page
        actions.sign_scorebook(book, by=None)
        page = client.get(reverse("assessment:scorebook", args=[book.uid])).content.decode()
    assert "обсудить" not in page
    assert "без обсуждения" not in page


def tags(page):
    """What the table of the team's page says beside 1a and 3b."""
    table = page[page.index("Оценки рядом") :]
    rows = [row for row in table.split("<tr")[1:] if re.search(r">(1а|3б)\b", row)]
    words = ("обсудить", "обсуждено", "подписано без обсуждения")
    return [next((each for each in words if f">{each}<" in row), "") for row in rows]


def test_the_page_of_the_team_says_what_became_of_what_lay_apart(world, book):
    client = client_of(book.assessor.user)
    address = reverse("assessment:team", args=[world.stage.uid, book.entry.uid])
    with world.now():
        page = client.get(address).content.decode()
        assert tags(page) == ["обсудить", "обсудить"]
        assert "Оценки рядом: обсудить 2 составляющие" in page
        book = actions.save_marks(book, as_it_is(book, "3b"), version=book.version, by=None)
        page = client.get(address).content.decode()
        assert tags(page) == ["обсудить", "обсуждено"]
        assert "Оценки рядом: обсудить 1 составляющую" in page
        actions.sign_scorebook(book, undiscussed=["1a"], crowded=["1a", "3b"], by=None)
        page = client.get(address).content.decode()
    assert tags(page) == ["подписано без обсуждения", "обсуждено"]
    assert "обсудить" not in page
