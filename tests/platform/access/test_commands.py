"""The command line makes the first organiser and erases people."""

import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from laureat.platform import clock
from laureat.platform.access.commands import people
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.actions import ask_erasure
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from tests.worlds.people import holder, person

pytestmark = pytest.mark.django_db


def run(*arguments, **keywords):
    return CliRunner().invoke(people, arguments, catch_exceptions=False, **keywords)


def test_the_first_organiser_gets_a_link_to_choose_a_password(client):
    found = run("organiser", "first@example.org", "Иванова Анна (демо)")
    grant = Grant.objects.get(user__email="first@example.org")
    assert (grant.role, grant.award, found.exit_code) == ("organiser", "", 0)
    link = re.search(r"https?://[^/]+(/\S+)", found.output)
    assert client.get(link[1]).status_code == 200


@pytest.mark.parametrize("award", ["nope", "SANDBOX", "sandbox/2025", "../sandbox"])
def test_an_organiser_of_an_award_that_is_not_there_is_refused_and_nobody_is_made(award):
    with pytest.raises(Refused, match=f"«{award}».*best-goods.*sandbox"):
        run("organiser", "first@example.org", "Иванова Анна (демо)", "--award", award)
    assert not User.objects.exists()


def test_an_organiser_may_be_made_for_an_award_whose_rules_are_not_loaded_yet():
    said = run("organiser", "first@example.org", "Иванова Анна (демо)", "--award", "sandbox").output
    assert said.startswith("Иванова Анна (демо): организатор премии sandbox\n")
    assert Grant.objects.get().award == "sandbox"


def test_erasing_blanks_the_person_and_an_unknown_address_changes_nothing():
    run("organiser", "first@example.org", "Иванова Анна (демо)", "--award", "sandbox")
    with pytest.raises(Refused, match=re.escape("other@example.org")):
        run("erase", "other@example.org", "--yes")
    assert User.objects.get().name == "Иванова Анна (демо)"
    assert run("erase", " First@example.org", "--yes").output == "Стёрто.\n"
    person = User.objects.get()
    assert (person.name, person.is_active, person.ledger_salt) == ("", False, "")


def test_erasing_asks_about_somebody_who_is_there_by_name():
    run("organiser", "first@example.org", "Иванова Анна (демо)")
    with pytest.raises(Refused, match=re.escape("other@example.org")):
        run("erase", "other@example.org", input="y\n")
    found = CliRunner().invoke(people, ["erase", "first@example.org"], input="n\n")
    assert "Иванова Анна (демо)" in found.output
    assert found.exit_code == 1
    assert User.objects.get().name == "Иванова Анна (демо)"
    run("erase", "first@example.org", input="y\n")
    assert User.objects.get().name == ""


def test_who_audits_a_contest_and_works_in_it_from_before_is_named():
    assert run("auditors").exit_code == 0
    here = {"award": "prize", "edition": "2024"}
    both = holder(Role.AUDITOR, "Анна Демо", **here)
    elsewhere = holder(Role.AUDITOR, "Борис Демо", **here)
    Grant.objects.create(user=both, role=Role.SECRETARY, award="prize", region="42")
    Grant.objects.create(user=elsewhere, role=Role.SECRETARY, award="prize", edition="2023")
    Grant.objects.create(user=elsewhere, role=Role.APPLICANT, **here)
    found = run("auditors")
    assert found.exit_code == 1
    assert "Анна Демо" in found.output
    assert "prize/2024" in found.output
    assert "Борис" not in found.output
    Grant.objects.filter(user=both, role=Role.SECRETARY).update(ended_at=now())
    assert run("auditors").exit_code == 0


def test_who_asks_to_be_erased_is_named_with_the_term():
    assert run("erasures").output == "Никто не ждёт удаления данных.\n"
    maria = person("Мария Демо", "maria@demo.invalid")
    with clock.at(datetime(2026, 11, 1, 9, tzinfo=UTC)):
        ask_erasure(maria, by=maria)
    with clock.at(datetime(2026, 11, 30, 9, tzinfo=UTC)):
        found = run("erasures")
    said = "Мария Демо (maria@demo.invalid): просьба от 2026-11-01, удалить до 2026-12-01"
    assert (found.output, found.exit_code) == (f"{said}\n", 0)
    with clock.at(datetime(2026, 12, 2, 9, tzinfo=UTC)):
        found = run("erasures")
    assert (found.output, found.exit_code) == (f"{said} — срок вышел\n", 1)
    run("erase", "maria@demo.invalid", "--yes")
    assert run("erasures").exit_code == 0
