"""Honours: granted, numbered, licensed, revoked."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from laureat.honours import actions
from laureat.honours.actions.granting import receive_decisions
from laureat.honours.models import Diploma, EmblemLicence, Honour
from laureat.honours.permissions import keep_honour, list_honours, see_honour
from laureat.honours.queries import bases, diploma_data, find, licence_state, my_honours
from laureat.intake.models import Entry
from laureat.ledger.models import Record
from laureat.platform.accounts.desk import sections
from laureat.platform.documents import qr_svg, render_pdf
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from laureat.registry.models import Distinction
from laureat.rulebook.models import Edition
from tests.worlds import council as world
from tests.worlds.intake import acting_for, person
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def prize():
    return decided_prize()


@kept
def decided_prize():
    edition = world.at_council(
        [("small", 700), ("small", 650), ("small", 600), ("small", 500), ("large", 640)]
    )
    world.seated(edition)
    session = world.planned(edition)
    world.published(
        world.decided(session), ("распоряжение от 25.01.2025 № 103-р", "order No. 103-r")
    )
    return edition


def test_diplomas_are_numbered_by_honour_category_and_entry_once(prize):
    made = actions.issue_diplomas(prize, by=None)
    rows = [(d.number, d.honour.key, d.honour.entry.category.key) for d in made]
    assert rows == [
        ("2024-001", "laureate", "small"),
        ("2024-002", "laureate", "small"),
        ("2024-003", "laureate", "small"),
        ("2024-004", "laureate", "large"),
        ("2024-005", "diplomant", "small"),
    ]
    with pytest.raises(Refused):
        actions.issue_diplomas(prize, by=None)


def test_regional_diplomas_count_by_region():
    edition = world.at_regional([("food", 48), ("food", 40), ("craft", 30)])
    world.seated(edition, key="commission", region="42")
    session = world.planned(edition, stage="regional", region="42", held_at="2023-07-14T10:00")
    world.published(world.decided(session))
    secretary = world.secretary(edition, "42")
    numbers = [d.number for d in actions.issue_diplomas(edition, by=secretary)]
    assert numbers == ["2023-42-001", "2023-42-002", "2023-42-003"]
    assert EmblemLicence.objects.count() == 0  # regional honours give no right to the emblem
    with pytest.raises(Denied):
        actions.issue_diplomas(edition, by=person())


def test_a_revoked_honour_is_revoked_everywhere(prize):
    actions.issue_diplomas(prize, by=None)
    honour = Honour.objects.filter(key="laureate").order_by("pk").first()
    secretary = world.secretary(prize)
    with pytest.raises(Refused):
        actions.revoke(honour, " ", by=secretary)
    with pytest.raises(Denied):
        actions.revoke(honour, "подлог", by=acting_for(honour.entry.organisation))
    actions.revoke(honour, ("подлог отчётности", "forged report"), by=secretary)
    assert not Record.objects.filter(content__contains="подлог").exists()
    honour.refresh_from_db()
    assert (honour.state, honour.revoked_reason_en) == ("revoked", "forged report")
    assert Distinction.objects.get(reference=honour.uid).revoked_at is not None
    assert find(honour.uid).diploma.number == "2024-001"  # the number stays taken
    assert Message.objects.filter(kind="honours.revoked").count() == 2
    with pytest.raises(Refused):
        actions.revoke(honour, "ещё раз", by=secretary)
    with pytest.raises(Refused):
        actions.grant(honour.entry, honour.stage, honour.key, by=None)


def test_granting_twice_changes_nothing_and_foreign_honours_are_refused(prize):
    honour = Honour.objects.order_by("pk").first()
    assert actions.grant(honour.entry, honour.stage, honour.key, by=None) == honour
    with pytest.raises(Refused):
        actions.grant(honour.entry, honour.stage, "best-of-all", by=None)


def test_the_term_of_a_licence_is_computed(prize):
    licence = EmblemLicence.objects.first()
    days = {
        date(2024, 11, 13): "later",
        date(2024, 11, 14): "valid",
        date(2027, 11, 13): "valid",
        date(2027, 11, 14): "over",
    }
    assert {day: licence_state(licence, day) for day in days} == days
    assert actions.years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_the_diploma_names_its_basis_and_its_check_page(prize):
    actions.issue_diplomas(prize, by=None)
    rows = {}
    for uid in Honour.objects.values_list("uid", flat=True):
        honour = find(uid)
        data = diploma_data(honour, bases([honour]).get(honour.pk))
        rows[data["number"]] = (data["honour"], data["basis"])
        assert data["check"]["url"].endswith(f"/check/{honour.diploma.check_code}/")
    assert rows["2024-001"] == (
        {"kind": "laureate", "name": "лауреата премии"},
        "распоряжение от 25.01.2025 № 103-р",
    )
    assert rows["2024-005"][0] == {"kind": "diplomant", "name": "дипломанта конкурса"}
    assert "14.11.2024" in rows["2024-005"][1]


def test_the_diploma_names_the_chair_who_presided_where_the_rules_let_the_chair_sign(
    prize, monkeypatch
):
    actions.issue_diplomas(prize, by=None)
    honour = find(Honour.objects.order_by("pk").first().uid)
    session = bases([honour])[honour.pk]
    assert diploma_data(honour, session)["signatories"] == [
        {"post": ["Председатель Совета"], "name": "Членов Демо 1"}
    ]
    assert diploma_data(honour, None)["signatories"][0]["name"] == ""
    member = session.panel.seats.filter(role="member").first()
    with monkeypatch.context() as patch:
        patch.setattr(session, "presiding", member)
        assert diploma_data(honour, session)["signatories"][0]["name"] == ""
    monkeypatch.setitem(honour.edition.rules.diploma.__dict__, "signed_by_chair", False)
    assert diploma_data(honour, session)["signatories"][0]["name"] == ""


def test_the_secretary_lists_issues_exports_and_revokes(prize):
    client = as_(world.secretary(prize))
    page = reverse("honours:edition", args=[prize.award.key, prize.key])
    assert client.get(page).status_code == 200
    assert (
        client.get(reverse("honours:diplomas_zip", args=[prize.award.key, prize.key])).status_code
        == 302
    )
    assert "Оформить недостающие дипломы" in client.get(page).content.decode()
    client.post(reverse("honours:issue", args=[prize.award.key, prize.key]))
    assert Diploma.objects.count() == 5
    assert "Оформить недостающие дипломы" not in client.get(page).content.decode()
    archive = client.get(reverse("honours:diplomas_zip", args=[prize.award.key, prize.key]))
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert names == [f"2024-00{n}.pdf" for n in range(1, 6)]
    sheet = client.get(reverse("honours:export", args=[prize.award.key, prize.key]))
    assert sheet.content.startswith(b"PK")
    shown = client.get(page).content.decode()
    assert '<div class="stat gold"><dt>Лауреат премии</dt><dd>4</dd>' in shown
    for query in ("?state=revoked", "?key=laureate", "?search=завод", "?state=no-diploma"):
        assert client.get(page + query).status_code == 200
    honour = Honour.objects.first()
    revoke = reverse("honours:revoke", args=[honour.uid])
    assert client.post(revoke, {"reason_ru": ""}).status_code == 422
    assert client.post(revoke, {"reason_ru": "подлог"}).status_code == 302
    assert client.get(page).status_code == 200
    assert client.get(revoke).status_code == 200


def test_winners_find_their_diploma_and_licence_and_nobody_else_does(prize):
    actions.issue_diplomas(prize, by=None)
    honour = Honour.objects.filter(key="laureate").first()
    user = acting_for(honour.entry.organisation)
    page = as_(user).get(reverse("honours:mine"))
    assert page.status_code == 200
    assert "2024-001" in page.content.decode()
    assert [row.number for row in my_honours(user)] == ["2024-001"]
    pdf = reverse("honours:diploma", args=[honour.uid])
    for query in ("", "?language=en"):
        assert as_(user).get(pdf + query).content.startswith(b"%PDF")
    assert as_(person()).get(pdf).status_code == 403
    assert Client().get(pdf).status_code == 302
    actions.revoke(honour, "подлог", by=None)
    assert as_(user).get(pdf).status_code == 403
    assert as_(user).get(reverse("honours:mine")).status_code == 200
    assert [s for s in sections(user) if s.items]


def test_predicates_and_querysets_agree(prize):
    honour = Honour.objects.first()
    people = [
        person(),
        world.secretary(prize),
        world.secretary(prize, "42"),
        acting_for(honour.entry.organisation),
        acting_for(Entry.objects.order_by("-pk").first().organisation),
    ]
    for user in people:
        for permission, objects in (
            (see_honour, Honour.objects.all()),
            (keep_honour, Honour.objects.all()),
            (list_honours, Edition.objects.all()),
        ):
            allowed = {each.pk for each in objects if permission(user, each)}
            assert allowed == set(permission.of(user).values_list("pk", flat=True))


@pytest.mark.parametrize("count", [1, 3, 20])
def test_pages_read_in_eight_queries_at_any_length(count, django_assert_max_num_queries):
    edition = world.at_council([("small", 500 + n) for n in range(count)])
    world.seated(edition)
    world.published(world.decided(world.planned(edition)))
    actions.issue_diplomas(edition, by=None)
    secretary = as_(world.secretary(edition))
    winner = as_(acting_for(Honour.objects.first().entry.organisation))
    with django_assert_max_num_queries(8):
        secretary.get(reverse("honours:edition", args=[edition.award.key, edition.key]))
    with django_assert_max_num_queries(8):
        winner.get(reverse("honours:mine"))


def test_overlays_are_granted_by_rule_on_top_of_what_was_voted():
    edition = world.at_regional([("food", 48 - n) for n in range(8)])
    stage = world.decision_stage(edition, "directorate")
    for number, entry in enumerate(Entry.objects.order_by("serial")):
        world.walked(entry, stage)
        world.found(entry, stage, 45 - number)
        entry.answers = entry.answers | {"special_prizes": ["taste-of-quality"] if number else []}
        entry.save(update_fields=["answers"])
    world.seated(edition, key="academy")
    session = world.planned(edition, stage="directorate", held_at="2023-10-20T10:00")
    assert [(p, h) for p, h in world.honours_of(session) if h == "taste-of-quality"] == [
        ("44.00", "taste-of-quality"),
        ("43.00", "taste-of-quality"),
    ]
    world.published(world.decided(session))
    given = {}
    for honour in Honour.objects.order_by("entry__serial", "pk"):
        given.setdefault(honour.entry.serial, []).append(honour.key)
    assert [given[n] for n in sorted(given)] == [
        ["laureate", "gold-hundred"],
        ["laureate", "taste-of-quality", "gold-hundred"],
        ["laureate", "taste-of-quality", "gold-hundred"],
        *[["diplomant"]] * 5,
    ]
    assert set(Entry.objects.values_list("state", flat=True)) == {"finished"}
    gold = Honour.objects.filter(key="gold-hundred").order_by("entry__serial")[0]
    actions.revoke(gold, "подлог", by=None)
    before = list(Honour.objects.order_by("pk").values_list("entry", "key", "state"))
    assert receive_decisions(session, []) == [], "a later session gives nothing lost again"
    assert list(Honour.objects.order_by("pk").values_list("entry", "key", "state")) == before
    base = Honour.objects.filter(key="laureate").order_by("entry__serial")[1]
    page = as_(world.secretary(edition)).get(reverse("honours:revoke", args=[base.uid]))
    assert [row.honour.key for row in page.context["resting"]] == [
        "taste-of-quality",
        "gold-hundred",
    ]
    actions.revoke(base, "подлог", by=None)
    lost = Honour.objects.filter(state="revoked").exclude(pk=gold.pk)
    assert set(lost.values_list("entry", "key")) == {
        (base.entry_id, key) for key in ("laureate", "taste-of-quality", "gold-hundred")
    }
    assert set(lost.values_list("revoked_reason_ru", flat=True)) == {"подлог"}


LONG = (
    "Федеральное государственное бюджетное образовательное учреждение высшего образования "
    "«Кузбасский государственный технический университет имени Т. Ф. Горбачёва», "
    "научно-производственный комплекс переработки демонстрационной продукции «Очень длинное имя»"
)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("portrait", [True, False])
def test_a_diploma_is_one_page_however_long_its_texts_are(prize, portrait, language):
    actions.issue_diplomas(prize, by=None)
    honour = find(Honour.objects.order_by("pk").first().uid)
    data = diploma_data(honour, None, language)
    data |= {
        "portrait": portrait,
        "organization": {"name": (LONG + " " + LONG)[:250], "place": "г. Новокузнецк"},
        "good": "Изделия колбасные варёные высшего сорта, «Докторская», «Молочная», в упаковке "
        * 3,
    }
    images = {"qr": qr_svg(data["check"]["url"])}
    pdf = render_pdf("honours/diploma", data, language=language, title="Diploma", images=images)
    assert re.findall(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)", pdf) == [b"1"]
    wide, high = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()
    assert (float(high) > float(wide)) == portrait
