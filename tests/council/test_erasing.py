"""A member of a panel is erased: the seat becomes free, but nobody vanishes out of a session."""

import pytest

from laureat.platform.accounts.actions import erase_person
from laureat.platform.accounts.duties import duties
from laureat.platform.errors import Refused
from tests.worlds import council as world
from tests.worlds import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    edition = world.at_council([("small", 900)])
    _panel, seats = world.seated(edition)
    return seats, world.planned(edition)


def test_between_sessions_the_seat_becomes_free(hall):
    seats, _session = hall
    member = seats[1]
    (duty,) = duties(member.user)
    assert not duty.blocks
    assert duty.said.endswith(": член")
    erase_person(member.user, by=people.organiser())
    member.refresh_from_db()
    assert member.left_at is not None
    assert duties(member.user) == []


def test_nobody_is_erased_out_of_a_session_and_the_page_says_why(hall, client):
    seats, session = hall
    organiser, member = people.organiser(), seats[1].user
    with world.sitting(session), pytest.raises(Refused, match="Сначала закройте заседание"):
        erase_person(member, by=organiser)
    member.refresh_from_db()
    assert member.is_active
    client.force_login(organiser, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/account/people/{member.uid}/erase/").content.decode()
    assert "Пока удалить данные нельзя" in page
    assert "Удалить навсегда" not in page


def test_who_presided_approves_the_minutes_before_being_erased(hall):
    seats, session = hall
    world.decided(session)
    with pytest.raises(Refused, match="протокол"):
        erase_person(seats[0].user, by=people.organiser())
    world.signed(session)
    assert erase_person(seats[0].user, by=people.organiser()).is_erased
