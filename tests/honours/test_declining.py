"""A laureate declines a title: who, until when, what follows everywhere."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from laureat.council import actions as council
from laureat.council.models import Motion
from laureat.feedback.content import build, gather
from laureat.feedback.queries.reading import _outcome
from laureat.honours import actions, exports
from laureat.honours.models import Honour
from laureat.honours.queries import consequences, find, last_day, over, row
from laureat.intake.actions import reinstate
from laureat.intake.models import Entry
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.registry.models import Distinction
from laureat.rulebook.actions import open_stage
from laureat.rulebook.schema import Declining, Text
from laureat.showcase.queries import pages, register
from laureat.showcase.queries.results import results
from tests.honours.test_honours import as_, decided_prize
from tests.platform.documents.test_pdf import text_of
from tests.worlds import council as world
from tests.worlds.intake import acting_for, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def prize():
    return decided_prize()


def best(edition) -> Honour:
    return find(Honour.objects.filter(edition=edition, key="laureate").earliest("pk").uid)


def ruled(monkeypatch, honour, **values):
    monkeypatch.setitem(honour.edition.rules.__dict__, "declining", Declining(**values))


def again(honour) -> Honour:
    return find(honour.uid)


def test_who_acts_for_the_laureate_declines_until_the_diploma_is_issued(prize):
    honour = best(prize)
    laureate = acting_for(honour.entry.organisation)
    with pytest.raises(Denied):
        actions.decline(honour, by=person())
    actions.decline(honour, reason="не участвуем в торжествах", by=laureate)
    after = again(honour)
    assert (after.state, after.declined_letter, after.declined_letter_on) == ("declined", "", None)
    assert after.declined_reason == "не участвуем в торжествах"
    record = Record.objects.get(action="honour.declined")
    assert "торжествах" not in record.content
    assert Distinction.objects.get(reference=honour.uid).revoked_at is not None
    assert Message.objects.filter(kind="honours.declined").count() == 2
    for act in (
        lambda: actions.decline(honour, by=laureate),
        lambda: actions.revoke(honour, "подлог", by=None),
        lambda: actions.grant(honour.entry, honour.stage, honour.key, by=None),
        lambda: actions.withdraw_licence(after.emblem_licence, "нет", by=None),
    ):
        with pytest.raises(Refused):
            act()
    numbers = [made.honour_id for made in actions.issue_diplomas(prize, by=None)]
    assert honour.pk not in numbers
    assert len(numbers) == 4


def test_after_the_diploma_only_a_letter_declines(prize, tmp_path):
    honour = best(prize)
    actions.issue_diplomas(prize, by=None)
    honour = again(honour)
    assert not row(honour).declinable
    laureate = acting_for(honour.entry.organisation)
    with pytest.raises(Refused, match="Диплом оформлен"):
        actions.decline(honour, by=laureate)
    secretary = world.secretary(prize)
    told = {"letter": "15/3", "letter_on": date(2024, 12, 1)}
    for wrong, field in (
        ({"letter": " "}, "letter"),
        ({"letter_on": None}, "letter_on"),
        ({"letter_on": date(2124, 1, 1)}, "letter_on"),
        ({"letter": "1" * 101}, "letter"),
    ):
        with pytest.raises(Refused) as refused:
            actions.decline(honour, **told | wrong, by=secretary)
        assert refused.value.field == field
    actions.decline(honour, **told, by=secretary)
    after = again(honour)
    assert (after.declined_letter, after.declined_letter_on) == ("15/3", date(2024, 12, 1))
    page = Client().get(reverse("showcase:check", args=[after.diploma.check_code]))
    shown = page.content.decode()
    assert "недействителен" in shown
    assert "отозван" not in shown.lower()
    assert "отказался" not in shown
    assert honour.entry.organisation.name_ru not in shown
    paper = text_of(exports.diploma_pdf(after, "ru"), tmp_path)
    assert "НЕДЕЙСТВИТЕЛЕН" in paper
    assert "ОТОЗВАН" not in paper


def test_the_term_of_the_rules_counts_from_publication(prize, monkeypatch):
    honour = best(prize)
    assert row(honour).declinable  # by the rules of the file: until the diploma
    ruled(monkeypatch, honour, days=30)
    published = honour.published_at.astimezone(prize.time_zone)
    assert last_day(honour) == published.date() + timedelta(days=30)
    actions.issue_diplomas(prize, by=None)
    with clock.at(published + timedelta(days=30)):
        assert over(honour) == ""
        assert row(again(honour)).declinable
    with clock.at(published + timedelta(days=31)):
        assert "истёк" in over(honour)
        assert not row(honour).declinable


@given(days=st.integers(1, 400), after=st.integers(0, 800))
def test_a_term_is_over_exactly_after_its_last_day(days, after):
    from datetime import UTC, datetime
    from types import SimpleNamespace
    from zoneinfo import ZoneInfo

    published = datetime(2024, 11, 14, 9, tzinfo=UTC)
    rules = SimpleNamespace(declining=Declining(days=days))
    edition = SimpleNamespace(rules=rules, time_zone=ZoneInfo("Europe/Moscow"))
    honour = SimpleNamespace(edition=edition, published_at=published)
    with clock.at(published + timedelta(days=after)):
        assert bool(over(honour)) == (after > days)


@pytest.mark.parametrize("shown", [False, True])
def test_the_public_hears_of_it_only_where_the_rules_say_so(prize, monkeypatch, shown):
    honour = best(prize)
    ruled(monkeypatch, honour, shown=shown)
    actions.decline(honour, by=acting_for(honour.entry.organisation))
    asked = register.Asked()
    lines = {line.reference: line.is_declined for line in register.rows(asked)}
    assert lines.get(honour.uid) == (True if shown else None)
    told = results(type(prize).objects.select_related("award", "version").get(pk=prize.pk))
    numbers = {e["entry"] for group in told["groups"] for e in group["entries"]}
    assert (honour.entry.number in numbers) == shown
    assert told["totals"]["honours"]["laureate"] == "3"
    assert bool(pages.organisation(honour.entry.organisation.uid)) == shown
    for address in (
        reverse("showcase:register"),
        reverse("showcase:edition", args=[prize.award.key, prize.key]),
    ):
        page = Client().get(address).content.decode()
        assert (honour.entry.organisation.name_ru in page) == shown
        assert ("отказ от звания" in page) == shown


def test_additional_honours_that_rest_on_it_are_declined_with_it():
    edition = world.at_regional([("food", 48), ("food", 40)])
    world.seated(edition, key="commission", region="42")
    region = {"stage": "regional", "region": "42", "held_at": "2023-07-14T10:00"}
    world.published(world.decided(world.planned(edition, **region)))
    entry = Honour.objects.earliest("pk").entry
    stage = world.decision_stage(edition, "directorate")
    base = actions.grant(entry, stage, "laureate", by=None)
    overlay = next(each for each in edition.rules.honours if each.overlay)
    top = actions.grant(entry, stage, overlay.key, by=None)
    actions.publish_honours(stage, by=None)
    assert "laureate" in overlay.with_honours
    actions.decline(find(base.uid), by=acting_for(entry.organisation))
    states = dict(Honour.objects.filter(entry=entry).values_list("key", "state"))
    assert (states["laureate"], states[top.key]) == ("declined", "declined")
    assert sum(state == "published" for state in states.values()) == 1  # the regional one stays


def test_nobody_moves_up_unless_the_rules_let_the_panel_be_asked(prize, monkeypatch):
    honour = best(prize)
    told = consequences(honour, office=True)
    assert (told.place, told.capped, told.following) == ("stays-empty", True, [])
    ruled(monkeypatch, honour, place="council")
    told = consequences(honour, office=True)
    small = Honour.objects.get(key="diplomant", entry__category=honour.entry.category)
    assert [each.number for each in told.following] == [small.entry.number]
    assert consequences(honour, office=False).following == []
    actions.decline(honour, by=None, letter="1", letter_on=date(2024, 11, 20))
    motion = Motion.objects.get(entry=honour.entry, honour="laureate")
    assert motion.freed_at is not None
    assert Record.objects.filter(action="motion.freed").count() == 1


def test_the_report_says_that_the_title_was_declined(prize):
    honour = best(prize)
    actions.decline(honour, by=acting_for(honour.entry.organisation))
    material = gather(prize)
    entry = next(each for each in material.entries if each.pk == honour.entry_id)
    material.read_texts([entry])
    said = build(material, entry)["outcome"]
    assert said["kind"] == "declined"
    assert _outcome(said) == [("Лауреат премии: звание присуждено, лауреат отказался", "")]


def test_the_page_tells_what_follows_and_takes_it(prize):
    honour = best(prize)
    address = reverse("honours:decline", args=[honour.uid])
    laureate = as_(acting_for(honour.entry.organisation))
    assert address in laureate.get(reverse("honours:mine")).content.decode()
    page = laureate.get(address).content.decode()
    assert "Никто не продвигается" in page
    assert 'name="letter"' not in page
    assert laureate.post(address, {"reason": ""}).status_code == 422
    assert laureate.post(address, {"sure": "on"}).status_code == 302
    assert again(honour).state == "declined"
    assert "Отказ от звания" in laureate.get(reverse("honours:mine")).content.decode()
    assert "звания отказались" in laureate.get(address).content.decode()
    secretary = as_(world.secretary(prize))
    listed = reverse("honours:edition", args=[prize.award.key, prize.key])
    found = secretary.get(listed, {"state": "declined"}).content.decode()
    assert re.findall(r"given/(\w+)/decline/", found) == [honour.uid]
    other = find(Honour.objects.filter(state="published").earliest("pk").uid)
    address = reverse("honours:decline", args=[other.uid])
    assert 'name="letter"' in secretary.get(address).content.decode()
    assert secretary.post(address, {"letter": "7", "letter_on": "2024-11-20"}).status_code == 302
    assert again(other).declined_letter == "7"
    assert as_(person()).get(address).status_code == 403


def test_a_free_place_is_given_again_while_the_contest_runs(monkeypatch):
    edition = world.at_regional([("food", 48), ("food", 40), ("food", 30)])
    world.seated(edition, key="commission", region="42")
    where = {"stage": "regional", "region": "42"}
    world.published(world.decided(world.planned(edition, held_at="2023-07-14T10:00", **where)))
    first = find(Honour.objects.earliest("entry__serial", "pk").uid)
    last = Entry.objects.order_by("serial").last()
    assert (first.key, last.state) == ("regional-laureate", "stopped")
    ruled(monkeypatch, first, place="council")
    actions.decline(first, by=acting_for(first.entry.organisation))
    stage, why = first.stage, Text(ru="Место свободно", en="The place is free")
    with clock.at(first.published_at + timedelta(days=2)):
        reinstate(last, reason=why, by=None)
        open_stage(stage, by=None)
    session = world.planned(edition, held_at="2023-07-18T10:00", propose=False, **where)
    council.add_motion(session, last, first.key, "место свободно", by=None)
    world.published(world.decided(session))
    held = Honour.objects.filter(key=first.key).order_by("entry__serial")
    assert list(held.values_list("entry", "state")) == [
        (first.entry_id, "declined"),
        (last.pk, "published"),
    ]
