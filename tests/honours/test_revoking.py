"""Taking honours back: what falls with them, what stays, what the paper says."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from laureat.honours import actions, exports
from laureat.honours.models import Honour
from laureat.honours.queries import find
from laureat.intake.models import Entry
from laureat.ledger.models import Record
from laureat.platform.errors import Denied, Refused
from tests.platform.documents.test_pdf import text_of
from tests.worlds import council as world

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def honoured_twice():
    """A good that is a regional laureate, and then a laureate of the whole contest."""
    edition = world.at_regional([("food", 48), ("food", 40)])
    world.seated(edition, key="commission", region="42")
    region = {"stage": "regional", "region": "42", "held_at": "2023-07-14T10:00"}
    world.published(world.decided(world.planned(edition, **region)))
    entry = Entry.objects.order_by("serial").first()
    stage = world.decision_stage(edition, "directorate")
    later = actions.grant(entry, stage, "laureate", by=None)
    actions.publish_honours(stage, by=None)
    actions.issue_diplomas(edition, by=None)
    return edition, Honour.objects.get(entry=entry, stage__key="regional"), find(later.uid)


@pytest.mark.parametrize("chosen", [True, False])
def test_who_revokes_an_honour_is_shown_what_else_the_entry_holds_and_chooses(chosen):
    edition, regional, later = honoured_twice()
    client = as_(world.secretary(edition))
    address = reverse("honours:revoke", args=[regional.uid])
    assert client.get(address).context["form"].fields["also"].initial == [later.uid]
    given = {"reason_ru": "подлог", "also": [later.uid] if chosen else []}
    assert client.post(address, given).status_code == 302
    told = Honour.objects.filter(entry=later.entry).order_by("stage__order")
    assert list(told.values_list("state", "revoked_reason_ru")) == [
        ("revoked", "подлог"),
        ("revoked", "подлог") if chosen else ("published", ""),
    ]
    assert Record.objects.filter(action="honour.revoked").count() == 1 + chosen


def test_a_regional_secretary_reads_which_honours_stay_and_cannot_take_them():
    edition, regional, later = honoured_twice()
    client = as_(world.secretary(edition, "42"))
    address = reverse("honours:revoke", args=[regional.uid])
    page = client.get(address)
    assert "also" not in page.context["form"].fields
    assert [row.honour.pk for row in page.context["staying"]] == [later.pk]
    assert client.post(address, {"reason_ru": "подлог", "also": [later.uid]}).status_code == 302
    later.refresh_from_db()
    assert later.state == "published"
    with pytest.raises(Denied):
        actions.revoke(regional, "подлог", also=[later], by=world.secretary(edition, "42"))
    pending = actions.grant(later.entry, later.stage, "diplomant", by=None)
    with pytest.raises(Refused, match="объявленные"):
        actions.revoke(later, "подлог", also=[pending], by=None)
    stranger = Honour.objects.exclude(entry=later.entry).first()
    with pytest.raises(Refused):
        actions.revoke(later, "подлог", also=[stranger], by=None)


@pytest.mark.parametrize(("language", "mark"), [("ru", "ОТОЗВАН"), ("en", "REVOKED")])
def test_the_pdf_of_a_revoked_diploma_says_so(language, mark, tmp_path):
    _edition, honour, _later = honoured_twice()
    honour = find(honour.uid)
    before = exports.diploma_pdf(honour, language)
    actions.revoke(honour, "подлог", by=None)
    after = exports.diploma_pdf(find(honour.uid), language)
    assert mark not in text_of(before, tmp_path)
    assert mark in text_of(after, tmp_path)
    assert re.findall(rb"/Type/Pages/Count (\d+)", after) == [b"1"]
