"""The season in figures: when it can be read, and that its figures are those of the season."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.urls import reverse

from laureat.honours.actions import revoke
from laureat.honours.models import Honour
from laureat.showcase.queries.summary import summary
from tests.worlds import showcase as world

pytestmark = pytest.mark.django_db
WORK = [(7, 12, 3), (0, 0, 2)]
"""People, their scorebooks, those agreed on: three entries remotely, two on site."""


def address(edition):
    return reverse("showcase:season", args=[edition.award.key, edition.key])


def test_the_summary_counts_what_happened():
    season = world.played([62, 58, 18], stops=1)
    with season.later():
        revoke(Honour.objects.get(entry=season.entries[1]), ("нарушение", "breach"), by=None)
        told = summary(season.again())
    data = told.data
    assert (data["entries"], data["honoured"], data["revoked"]) == (4, 1, 1)
    assert data["honours"] == [
        {"title": "Лауреат премии", "tone": "gold", "counts": [1, 0, 0], "total": 1}
    ]
    assert [(row["entries"], row["gold"]) for row in data["regions"]] == [(1, 1)]
    assert sum(told.by_region.values()) == 1
    assert [(step.label, step.count) for step in told.steps][-1] == ("", 1)
    (session,) = data["sessions"]
    assert (session["number"], session["put"], session["carried"], session["signed"]) == (
        "1",
        2,
        2,
        True,
    )
    assert data["issued"] == session["published"]
    assert [(row["people"], row["books"], row["agreed"]) for row in data["work"]] == WORK
    assert data["reports"] == {"made": 0, "released": 0}


def test_everybody_reads_it_once_the_results_are_published(client):
    edition = world.played([62, 18]).again()
    page = reverse("showcase:edition", args=[edition.award.key, edition.key])
    assert address(edition) in client.get(page).content.decode()
    drawn = []
    for _time in range(2):
        caches["pages"].clear()
        drawn.append(client.get(address(edition)).content)
    assert drawn[0].startswith(b"%PDF")
    assert drawn[0] == drawn[1]
    back = client.get(address(edition), {"x": "1"})
    assert (back.status_code, back.url) == (302, address(edition))


def test_nothing_is_told_before(client):
    edition = world.judged([62]).edition
    page = reverse("showcase:edition", args=[edition.award.key, edition.key])
    assert address(edition) not in client.get(page).content.decode()
    assert client.get(address(edition)).status_code == 404


@pytest.mark.parametrize("entries", [1, 4])
def test_it_is_read_in_eight_queries_at_any_length(entries, django_assert_max_num_queries):
    season = world.played([62] * entries)
    edition = season.again()
    assert edition.rules  # parsed once in a process
    with django_assert_max_num_queries(8):
        summary(edition)
