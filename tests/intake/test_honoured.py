"""An honoured entry says so in its head and in the list, and leads to the diploma."""

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


def test_the_head_of_an_entry_and_the_list_show_its_honour_and_where_the_diploma_is(client):
    activate("ru")
    organisation = world.factory()
    user = world.acting_for(organisation)
    entry = world.submitted(world.prize(), organisation)
    for passage in entry.passages.order_by("stage__order")[1:]:
        actions.pass_stage(entry, passage.stage, by=None)
    pages = [reverse("intake:entry", args=[entry.uid]), reverse("intake:mine")]
    client.force_login(user)

    def shown():
        return [
            ("Дипломант" in page, reverse("honours:mine") in page.partition("<main")[2])
            for page in (client.get(url).content.decode() for url in pages)
        ]

    honoured(entry, "Дипломант прежних лет", year=2011)
    honoured(entry, "Дипломант другого года", year=2011, reference="another")
    assert shown() == [(False, False)] * 2
    honoured(entry, "Дипломант", reference="given")
    assert shown() == [(True, True)] * 2
    secretary = world.secretary(entry.edition)
    client.force_login(secretary)
    page = client.get(pages[0]).content.decode()
    assert "Дипломант" in page
    assert "Диплом и право на эмблему" not in page
    client.force_login(user)
    revoke_distinction("given")
    assert shown() == [(False, False)] * 2
