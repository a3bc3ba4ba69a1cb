"""People on English pages and in English letters are called in Latin letters."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from laureat.council import actions
from laureat.platform.mail.models import Message
from tests.council.test_presence import as_, hall_of_the_commission, read
from tests.worlds import council as world

pytestmark = pytest.mark.django_db


def english(name: str, *args) -> str:
    with translation.override("en"):
        return reverse(f"council:{name}", args=args)


def test_guests_are_called_in_the_readers_letters_on_pages():
    _seats, session, secretary = hall_of_the_commission()
    secretary.language = "en"
    secretary.save(update_fields=["language"])
    guest = actions.invite(session, "Щербакова Юлия", capacity="expert", by=None)
    client = as_(secretary)
    for name in ("lead", "minutes"):
        page = read(client.get(english(name, session.uid), headers={"accept-language": "en"}))
        assert "Shcherbakova Iuliia" in page
        assert "Щербакова" not in page
    sent = client.post(
        english("uninvite", guest.pk), follow=True, headers={"accept-language": "en"}
    )
    assert "Shcherbakova Iuliia is no longer invited" in read(sent)


def test_letters_call_everybody_in_their_own_language():
    seats, session, _secretary = hall_of_the_commission()
    member = seats[1].user
    member.language, member.name_latin = "en", "Member Demo"
    member.save(update_fields=["language", "name_latin"])
    guests = {
        language: actions.invite(
            session, "Щербакова Юлия", post=language, email=f"{language}@demo.invalid",
            language=language, by=None,
        )
        for language in ("ru", "en")
    }  # fmt: skip
    actions.move_session(session, world.clock.now() + world.timedelta(days=9), "Кемерово", by=None)
    greeted = {
        message.to: message.body.partition("\n")[0]
        for message in Message.objects.filter(kind="council.session_moved")
    }
    assert "Member Demo" in greeted[member.email]
    assert seats[0].user.name in greeted[seats[0].user.email]
    assert "Щербакова Юлия" in greeted[guests["ru"].email]
    assert "Shcherbakova Iuliia" in greeted[guests["en"].email]
