"""The category of a draft: chosen by the applicant, or by the secretary on a page."""

import pytest
from django.urls import reverse
from django.utils.translation import activate

from laureat.platform.mail.models import Message
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db


def test_the_secretary_chooses_the_category_of_a_draft_without_reading_it(client):
    activate("ru")
    edition = world.goods("42", "54")
    with world.at(edition, "2023-04-10"):
        organisation = world.factory()
        applicant = world.acting_for(organisation)
        entry = world.draft(edition, organisation, category="food", by=applicant)
        here = reverse("intake:conditions", args=[entry.uid])
        client.force_login(world.secretary(edition, "42"))
        page = client.get(reverse("intake:entry", args=[entry.uid])).content.decode()
        assert here in page
        page = client.get(here).content.decode()
        assert "Условия" not in page.split("<main")[1].split("</main")[0]
        assert 'name="f-' not in page
        assert 'name="category"' in page
        nothing = client.post(here, {"version": entry.version})
        assert nothing.status_code == 422
        assert 'id="category_error"' in nothing.content.decode()
        assert client.post(here, {"category": "no-such"}).status_code == 422
        done = client.post(here, {"category": "service"})
        assert done.url == reverse("intake:entry", args=[entry.uid])
        entry.refresh_from_db()
        assert entry.category.key == "service"
        told = Message.objects.get(kind="category-chosen")
        assert told.to == applicant.email
        assert here in told.body
        client.force_login(world.secretary(edition, "54"))
        assert client.get(here).status_code == 403
        client.force_login(applicant)
        assert client.post(here, {"category": "food", "version": entry.version, "mine": ""}).url
        assert Message.objects.filter(kind="category-chosen").count() == 1
    with world.at(edition, "2023-12-01"):
        client.force_login(world.secretary(edition, "42"))
        late = client.post(here, {"category": "service"})
        assert late.status_code == 422


def test_an_applicant_saves_answers_before_choosing_the_category(client):
    edition = world.goods("42")
    with world.at(edition, "2023-04-10"):
        organisation = world.factory()
        applicant = world.acting_for(organisation)
        entry = world.draft(edition, organisation, category="food", by=applicant)
        client.force_login(applicant)
        here = reverse("intake:conditions", args=[entry.uid])
        done = client.post(here, {"version": entry.version})
        assert (done.status_code, done.url) == (302, here)
    entry.refresh_from_db()
    assert entry.category.key == "food"


def test_the_secretary_has_nothing_to_choose_where_the_category_follows_from_facts(client):
    edition = world.prize()
    with world.at(edition, "2024-02-01"):
        entry = world.draft(edition, world.factory())
        client.force_login(world.secretary(edition))
        assert client.get(reverse("intake:conditions", args=[entry.uid])).status_code == 403
