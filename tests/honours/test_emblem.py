"""The right to use the emblem: its term, reminders, renewal, withdrawal."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from laureat.honours import actions
from laureat.honours.actions import years_later
from laureat.honours.commands import honours as command
from laureat.honours.models import EmblemLicence, Honour
from laureat.honours.queries import find, licence_state, my_honours, row
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail import jobs
from laureat.platform.mail.models import Message
from tests.worlds import council as world
from tests.worlds.intake import acting_for, person
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db
HELD = "2024-11-14T11:00"


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def prize():
    return decided_prize()


@kept
def decided_prize():
    edition = world.at_council([("small", 700), ("small", 640)])
    world.seated(edition)
    world.published(world.decided(world.planned(edition, held_at=HELD)))
    return edition


def licence() -> EmblemLicence:
    return EmblemLicence.objects.order_by("pk").select_related("honour__edition__award")[0]


def on(edition, day: date):
    return clock.at(datetime.combine(day, datetime.min.time(), edition.time_zone).replace(hour=9))


def kinds() -> list[str]:
    letters = Message.objects.filter(kind__startswith="honours.emblem").order_by("pk")
    return [letter.kind.removeprefix("honours.emblem_") for letter in letters]


def test_a_right_runs_for_the_years_of_the_rulebook_from_the_day_of_publication(prize):
    found = licence()
    years = prize.rules.emblem.years
    assert found.starts_on == date(2024, 11, 14)
    assert found.ends_on == years_later(found.starts_on, years) - timedelta(days=1)


def test_people_are_told_sixty_and_fourteen_days_before_the_end_and_once_it_is_over(prize):
    EmblemLicence.objects.exclude(pk=licence().pk).delete()
    found = licence()
    acting_for(found.honour.entry.organisation)
    Message.objects.all().delete()
    told = []
    for left in (61, 60, 59, 15, 14, 3, 0, -1, -2, -40):
        with on(prize, found.ends_on - timedelta(days=left)):
            told.append((left, actions.remind_of_licences()))
    assert told == [
        (61, 0), (60, 1), (59, 0), (15, 0), (14, 1), (3, 0), (0, 0), (-1, 1), (-2, 0), (-40, 0),
    ]  # fmt: skip
    assert sorted(set(kinds())) == ["ending", "over"]
    people = Message.objects.filter(kind="honours.emblem_over").count()
    assert kinds().count("ending") == 2 * people
    assert Record.objects.filter(action="emblem.reminded").count() == 3


def test_a_right_that_ended_long_ago_is_not_spoken_of_when_the_reminding_begins(prize):
    with on(prize, licence().ends_on + timedelta(days=31)):
        assert actions.remind_of_licences() == 0


def test_the_command_and_the_worker_remind(prize):
    with on(prize, licence().ends_on - timedelta(days=30)):
        first = CliRunner().invoke(command, ["remind"])
        again = CliRunner().invoke(command, ["remind"])
    assert (first.output, again.output) == (
        "напомнено о 2 правах на эмблему\n",
        "ничего не подошло по сроку\n",
    )
    assert "emblem rights" in [job.name for job in jobs.registered()]


def test_a_renewed_right_runs_on_from_its_end_and_is_spoken_of_anew(prize):
    found = licence()
    secretary, years = world.secretary(prize), prize.rules.emblem.years
    end = found.ends_on
    with on(prize, end - timedelta(days=200)), pytest.raises(Refused):
        actions.renew_licence(found, "заявление", by=secretary)  # too early
    with on(prize, end - timedelta(days=30)):
        actions.remind_of_licences()
        with pytest.raises(Refused) as caught:
            actions.renew_licence(found, " ", by=secretary)
        assert caught.value.field == "basis"
        with pytest.raises(Denied):
            actions.renew_licence(found, "заявление", by=person())
        renewed = actions.renew_licence(found, "заявление № 5", by=secretary)
        with pytest.raises(Refused):  # a second click renews nothing
            actions.renew_licence(found, "заявление № 5", by=secretary)
    assert renewed.starts_on == found.starts_on
    assert renewed.ends_on == years_later(end + timedelta(days=1), years) - timedelta(days=1)
    with on(prize, renewed.ends_on - timedelta(days=30)):
        assert actions.remind_of_licences() == 1
    assert "renewed" in kinds()


def test_a_right_that_is_over_is_renewed_from_today(prize):
    found = licence()
    day = found.ends_on + timedelta(days=100)
    with on(prize, day):
        renewed = actions.renew_licence(found, "договор", by=None)
    assert (renewed.starts_on, renewed.ends_on) == (
        day,
        years_later(day, prize.rules.emblem.years) - timedelta(days=1),
    )


def test_a_withdrawn_right_is_shown_nowhere_as_valid_and_not_spoken_of_again(prize):
    found = licence()
    secretary = world.secretary(prize)
    with on(prize, found.ends_on - timedelta(days=30)):
        with pytest.raises(Refused):
            actions.withdraw_licence(found, "", by=secretary)
        with pytest.raises(Denied):
            actions.withdraw_licence(found, "чужой товар", by=person())
        actions.withdraw_licence(found, ("чужой товар", "another product"), by=secretary)
        for again in (actions.withdraw_licence, actions.renew_licence):
            with pytest.raises(Refused):
                again(found, "ещё раз", by=secretary)
        assert actions.remind_of_licences() == 1  # the other honour's
        shown = row(find(found.honour.uid))
    assert (shown.licensed, shown.ending, shown.revoked) == ("revoked", False, False)
    letter = Message.objects.filter(kind="honours.emblem_withdrawn").first()
    assert "чужой товар" in letter.body
    mine = f"{settings.BASE_URL}/honours/mine/"
    assert letter.body.endswith(f"\n\n{prize.title_ru}\nВаши звания: {mine}\n")


def test_revoking_the_honour_ends_the_right(prize):
    found = licence()
    actions.revoke(found.honour, "подлог", by=None)
    with pytest.raises(Refused):
        actions.renew_licence(found, "заявление", by=None)
    with on(prize, found.ends_on - timedelta(days=30)):
        assert actions.remind_of_licences() == 1
    assert row(find(found.honour.uid)).licensed == "revoked"


def test_the_secretary_renews_and_withdraws_on_the_page(prize):
    found = licence()
    page = reverse("honours:emblem", args=[found.honour.uid])
    client = as_(world.secretary(prize))
    with on(prize, found.ends_on - timedelta(days=30)):
        assert client.get(page).status_code == 200
        assert client.post(page, {"do": "renew", "basis": " "}).status_code == 422
        assert client.post(page, {"do": "renew", "basis": "заявление"}).status_code == 302
        assert client.post(page, {"do": "renew", "basis": "заявление"}).status_code == 422
        assert client.post(page, {"do": "withdraw", "reason_ru": " "}).status_code == 422
        assert client.post(page, {"do": "withdraw", "reason_ru": "чужой товар"}).status_code == 302
        assert "чужой товар" in client.get(page).content.decode()
        assert as_(person()).get(page).status_code == 403
        list_page = reverse("honours:edition", args=[prize.award.key, prize.key])
        ending = client.get(list_page, {"state": "emblem-ending"}).content.decode()
    other = Honour.objects.exclude(pk=found.honour_id).get()
    assert other.entry.number in ending
    assert found.honour.entry.number not in ending


def test_the_applicant_sees_that_the_right_ends_soon(prize):
    found = licence()
    user = acting_for(found.honour.entry.organisation)
    with on(prize, found.ends_on - timedelta(days=30)):
        page = as_(user).get(reverse("honours:mine")).content.decode()
        assert [each.ending for each in my_honours(user)] == [True]
    assert "Право на эмблему скоро закончится" in page


def test_a_term_that_ends_before_it_begins_is_no_term(prize):
    found = licence()
    with pytest.raises(IntegrityError), transaction.atomic():
        EmblemLicence.objects.filter(pk=found.pk).update(
            ends_on=found.starts_on - timedelta(days=1)
        )


@given(start=st.dates(date(1990, 1, 1), date(2090, 1, 1)), years=st.integers(1, 9))
def test_a_term_covers_every_day_from_its_first_to_its_last_and_no_other(start, years):
    end = years_later(start, years) - timedelta(days=1)
    term = EmblemLicence(starts_on=start, ends_on=end)
    one = timedelta(days=1)
    assert [licence_state(term, day) for day in (start - one, start, end, end + one)] == [
        "later", "valid", "valid", "over",
    ]  # fmt: skip
    assert 365 * years - 1 <= (end - start).days + 1 <= 366 * years


def test_who_helped_with_one_application_gets_no_letters_about_honours(prize):
    honour = licence().honour
    user = acting_for(honour.entry.organisation)
    helper = person()
    give_role(
        helper,
        Role.APPLICANT,
        by=None,
        award=prize.award.key,
        edition=prize.key,
        organisation=honour.entry.organisation.uid,
    )
    letters = Message.objects.filter(kind__startswith="honours.")
    with on(prize, licence().ends_on - timedelta(days=60)):
        actions.renew_licence(licence(), "договор № 5", by=None)
        actions.withdraw_licence(licence(), "чужая упаковка", by=None)
        actions.revoke(honour, "подлог", by=None)
    told = set(letters.values_list("kind", "user"))
    kinds = {"honours.emblem_renewed", "honours.emblem_withdrawn", "honours.revoked"}
    assert {(kind, user.pk) for kind in kinds} <= told
    assert not letters.filter(user=helper).exists()
