"""What an applicant has not handed in is read by nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from laureat.intake import permissions
from laureat.intake.actions import withdraw_entry
from laureat.intake.models import Entry
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db


def draft(edition):
    with world.at(edition, "2024-02-01"):
        return world.draft(edition, world.factory())


def reads(user, entry):
    answer = bool(permissions.read_answers(user, entry))
    assert permissions.read_answers.of(user).filter(pk=entry.pk).exists() == answer
    return answer


def test_a_draft_is_read_by_its_applicant_alone():
    edition = world.prize()
    entry = draft(edition)
    applicant = world.acting_for(entry.organisation)
    secretary, organiser = world.secretary(edition), world.person()
    give_role(organiser, Role.ORGANISER, by=None)
    assert [reads(each, entry) for each in (applicant, secretary, organiser)] == [
        True,
        False,
        False,
    ]
    assert permissions.see_entry(secretary, entry)
    client = Client()
    client.force_login(secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("intake:entry", args=[entry.uid])).status_code == 200
    answer = client.get(reverse("intake:form", args=[entry.uid]))
    assert answer.status_code == 403
    assert "ещё не подал" in answer.content.decode()


def test_what_was_handed_in_is_read_by_the_secretary_also_after_it_is_withdrawn():
    edition = world.prize()
    secretary = world.secretary(edition)
    entry = world.submitted(edition)
    assert reads(secretary, entry)
    withdraw_entry(entry, "Передумали", by=None)
    assert reads(secretary, Entry.objects.get(pk=entry.pk))


def test_a_draft_that_was_withdrawn_stays_the_applicants():
    edition = world.prize()
    entry = draft(edition)
    withdraw_entry(entry, "", by=None)
    assert not reads(world.secretary(edition), Entry.objects.get(pk=entry.pk))
