"""What a contest asks is public once applications open, not while it is being prepared."""

import pytest
from django.urls import reverse
from django.utils.translation import activate

from laureat.platform.access.models import Role
from laureat.rulebook.actions import load
from tests.worlds import intake as entering
from tests.worlds import outreach
from tests.worlds import registry as register

pytestmark = pytest.mark.django_db


def pages(edition):
    award, key = edition.award.key, edition.key
    return [
        reverse("rulebook:edition", args=[award, key]),
        reverse("rulebook:document", args=[award, key, edition.version.content_hash]),
        reverse("intake:apply", args=[edition.uid]),
        reverse("intake:start", args=[edition.uid]),
    ]


def test_the_rules_of_a_contest_in_preparation_are_read_by_those_who_work_in_it(client):
    activate("ru")
    edition = outreach.prize()
    scope = {"award": edition.award.key, "edition": edition.key}

    def seen():
        return [client.get(page).status_code for page in pages(edition)]

    assert set(seen()) == {302}
    for stranger in (
        register.person(),
        register.person(Role.APPLICANT, organisation="x"),
        register.person(Role.SECRETARY, award="best-goods"),
    ):
        client.force_login(stranger)
        assert set(seen()) == {403}
        assert "Конкурс готовится" in client.get(pages(edition)[0]).content.decode()
    for role in (Role.SECRETARY, Role.ASSESSOR, Role.AUDITOR):
        client.force_login(register.person(role, **scope))
        assert set(seen()) == {200}


def test_the_rules_of_a_contest_that_runs_are_public(client):
    edition = entering.prize()
    with entering.at(edition, "2024-02-01"):
        assert [client.get(page).status_code for page in pages(edition)] == [200, 200, 200, 302]


def test_a_contest_in_preparation_is_not_offered_for_comparison(client):
    edition = entering.prize()
    prepared = load(outreach.AWARDS / "rf-quality-prize" / "2025.yaml", by=None)
    award, key = edition.award.key, edition.key
    against = reverse("rulebook:compare", args=[award, key, prepared.key])
    with entering.at(edition, "2024-02-01"):
        rules = reverse("rulebook:edition", args=[award, key])
        assert against not in client.get(rules).content.decode()
        assert client.get(against).status_code == 404
        client.force_login(register.person(Role.ORGANISER, award=award))
        assert against in client.get(rules).content.decode()
        assert client.get(against).status_code == 200
