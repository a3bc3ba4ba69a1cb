"""The register through its actions."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from laureat.ledger.models import Record
from laureat.platform.access.models import Grant, Role
from laureat.platform.access.permissions import forget_grants
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.registry import actions, queries
from laureat.registry.models import Distinction, Organisation, Region, Sector
from laureat.registry.permissions import edit_organisation, keep_organisation
from laureat.rulebook.schema import Predicate
from tests.worlds import intake as entering
from tests.worlds import registry as world

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent


def test_regions_and_sectors_are_there_from_the_first_moment_and_load_twice():
    before = (Region.objects.count(), Sector.objects.count())
    assert before == (89, 27)
    Region.objects.filter(code="42").update(name_ru="?")
    assert (actions.load_regions(), actions.load_sectors()) == before
    assert Region.objects.get(code="42").name_ru == "Кемеровская область – Кузбасс"
    assert (Region.objects.count(), Sector.objects.count()) == before


def test_whoever_registers_an_organisation_acts_for_it():
    applicant = world.person()
    found = actions.register_organisation(
        replace(world.data(1), is_demo=False, kpp="420501001", ogrn=world.ogrn(1)), by=applicant
    )
    assert [(g.role, g.organisation) for g in Grant.objects.filter(user=applicant)] == [
        ("applicant", found.uid)
    ]
    assert edit_organisation(applicant, found)
    assert not keep_organisation(applicant, found)
    assert list(queries.mine(applicant)) == [found]
    record = Record.objects.get(subject=found.uid)
    assert (record.chain.key, record.action) == (
        "registry/organisations",
        "organisation.registered",
    )
    assert applicant.email not in record.content
    assert found.head_name not in record.content


def test_the_tax_number_of_a_person_does_not_enter_the_journal():
    found = actions.register_organisation(
        replace(world.data(1), inn="500100732259", ogrn="", kpp=""), by=None
    )
    assert found.inn == "500100732259"
    assert found.inn not in Record.objects.get(subject=found.uid).content


def test_a_secretary_registers_without_acting_for_anybody_and_only_in_the_region():
    secretary = world.person(Role.SECRETARY, region="42")
    world.organisation(1, by=secretary)
    assert not Grant.objects.filter(role=Role.APPLICANT).exists()
    with pytest.raises(Denied):
        world.organisation(2, by=secretary, region="54")
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name_ru": "  "}, "name_ru"),
        ({"name_ru": "я" * 301}, "name_ru"),
        ({"inn": "4200000011"}, "inn"),
        ({"ogrn": "1"}, "ogrn"),
        ({"kpp": "1"}, "kpp"),
        ({"region": "00"}, "region"),
        ({"sector": "magic"}, "sector"),
        ({"headcount": 0}, "headcount"),
        ({"founded_on": date(2124, 1, 1)}, "founded_on"),
        ({"email": "nobody"}, "email"),
        ({"site": "not a site"}, "site"),
    ],
)
def test_wrong_facts_are_refused_at_their_field_and_nothing_is_written(facts, field):
    with pytest.raises(Refused) as refused:
        world.organisation(1, **facts)
    assert refused.value.field == field
    assert not Organisation.objects.exists()
    assert not Record.objects.exists()


def test_one_inn_and_kpp_name_one_organisation():
    world.organisation(1, kpp="420501001")
    with pytest.raises(Refused) as refused:
        world.organisation(1, kpp="420501001", name_ru="Другое")
    assert refused.value.field == "inn"
    branch = world.organisation(1, kpp="540143001", is_branch=True, name_ru="Филиал")
    assert branch.inn == world.inn(1)


def test_an_ogrn_belongs_to_one_inn():
    world.organisation(1, ogrn=world.ogrn(5))
    with pytest.raises(Refused) as refused:
        world.organisation(2, ogrn=world.ogrn(5))
    assert refused.value.field == "ogrn"


def test_only_what_changed_is_written_and_a_new_head_drops_the_old_form_of_address():
    found = world.organisation(1, head_name_dative="Колосову И. П.", head_post_dative="Директору")
    actions.change_organisation(found, {"headcount": 120}, by=None)
    assert Record.objects.count() == 1
    actions.change_organisation(found, {"head_name": "Белая Ольга Петровна"}, by=None)
    assert (found.head_name_dative, found.head_post_dative) == ("", "Директору")
    assert Record.objects.last().content.count('"fields":["head_name"]') == 1


def test_an_applicant_changes_facts_but_not_the_forms_of_address():
    applicant = world.person()
    found = world.organisation(1, by=applicant, is_demo=False)
    actions.change_organisation(found, {"headcount": 7, "region": "54"}, by=applicant)
    assert (found.headcount, found.region_id) == (7, "54")
    with pytest.raises(Denied):
        actions.change_organisation(found, {"head_name_dative": "X"}, by=applicant)
    with pytest.raises(Denied):
        actions.change_organisation(found, {"headcount": 8}, by=world.person())


def test_a_regional_secretary_cannot_move_an_organisation_out_of_sight():
    secretary = world.person(Role.SECRETARY, region="42")
    found = world.organisation(1)
    with pytest.raises(Denied):
        actions.change_organisation(found, {"region": "54"}, by=secretary)
    found.refresh_from_db()
    assert found.region_id == "42"


def test_the_secretary_says_who_acts_for_an_organisation_and_the_person_is_told():
    secretary, colleague = world.person(Role.SECRETARY, region="42"), world.person()
    found = world.organisation(1)
    with pytest.raises(Denied):
        actions.add_representative(found, colleague.email, by=colleague)
    grant = actions.add_representative(found, f" {colleague.email.upper()} ", by=secretary)
    forget_grants(colleague)
    assert edit_organisation(colleague, found)
    assert [message.to for message in Message.objects.all()] == [colleague.email]
    with pytest.raises(Refused) as refused:
        actions.add_representative(found, colleague.email, by=secretary)
    assert refused.value.field == "email"
    with pytest.raises(Refused):
        actions.add_representative(found, "stranger@demo.example", by=secretary)
    actions.end_representative(found, grant, by=secretary)
    forget_grants(colleague)
    assert not edit_organisation(colleague, found)
    assert Grant.objects.get(pk=grant.pk).ended_at is not None


def test_a_good_is_entered_once_and_its_code_is_checked():
    found = world.organisation(1)
    made = world.good(found, " Сыр  «Демо» ", okpd2="10,51,40")
    assert (made.name_ru, made.okpd2) == ("Сыр «Демо»", "10.51.40")
    with pytest.raises(Refused) as refused:
        world.good(found, "Сыр «Демо»", okpd2="10.51.40")
    assert refused.value.field == "name_ru"
    world.good(found, "Сыр «Демо»", okpd2="10.51.40", normative_document="ТУ 1")
    with pytest.raises(Refused) as refused:
        actions.change_good(made, {"okpd2": "x"}, by=None)
    assert refused.value.field == "okpd2"
    with pytest.raises(Refused) as refused:
        actions.change_good(made, {"launched_on": date(2124, 1, 1)}, by=None)
    assert refused.value.field == "launched_on"
    with pytest.raises(Denied):
        actions.change_good(made, {"okpd2": "10"}, by=world.person())


def test_search_knows_case_and_yo_and_any_order_of_words():
    found = world.organisation(1, name_ru="ООО «Берёзка-Демо»", city_ru="Новокузнецк")
    world.organisation(2, name_ru="ООО «Сосна-демо»")
    secretary = world.person(Role.SECRETARY)
    for words in ("березка", "БЕРЁЗКА", "новокузнецк берёз", found.inn):
        assert list(queries.organisations(secretary, search=words)) == [found]
    assert queries.organisations(secretary, region="42").count() == 2
    assert queries.organisations(secretary, region="54").count() == 0


def test_a_name_is_found_by_how_its_words_begin_and_not_by_what_stands_inside():
    cheese = world.organisation(1, name_ru="ООО «Сырная тарелка-демо»")
    plant = world.organisation(2, name_ru="АО «Завод № 10-демо»")
    world.organisation(3, name_ru="ООО «Касыр-демо»")
    secretary = world.person(Role.SECRETARY)

    def found(words):
        return list(queries.organisations(secretary, search=words))

    assert found("сыр") == [cheese]
    assert found("тарел сырн") == [cheese]
    assert found("10") == found("завод 10") == [plant]
    assert found(cheese.inn[:2]) == [], "two digits are no INN"
    assert found(cheese.inn[:9]) == [cheese], "nine of them are the beginning of one"
    assert found(cheese.inn[3:]) == []


def test_a_code_is_found_as_a_code_and_its_digits_are_no_names():
    maker = world.organisation(1, name_ru="ООО «Молоко-демо»")
    milk = world.good(maker, "Молоко 3", okpd2="10.51.11.110")
    ham = world.good(maker, "Окорок № 51", okpd2="10.13.14")
    for number, good in enumerate((milk, ham)):
        actions.record_distinction(
            maker,
            award_key="x",
            year=2020 + number,
            honour_key="y",
            title_ru="Z",
            title_en="Z",
            good=good,
            by=None,
        )

    def found(words):
        return {row.good.name_ru for row in queries.distinctions(search=words)}

    assert found("10.51") == found("10.51.11.110") == {milk.name_ru}
    assert found("10.1") == {ham.name_ru}
    assert found("10.5.1") == set()
    assert found("51") == {ham.name_ru}
    assert found("10") == found("110") == set()
    assert found("молоко 10.51") == {milk.name_ru}
    assert queries.terms("Молоко 10.51, №5") == ["молоко", "10.51", "5"]


@given(st.text(max_size=40))
def test_whatever_is_typed_can_be_searched_for(text):
    for term in queries.terms(text):
        assert term
        assert " " not in term
        queries.begins_word("search", term)
        queries.good_found(term)


def test_facts_are_what_the_vocabulary_of_predicates_names():
    from laureat.rulebook.schema.predicates import VOCABULARY

    found = world.organisation(
        1, inn=world.individual_inn(1), founded_on=date(2020, 3, 1), sector="food"
    )
    good = world.good(found, okpd2="10.51", launched_on=date(2022, 3, 1))
    facts = queries.facts_of(found, good, date(2023, 3, 2))
    assert {name: tuple(values) for name, values in facts.items()} == {
        name: VOCABULARY[name] for name in ("organisation", "product")
    }
    assert facts["organisation"]["individual"] is True
    assert Predicate("organisation.years_active > 3").holds(facts)
    assert not Predicate("organisation.years_active > 3").holds(
        queries.facts_of(found, good, date(2023, 3, 1))
    )
    assert Predicate("product.months_on_market <= 24").holds(facts)


def test_distinctions_are_written_once_revoked_and_counted_again():
    found = world.organisation(1)
    given = {
        "award_key": "demo-prize",
        "year": 2023,
        "honour_key": "laureate",
        "title_ru": "Лауреат",
        "title_en": "Laureate",
        "reference": "abcd",
    }
    first = actions.record_distinction(found, **given, by=None)
    assert actions.record_distinction(found, **given, by=None) == first
    assert queries.history_of(found) == [
        {"award": "demo-prize", "year": 2023, "honour": "laureate"}
    ]
    assert actions.revoke_distinction("abcd") == 1
    assert actions.revoke_distinction("abcd") == 0
    assert actions.revoke_distinction("") == 0
    assert queries.history_of(found) == []
    assert queries.distinctions().count() == 0
    assert queries.distinctions(with_revoked=True).count() == 1
    actions.record_distinction(found, **given, by=None)
    assert Distinction.objects.count() == 1
    assert len(queries.history_of(found)) == 1
    with pytest.raises(Denied):
        actions.record_distinction(found, **given, by=world.person(Role.SECRETARY, region="42"))


@pytest.mark.parametrize("award", ["best-goods", "rf-quality-prize"])
def test_history_is_taken_over_once_with_its_sources(award):
    path = ROOT / "awards" / award / "history.yaml"
    first = actions.import_history(path, by=None)
    assert first.recorded == Distinction.objects.count() > 0
    again = actions.import_history(path, by=None)
    assert (again.recorded, again.known, again.organisations) == (0, first.recorded, 0)
    assert not Distinction.objects.filter(source_title_ru="", source_title_en="").exists()
    assert not Organisation.objects.filter(is_demo=True).exists()
    with pytest.raises(Denied):
        actions.import_history(path, by=world.person(Role.SECRETARY))


def test_the_public_register_is_searched_by_organisation_and_good():
    actions.import_history(ROOT / "awards" / "best-goods" / "history.yaml", by=None)
    rows = queries.distinctions(search="чистогорский ШЕЙКА")
    assert [(row.year, row.organisation.region_id) for row in rows] == [(2025, "42")]
    counts = queries.register_counts(queries.distinctions(award="best-goods"))
    assert sum(row["count"] for row in counts) == queries.distinctions().count()
    assert queries.register_regions(queries.distinctions())["42"] >= 1
    assert queries.register_years() == sorted(set(queries.register_years()), reverse=True)


def test_permissions_say_the_same_as_their_querysets():
    applicant = world.person()
    organisations = [
        world.organisation(1, by=applicant, is_demo=False),
        world.organisation(2, region="54"),
        world.organisation(3, region=""),
    ]
    people = [
        applicant,
        world.person(),
        world.person(Role.SECRETARY),
        world.person(Role.SECRETARY, region="42"),
        world.person(Role.SECRETARY, award="best-goods", region="54"),
        world.person(Role.ORGANISER, award="best-goods"),
        world.person(Role.APPLICANT),
        world.person(Role.ASSESSOR),
        world.person(Role.AUDITOR),
    ]
    for permission in (edit_organisation, keep_organisation):
        for somebody in people:
            allowed = {each.pk for each in organisations if permission(somebody, each)}
            assert allowed == set(permission.of(somebody).values_list("pk", flat=True))


def test_a_regional_secretary_also_keeps_those_who_applied_in_her_region():
    """They moved since, or their region was corrected: their entry still stands in hers."""
    edition = entering.goods("42", "54")
    moved, stranger, drafting = (entering.factory(region) for region in ("42", "54", "42"))
    entering.submitted(edition, moved)
    with entering.at(edition, "2023-04-15"):
        entering.draft(edition, drafting)
    for each in (moved, drafting):
        actions.change_organisation(each, {"region": "54"}, by=None)
    hers = world.person(Role.SECRETARY, award="best-goods", region="42")
    another = world.person(Role.SECRETARY, award="rf-quality-prize", region="42")
    theirs = world.person(Role.SECRETARY, region="54")
    kept = {
        somebody: [bool(keep_organisation(somebody, each)) for each in (moved, stranger, drafting)]
        for somebody in (hers, another, theirs)
    }
    assert kept == {
        hers: [True, False, False],
        another: [False, False, False],
        theirs: [True, True, True],
    }
    for permission in (edit_organisation, keep_organisation):
        assert set(permission.of(hers)) == {moved}
        assert set(permission.of(theirs)) == {moved, stranger, drafting}


def test_who_does_not_keep_an_organisation_reads_why():
    found = world.organisation(1, region="54")
    told = {
        somebody: str(keep_organisation(somebody, found).reason)
        for somebody in (world.person(Role.SECRETARY, region="42"), world.person())
    }
    assert list(told.values()) == [
        (
            "Эта организация не из вашего региона и не подавала в нём заявок: "
            "её ведёт секретарь её региона."
        ),
        "Это делает только секретарь этого региона.",
    ]


def test_the_desk_shows_what_the_facts_lack():
    applicant = world.person()
    world.organisation(1, by=applicant, is_demo=False)
    with override("ru"):
        (section,) = queries.desk_sections(applicant)
    assert [item.title for item in section.items] == ["ООО «Демо-завод 1»"]
    assert (section.items[0].tone, section.items[0].waits) == ("warn", True)
    assert queries.desk_sections(world.person()) == []
    (register,) = queries.desk_sections(world.person(Role.SECRETARY))
    assert register.more.endswith("/registry/")
