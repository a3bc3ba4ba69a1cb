"""Published results stay under the names of their day."""

import json

import pytest
from django.urls import reverse

from laureat.registry.actions import change_organisation
from laureat.registry.models import Distinction
from laureat.showcase.queries.results import export
from tests.worlds import showcase as world

pytestmark = pytest.mark.django_db


def test_whoever_is_renamed_later_stays_in_the_results_as_they_were(client):
    season = world.played([62, 58])
    honoured = Distinction.objects.select_related("organisation").order_by("pk").first()
    card, was = honoured.organisation, honoured.organisation.name_ru
    address = reverse("showcase:edition", args=[season.edition.award.key, season.edition.key])
    with season.later():
        before = export(season.edition)
        change_organisation(card, {"name_ru": "АО «Совсем другое имя» (демо)"}, by=None)
        page = client.get(address).content.decode()
        assert was in page
        assert "Совсем другое имя" not in page
        assert export(season.edition) == before, "a stranger finds the same bytes"
        names = [
            each["organisation"]
            for group in json.loads(before)["groups"]
            for each in group["entries"]
        ]
        assert was in names
        change_organisation(card, {"name_ru": was}, by=None)
    honoured.refresh_from_db()
    assert honoured.search == ""
