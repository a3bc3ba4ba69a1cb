"""What the journal and the outbox call things: words for all, names only for those who may know."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from laureat.ledger.models import Record
from laureat.platform import words
from laureat.platform.accounts.models import User
from laureat.platform.mail.models import Message
from tests.worlds.walking import Reader

pytestmark = pytest.mark.django_db


def test_whatever_happened_in_a_season_has_words(world):
    known = words.tables()
    happened = set(Record.objects.values_list("action", flat=True))
    sent = set(Message.objects.values_list("kind", flat=True))
    assert len(happened) > 30
    assert sorted(happened - set(known.actions)) == []
    assert sorted(sent - set(known.mail)) == []


def test_every_subject_of_the_season_is_found_by_whoever_may_see_everything(world):
    """A subject that no table finds would be an identifier without a name for everybody."""
    organiser = User.objects.get(pk=world.people["organiser"].pk)
    pairs = set(Record.objects.values_list("action", "subject"))
    found = words.named(organiser, pairs)
    silent = {"grant", "colleague"}  # they name people
    about = words.tables().about
    unnamed = {
        pair: each for pair, each in found.items() if not each.name and about[pair[0]] not in silent
    }
    assert unnamed == {}


def page(user, path):
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def chain_url(world, key):
    edition = world[f"edition:{key}"]
    return f"/ledger/{edition.award.key}/{edition.key}/"


def test_an_auditor_reads_the_journal_in_words_with_links(world):
    entry = world["entry:judged"]
    html = page(world.people["auditor"], chain_url(world, "judging") + f"?subject={entry.uid}")
    assert "Заявка подана" in html
    assert re.search(rf'<a href="/entries/{entry.uid}/">{re.escape(entry.number)} ', html)
    title = world["edition:judging"].title_ru
    assert f"<h1>{title}</h1>" in html


def test_a_stranger_reads_of_a_published_contest_what_happened_but_not_to_whom(world):
    html = page(world.people["stranger"], chain_url(world, "told"))
    assert "Заявка подана" in html
    assert "/entries/" not in html.partition("<tbody")[2]
    for entry in world["edition:told"].entries.all():
        assert entry.organisation.name_ru not in html.partition("<tbody")[2]


def test_the_journal_is_filtered_by_words_and_by_names(world):
    auditor, url = world.people["auditor"], chain_url(world, "judging")
    html = page(auditor, url + "?action=scorebook.signed")
    assert "Тетрадь подписана" in html
    assert "Заявка подана" not in html.partition("<tbody")[2]
    entry = world["edition:judging"].entries.exclude(number=None).first()
    html = page(auditor, url + f"?subject={entry.number}")
    assert f">{entry.number} " in html
    assert "Такого не нашлось" not in html


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_outbox_says_kinds_and_contests_in_words(world, language):
    prefix = "" if language == "ru" else "/en"
    html = page(world.people["secretary"], f"{prefix}/mail/")
    shown = html.partition("<tbody")[2].split("</tbody>")[0]
    kinds = {
        code
        for code in Message.objects.exclude(scope="").values_list("kind", flat=True)
        if f">{code}<" in html
    }
    assert kinds == set()
    with translation.override(language):
        assert any(str(text) in shown for text in words.tables().mail.values())


@pytest.mark.parametrize("name", ["/ledger/", "judging", "sought", "/mail/"])
def test_the_pages_ask_at_most_eight_times(world, name):
    path = name if name.startswith("/") else chain_url(world, "judging")
    path += "?subject=2" if name == "sought" else ""
    who = "secretary" if name == "/mail/" else "auditor"
    got = Reader(world.people[who]).get(path)
    assert got.code == "ok"
    assert got.queries <= 8
