"""A copy of one's data holds what the rooms keep about assessors and applicants, and names no entry."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from laureat.assessment.actions import code_samples
from laureat.assessment.models import Assessor, Conflict
from laureat.intake.models import Entry
from laureat.platform.accounts.queries import copy_of
from tests.worlds import assessment as world_of
from tests.worlds import people

pytestmark = pytest.mark.django_db


def test_a_taster_gets_their_own_marks_without_the_names_of_entries():
    world = world_of.goods_at("tasting", entries=2, people=6)
    row = world_of.team(world)[0]
    with world.now():
        code_samples(world.stage, by=world.secretary)
        world_of.signed(row)
    entry = row.entry
    other = Assessor.objects.exclude(pk=row.assessor_id).first()
    for kind, reason in (("declared", "мой брат"), ("applicant", "тайна соискателя")):
        organisation = world.entries[0 if kind == "declared" else 1].organisation
        Conflict.objects.create(
            assessor=row.assessor, organisation=organisation, kind=kind, reason=reason
        )
    copy = copy_of(row.assessor.user)
    (mine,) = copy["as_assessor"]
    assert mine["number"] == row.assessor.serial
    assert [each["reason"] for each in mine["conflicts"]] == ["мой брат"]
    assert any(each["state"] == "signed" for each in mine["scorebooks"])
    assert mine["marks"]
    assert {each["at"] for each in mine["asked"]} == {world.stage.key}
    text = json.dumps(copy, cls=DjangoJSONEncoder, ensure_ascii=False)
    assert entry.uid not in text
    assert entry.number not in text
    assert "тайна" not in text
    assert other.user.email not in text


def test_an_applicant_gets_their_applications():
    world = world_of.goods_at("tasting", entries=2, people=6)
    entry, user = world.entries[0], people.person()
    Entry.objects.filter(pk=entry.pk).update(created_by=user)
    copy = copy_of(user)
    assert entry.number in [each["number"] for each in copy["applications"]]
    assert {each["contest"] for each in copy["applications"]} == {entry.edition.chain}
