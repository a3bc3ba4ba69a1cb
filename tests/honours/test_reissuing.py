"""What stands on a diploma stays, until it is issued anew with a corrected name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from laureat.honours import actions, exports
from laureat.honours.models import Honour
from laureat.honours.queries import find
from laureat.ledger.models import Record
from laureat.platform import clock
from laureat.platform.errors import Denied, Refused
from laureat.platform.mail.models import Message
from tests.platform.documents.test_pdf import text_of
from tests.worlds import council as world
from tests.worlds.intake import acting_for, person
from tests.worlds.kept import kept

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@kept
def decided():
    edition = world.at_council([("small", 700), ("small", 650)])
    world.seated(edition)
    world.published(world.decided(world.planned(edition)))
    actions.issue_diplomas(edition, by=None)
    return edition


def renamed(honour, name):
    organisation = honour.entry.organisation
    before = organisation.name_ru
    organisation.name_ru = name
    organisation.save(update_fields=["name_ru"])
    return before


def checked(honour):
    address = reverse("showcase:check", args=[honour.diploma.check_code])
    return Client().get(address).content.decode()


def test_a_new_name_in_the_register_changes_no_paper(tmp_path):
    decided()
    honour = find(Honour.objects.first().uid)
    paper = exports.diploma_pdf(honour, "ru")
    before = renamed(honour, "АО «Чужое имя»")
    assert exports.diploma_pdf(find(honour.uid), "ru") == paper
    assert before.split("«")[1] in text_of(paper, tmp_path).replace("\n", " ")
    assert "Чужое имя" not in checked(honour).partition("<main")[2].partition("Обладатель")[2]


def test_a_corrected_diploma_keeps_its_number_and_says_what_it_said_before(tmp_path):
    edition = decided()
    honour = find(Honour.objects.first().uid)
    applicant, secretary = acting_for(honour.entry.organisation), world.secretary(edition)
    number, code = honour.diploma.number, honour.diploma.check_code
    with pytest.raises(Refused, match="реестр"):
        actions.reissue_diploma(honour, "опечатка", by=secretary)
    before = renamed(honour, "АО «Новое имя»")
    for by in (applicant, person()):
        with pytest.raises(Denied):
            actions.reissue_diploma(honour, "опечатка", by=by)
    with pytest.raises(Refused):
        actions.reissue_diploma(honour, " ", by=secretary)
    with clock.at(datetime(2025, 3, 4, 9, tzinfo=UTC)):
        made = actions.reissue_diploma(honour, ("опечатка", "a misprint"), by=secretary)
    assert (made.number, made.check_code, made.holder_ru) == (number, code, "АО «Новое имя»")
    assert [(each["holder"]["ru"], each["until"]) for each in made.earlier] == [
        (before, "2025-03-04")
    ]
    record = Record.objects.get(action="diploma.reissued")
    assert not any(text in record.content for text in ("опечатка", "Новое имя", before))
    assert Message.objects.filter(kind="honours.reissued").count() == 2
    page = checked(honour)
    assert "Новое имя" in page
    assert f"Раньше было: {before}" in page
    text = text_of(exports.diploma_pdf(find(honour.uid), "ru"), tmp_path).replace("\n", " ")
    assert "Новое имя" in text
    assert "выдан взамен прежнего 4 марта 2025" in text.replace("\xa0", " ")


def test_the_secretary_sees_what_would_change_before_it_does():
    edition = decided()
    honour = find(Honour.objects.first().uid)
    client = as_(world.secretary(edition))
    address = reverse("honours:reissue", args=[honour.uid])
    page = client.get(address)
    assert (page.status_code, page.context["lines"]) == (200, [])
    assert client.post(address, {"reason_ru": "опечатка"}).status_code == 422
    before = renamed(honour, "АО «Новое имя»")
    (line,) = client.get(address).context["lines"]
    assert (line.said, line.now) == (before, "АО «Новое имя»")
    assert client.post(address, {"reason_ru": ""}).status_code == 422
    assert client.post(address, {"reason_ru": "опечатка"}).status_code == 302
    assert client.get(address).context["lines"] == []
    assert (
        reverse("honours:reissue", args=[honour.uid])
        in client.get(
            reverse("honours:edition", args=[edition.award.key, edition.key])
        ).content.decode()
    )
    actions.revoke(honour, "подлог", by=None)
    renamed(honour, "АО «Ещё одно»")
    assert "Действующего диплома нет" in client.get(address).content.decode()
    with pytest.raises(Refused):
        actions.reissue_diploma(honour, "опечатка", by=None)
