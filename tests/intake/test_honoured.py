"""An honoured entry says so in the list of one's entries, and leads to the diploma.

Its own page: tests/feedback/test_outcomes.py.
"""

import pytest
from django.urls import reverse
from django.utils.translation import activate

from laureat.intake import actions
from laureat.registry.actions import record_distinction, revoke_distinction
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db


def honoured(entry, title, **values):
    """What the register is told when an honour is published."""
    category = entry.category
    told = {"year": entry.edition.year, "category_key": category.key if category else ""}
    return record_distinction(
        entry.organisation,
        award_key=entry.edition.award.key,
        honour_key="diploma",
        title_ru=title,
        title_en="Diploma holder",
        **told | values,
        by=None,
    )


def test_the_list_shows_the_honour_of_an_entry_and_where_the_diploma_is(client):
    activate("ru")
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(world.prize(), organisation)
    for passage in entry.passages.order_by("stage__order")[1:]:
        actions.pass_stage(entry, passage.stage, by=None)
    client.force_login(user)

    def shown():
        page = client.get(reverse("intake:mine")).content.decode().partition("<main")[2]
        return "Дипломант" in page, reverse("honours:mine") in page

    honoured(entry, "Дипломант прежних лет", year=2011)
    honoured(entry, "Дипломант другого года", year=2011, reference="another")
    assert shown() == (False, False)
    honoured(entry, "Дипломант", reference="given")
    assert shown() == (True, True)
    revoke_distinction("given")
    assert shown() == (False, False)
