"""The command line makes the first organiser and erases people."""

import re

import pytest
from click.testing import CliRunner

from laureat.platform.access.commands import people
from laureat.platform.access.models import Grant
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused

pytestmark = pytest.mark.django_db


def run(*arguments, **keywords):
    return CliRunner().invoke(people, arguments, catch_exceptions=False, **keywords)


def test_the_first_organiser_gets_a_link_to_choose_a_password(client):
    found = run("organiser", "first@example.org", "Иванова Анна (демо)")
    grant = Grant.objects.get(user__email="first@example.org")
    assert (grant.role, grant.award, found.exit_code) == ("organiser", "", 0)
    link = re.search(r"https?://[^/]+(/\S+)", found.output)
    assert client.get(link[1]).status_code == 200


def test_erasing_blanks_the_person_and_an_unknown_address_changes_nothing():
    run("organiser", "first@example.org", "Иванова Анна (демо)", "--award", "sandbox")
    with pytest.raises(Refused, match=re.escape("other@example.org")):
        run("erase", "other@example.org", "--yes")
    assert User.objects.get().name == "Иванова Анна (демо)"
    run("erase", "first@example.org", "--yes")
    person = User.objects.get()
    assert (person.name, person.is_active, person.ledger_salt) == ("", False, "")
