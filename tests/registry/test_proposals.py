"""Facts by which others know an organisation are changed by a secretary; others at once."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from laureat.ledger.models import Record
from laureat.platform.access.models import Role
from laureat.platform.accounts.desk import sections
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.registry import actions, queries
from laureat.registry.models import Distinction, Proposal, ProposalState
from tests.worlds import intake
from tests.worlds import registry as world
from tests.worlds.locks import locks_taken

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.django_db
NEW = {"name_ru": "АО «Демо-сыр»"}
WHY = "Лист записи ЕГРЮЛ от 12.03.2026"
MOST = 8


def honour(organisation, good=None, **values):
    given = {"award_key": "demo", "year": 2023, "honour_key": "laureate"}
    titles = {"title_ru": "Лауреат", "title_en": "Laureate"}
    return actions.record_distinction(organisation, good=good, **given | titles | values, by=None)


@pytest.fixture
def people():
    """An applicant with an honoured organisation, and its secretary."""
    applicant, secretary = world.person(), world.person(Role.SECRETARY, region="42")
    found = world.organisation(1, by=applicant, is_demo=False)
    honour(found)
    return found, applicant, secretary


def test_an_organisation_that_nobody_knows_is_called_as_its_applicant_likes():
    applicant = world.person()
    found = world.organisation(1, by=applicant, is_demo=False)
    done = actions.change_or_propose(found, NEW | {"phone": "8 384"}, by=applicant)
    assert (done.saved, done.proposal) == (True, None)
    found.refresh_from_db()
    assert (found.name_ru, found.phone) == ("АО «Демо-сыр»", "8 384")


def test_what_an_honour_is_known_by_is_proposed_and_the_rest_is_saved(people):
    found, applicant, secretary = people
    facts = NEW | {"phone": "8 384", "head_name": "Белая Ольга", "kpp": "420501001"}
    with pytest.raises(Refused, match="ЕГРЮЛ") as silent:
        actions.change_or_propose(found, facts, by=applicant)
    assert silent.value.field == "why"
    found.refresh_from_db()
    done = actions.change_or_propose(found, facts, why=WHY, by=applicant)
    found.refresh_from_db()
    assert done.saved
    assert (found.name_ru, found.phone, found.head_name, found.kpp) == (
        "ООО «Демо-завод 1»",
        "8 384",
        "Белая Ольга",
        "420501001",  # was not known: filled in, not changed
    )
    row = Proposal.objects.get()
    assert row.changes == {"name_ru": ["ООО «Демо-завод 1»", "АО «Демо-сыр»"]}
    assert (row.state, row.why, row.proposed_by, row.version) == ("waiting", WHY, applicant, 1)
    letter = Message.objects.get(kind="registry.proposed")
    assert letter.user == secretary
    assert "АО «Демо-сыр»" in letter.body
    assert WHY in letter.body
    assert reverse("registry:proposal", args=[row.uid]) in letter.body
    record = Record.objects.get(action="organisation.change_proposed")
    said = json.loads(record.content)["data"]
    assert (record.subject, said) == (found.uid, {"proposal": row.uid, "fields": ["name_ru"]})


def test_no_other_way_leads_around_the_secretary(people):
    found, applicant, _secretary = people
    with pytest.raises(Refused, match="секретар") as refused:
        actions.change_organisation(found, NEW, by=applicant)
    assert refused.value.field == "name_ru"
    with pytest.raises(Denied):
        actions.change_organisation(found, {"phone": "1"}, correction=True, by=applicant)


def test_what_was_handed_in_is_known_too():
    _edition, (entry,) = intake.entered(1)
    card = entry.organisation
    applicant = intake.acting_for(card)
    done = actions.change_or_propose(card, NEW, why=WHY, by=applicant)
    assert (done.saved, done.proposal.state) == (False, ProposalState.WAITING)


def test_wrong_facts_are_refused_when_they_are_proposed(people):
    found, applicant, _secretary = people
    other = world.organisation(2)
    for facts, field in (({"inn": other.inn}, "inn"), ({"inn": "4200000011"}, "inn")):
        with pytest.raises(Refused) as refused:
            actions.change_or_propose(found, facts, why=WHY, by=applicant)
        assert refused.value.field == field
    with pytest.raises(Refused, match="500"):
        actions.change_or_propose(found, NEW, why="x" * 501, by=applicant)
    assert not Proposal.objects.exists()


def test_the_secretary_accepts_and_the_register_keeps_the_name_of_its_day(people):
    found, applicant, secretary = people
    row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    with override("en"):
        actions.decide_proposal(row, accept=True, seen=1, by=secretary)
    found.refresh_from_db()
    row.refresh_from_db()
    assert found.name_ru == "АО «Демо-сыр»"
    assert (row.state, row.decided_by) == ("accepted", secretary)
    line = Distinction.objects.get()
    assert (line.organisation_ru, line.organisation_renamed) == ("ООО «Демо-завод 1»", True)
    assert list(queries.distinctions(search="демо-завод")) == [line]
    assert list(queries.distinctions(search="демо-сыр")) == [line]
    letter = Message.objects.get(kind="registry.decided")
    assert letter.user == applicant
    assert "принял" in letter.body
    names = ["organisation.changed", "organisation.change_accepted"]
    told = list(Record.objects.filter(action__in=names).order_by("pk").values_list("action"))
    assert told == [(name,) for name in names]


def test_a_mistake_is_corrected_in_honours_too(people):
    found, applicant, secretary = people
    row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    actions.decide_proposal(row, accept=True, correction=True, seen=1, by=secretary)
    line = Distinction.objects.get()
    assert (line.organisation_ru, line.organisation_renamed, line.search) == (
        "АО «Демо-сыр»",
        False,
        "",
    )


def test_who_declines_says_why_and_nothing_is_changed(people):
    found, applicant, secretary = people
    row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    with pytest.raises(Refused) as silent:
        actions.decide_proposal(row, accept=False, seen=1, by=secretary)
    assert silent.value.field == "reason"
    actions.decide_proposal(row, accept=False, reason="В ЕГРЮЛ иначе", seen=1, by=secretary)
    found.refresh_from_db()
    row.refresh_from_db()
    assert (found.name_ru, row.state, row.reason) == (
        "ООО «Демо-завод 1»",
        "declined",
        "В ЕГРЮЛ иначе",
    )
    assert "В ЕГРЮЛ иначе" in Message.objects.get(kind="registry.decided").body
    with pytest.raises(Refused, match="решён"):
        actions.decide_proposal(row, accept=True, seen=1, by=secretary)


def test_nobody_decides_about_themselves_or_about_others_regions(people):
    found, applicant, secretary = people
    row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    both = world.person(Role.SECRETARY, region="42")
    actions.add_representative(found, both.email, by=secretary)
    both = type(both).objects.get(pk=both.pk)
    for by in (both, world.person(Role.SECRETARY, region="54"), applicant):
        with pytest.raises(Denied):
            actions.decide_proposal(row, accept=True, seen=1, by=by)
    done = actions.change_or_propose(found, {"name_en": "Demo Cheese"}, why=WHY, by=both)
    assert done.proposal == row


def test_what_is_added_is_read_before_it_is_accepted(people):
    found, applicant, secretary = people
    row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    actions.change_or_propose(found, NEW, why=WHY, by=applicant)
    assert Message.objects.filter(kind="registry.proposed").count() == 1, "the same, sent twice"
    actions.change_or_propose(found, {"name_en": "Demo Cheese"}, why=WHY, by=applicant)
    row.refresh_from_db()
    assert (row.version, sorted(row.changes)) == (2, ["name_en", "name_ru"])
    with pytest.raises(Refused, match="ещё раз"):
        actions.decide_proposal(row, accept=True, seen=1, by=secretary)
    actions.decide_proposal(row, accept=True, seen=2, by=secretary)
    found.refresh_from_db()
    assert (found.name_ru, found.name_en) == ("АО «Демо-сыр»", "Demo Cheese")


def test_what_is_proposed_is_taken_back_by_those_who_asked(people):
    found, applicant, secretary = people
    row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    with pytest.raises(Denied):
        actions.withdraw_proposal(row, by=secretary)
    actions.withdraw_proposal(row, by=applicant)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert queries.waiting_for(found) is None
    assert actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal != row


def test_a_good_with_an_honour_keeps_its_name_alike(people):
    found, applicant, secretary = people
    good, free = world.good(found, "Демо-сыр"), world.good(found, "Демо-хлеб")
    line = honour(found, good, honour_key="diplomant")
    assert not actions.change_or_propose(free, {"name_ru": "Демо-булка"}, by=applicant).proposal
    changes = {"name_ru": "Демо-сырок", "launched_on": None, "okpd2": "10.51"}
    row = actions.change_or_propose(good, changes, why=WHY, by=applicant).proposal
    good.refresh_from_db()
    assert (good.name_ru, good.okpd2) == ("Демо-сыр", "10.51")
    assert (row.good, row.changes) == (good, {"name_ru": ["Демо-сыр", "Демо-сырок"]})
    actions.decide_proposal(row, accept=True, seen=1, by=secretary)
    good.refresh_from_db()
    line.refresh_from_db()
    assert (good.name_ru, line.good_ru, line.good_renamed) == ("Демо-сырок", "Демо-сыр", True)
    assert Record.objects.filter(action="good.change_accepted", subject=good.uid).exists()


def test_days_come_back_as_days(people):
    found, applicant, secretary = people
    actions.change_organisation(found, {"founded_on": date(2001, 2, 3)}, by=None)
    changes = {"founded_on": date(2002, 2, 3), "region": "54"}
    row = actions.change_or_propose(found, changes, why=WHY, by=applicant).proposal
    assert row.changes == {"founded_on": ["2001-02-03", "2002-02-03"], "region": ["42", "54"]}
    with override("ru"):
        assert [(each.was, each.new) for each in queries.changes_of(row)] == [
            ("Кемеровская область – Кузбасс", "Новосибирская область"),
            ("3 февраля 2001 г.", "3 февраля 2002 г."),
        ]
    everywhere = world.person(Role.SECRETARY)
    with pytest.raises(Denied):  # nobody moves a card out of their own sight
        actions.decide_proposal(row, accept=True, seen=1, by=secretary)
    actions.decide_proposal(row, accept=True, seen=1, by=everywhere)
    found.refresh_from_db()
    assert (found.founded_on, found.region_id) == (date(2002, 2, 3), "54")


def test_cards_with_something_to_decide_are_not_merged(people):
    found, applicant, secretary = people
    other = world.organisation(2, inn="", is_demo=False)
    row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    with pytest.raises(Refused, match="ждёт решения"):
        actions.merge_organisations(other, found, by=secretary)
    actions.decide_proposal(row, accept=False, reason="нет", seen=1, by=secretary)
    actions.merge_organisations(other, found, by=secretary)
    row.refresh_from_db()
    assert row.organisation == other


def test_organisations_are_locked_before_what_is_proposed(people):
    found, applicant, secretary = people
    with locks_taken() as taken:
        row = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    assert taken == ["Organisation", "Proposal", "Chain"]
    with locks_taken() as taken:
        actions.decide_proposal(row, accept=True, seen=1, by=secretary)
    assert taken == ["Organisation", "Proposal", "Distinction", "Chain"]


def test_the_applicant_proposes_and_the_secretary_decides_on_pages(client, people):
    found, applicant, secretary = people
    client.force_login(applicant)
    edit = reverse("registry:edit", args=[found.uid])
    page = client.get(edit).content.decode()
    assert "По решению секретаря" in page
    typed = {
        "name_ru": "АО «Демо-сыр»",
        "name_en": found.name_en,
        "inn": found.inn,
        "region": "42",
        "headcount": "130",
        "email": found.email,
        "head_name": found.head_name,
        "head_post": found.head_post,
    }
    silent = client.post(edit, typed)
    assert silent.status_code == 422
    assert "АО «Демо-сыр»" in silent.content.decode(), "what was typed stays"
    card = client.post(edit, typed | {"why": WHY}, follow=True).content.decode()
    row = Proposal.objects.get()
    there = reverse("registry:proposal", args=[row.uid])
    assert there in card
    assert "ООО «Демо-завод 1»" in card
    found.refresh_from_db()
    assert found.headcount == 130
    own = client.get(there)
    assert "Отозвать предложение" in own.content.decode()
    assert client.post(there, {"go": "accept", "seen": "1"}).status_code == 403
    assert there in [item.url for each in sections(applicant) for item in each.items]
    client.force_login(secretary)
    assert there in [item.url for each in sections(secretary) for item in each.items if item.todo]
    listed = client.get(reverse("registry:proposals")).content.decode()
    assert there in listed
    assert client.post(there, {"go": "decline", "seen": "1"}).status_code == 422
    done = client.post(there, {"go": "accept", "seen": "1"})
    assert done.status_code == 302
    settled = client.get(reverse("registry:proposals") + "?view=decided").content.decode()
    assert there in settled
    client.logout()
    public = client.get(reverse("showcase:register")).content.decode()
    assert "ООО «Демо-завод 1»" in public
    assert "сегодня:" in public
    assert "АО «Демо-сыр»" in public
    held = client.get(reverse("showcase:organisation", args=[found.uid])).content.decode()
    assert "ООО «Демо-завод 1»" in held


def test_the_spreadsheet_of_the_register_tells_both_names(client, people):
    found, _applicant, _secretary = people
    actions.change_organisation(found, NEW, by=None)
    row = client.get(reverse("showcase:register_json")).getvalue().decode()
    assert '"organisation": "ООО «Демо-завод 1»", "organisation_today": "АО «Демо-сыр»"' in row


def test_a_secretary_corrects_or_renames_on_the_page_of_facts(client, people):
    found, _applicant, secretary = people
    client.force_login(secretary)
    edit = reverse("registry:edit", args=[found.uid])
    assert "Исправляется ошибка" in client.get(edit).content.decode()
    client.post(edit, {"name_ru": "АО «Демо-сыр»", "inn": found.inn, "region": "42"})
    assert Distinction.objects.get().organisation_ru == "ООО «Демо-завод 1»"
    typed = {"name_ru": "АО «Демо-сыры»", "inn": found.inn, "region": "42", "correction": "on"}
    client.post(edit, typed)
    # The name of the day was another one: a correction of today's does not touch it.
    assert Distinction.objects.get().organisation_ru == "ООО «Демо-завод 1»"


@pytest.mark.parametrize("many", [1, 3, 60])
def test_lists_ask_the_database_the_same_few_times_at_any_length(client, many):
    secretary = world.person(Role.SECRETARY, region="42")
    applicant = world.person()
    for number in range(1, many + 1):
        card = world.organisation(number, by=applicant, is_demo=False)
        honour(card)
        actions.change_or_propose(card, {"name_ru": f"АО «{number}»"}, why=WHY, by=applicant)
        for part in range(number if number == many else 0):
            world.good(card, f"Демо-сыр {part}")
    for user, name, args in (
        (secretary, "proposals", []),
        (secretary, "proposal", [Proposal.objects.first().uid]),
        (applicant, "proposal", [Proposal.objects.first().uid]),
        (applicant, "edit", [card.uid]),
        (applicant, "organisation", [card.uid]),
        (secretary, "organisation", [card.uid]),
    ):
        client.force_login(user)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"registry:{name}", args=args)).status_code == 200
        assert len(asked) <= MOST, (name, [each["sql"][:120] for each in asked])


def test_a_history_told_again_finds_who_was_renamed():
    path = ROOT / "awards" / "best-goods" / "history.yaml"
    first = actions.import_history(path, by=None)
    line = Distinction.objects.filter(good__isnull=False).first()
    actions.change_organisation(line.organisation, NEW, by=None)
    actions.change_good(line.good, {"name_ru": "Демо иначе"}, by=None)
    again = actions.import_history(path, by=None)
    assert (again.recorded, again.known, again.organisations) == (0, first.recorded, 0)


def test_what_a_secretary_corrected_meanwhile_is_not_overwritten(people):
    found, applicant, secretary = people
    asked = actions.change_or_propose(found, NEW, why=WHY, by=applicant).proposal
    actions.change_organisation(found, {"name_ru": "ПАО «Демо-сыр»"}, by=secretary)
    with pytest.raises(Refused, match="Наименование по-русски"):
        actions.decide_proposal(asked, accept=True, seen=asked.version, by=secretary)
    found.refresh_from_db()
    asked.refresh_from_db()
    assert (found.name_ru, asked.state) == ("ПАО «Демо-сыр»", ProposalState.WAITING)
    actions.change_organisation(found, NEW, by=secretary)
    actions.decide_proposal(asked, accept=True, seen=asked.version, by=secretary)
    asked.refresh_from_db()
    assert asked.state == ProposalState.ACCEPTED
