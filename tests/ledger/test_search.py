"""The journal is searched by names, alike on every database."""

import pytest
from django.utils import translation

from laureat.ledger.queries import find, rows
from laureat.ledger.queries import records as asked
from laureat.platform.access.actions import give_role
from laureat.platform.access.models import Role
from laureat.platform.words import named
from tests.worlds import intake

pytestmark = pytest.mark.django_db


def records(*about, **given):
    return asked(*about, **given)[0]


@pytest.fixture
def world():
    edition, entries = intake.entered(2)
    auditor = intake.person("Аудиторов Демо")
    scope = {"award": edition.award.key, "edition": edition.key}
    give_role(auditor, Role.AUDITOR, by=None, **scope)
    mine, other = entries
    mine.organisation.name_ru = "ООО «Берёзка демо»"
    mine.organisation.name_en = "Birch Demo LLC"
    mine.organisation.save()
    other.organisation.name_en = ""
    other.organisation.save()
    return find(*scope.values()), mine, other, auditor


@pytest.mark.parametrize(
    "text", ["Берёзка", "берёзка", "БЕРЕЗКА", "ооо «берёзка", "birch", "BIRCH"]
)
def test_names_are_found_whatever_their_case(world, text):
    chain, mine, other, auditor = world
    found = set(records(chain, auditor, about=text).values_list("subject", flat=True))
    assert mine.uid in found
    assert other.uid not in found


def test_an_identifier_a_number_and_nothing_known_are_told_apart(world, django_assert_num_queries):
    chain, mine, _other, auditor = world
    everything = records(chain, auditor).count()
    assert 0 < records(chain, auditor, about=mine.uid).count() < everything
    assert mine.uid in records(chain, auditor, about=mine.number).values_list("subject", flat=True)
    assert not records(chain, auditor, about="нет такого").exists()
    assert not records(chain, auditor, about="«»").exists(), "not everything"
    with django_assert_num_queries(2):
        found, told = asked(chain, auditor, about="берёзка")
        page = rows(auditor, found, told)
    assert page == rows(auditor, found)
    assert {each.about.name for each in page if each.record.subject == mine.uid} == {
        f"{mine.number} ООО «Берёзка демо»"
    }


def test_a_stranger_finds_nothing_by_a_name(world):
    chain, mine, _other, _auditor = world
    assert not records(chain, intake.person(), about="берёзка").exists()
    assert records(chain, None, about=mine.uid).exists()


@pytest.mark.parametrize(
    ("language", "name"), [("ru", "ООО «Берёзка демо»"), ("en", "Birch Demo LLC")]
)
def test_the_english_journal_says_english_names_and_russian_ones_where_there_are_none(
    world, language, name
):
    _chain, mine, other, auditor = world
    with translation.override(language):
        said = named(auditor, [("entry.submitted", mine.uid), ("entry.submitted", other.uid)])
    assert [said["entry.submitted", each.uid].name for each in (mine, other)] == [
        f"{mine.number} {name}",
        f"{other.number} {other.organisation.name_ru}",
    ]
