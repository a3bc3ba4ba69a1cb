"""What comes with a row serves the same row read later, unless it points elsewhere by then."""

import pytest

from laureat.intake.models import Entry
from laureat.platform.rows import lend
from tests.worlds import intake as world

pytestmark = pytest.mark.django_db


def test_relations_are_lent_where_they_are_still_the_same(django_assert_num_queries):
    _edition, (entry,) = world.entered(1)
    given = Entry.objects.select_related("organisation", "edition", "good").get(pk=entry.pk)
    row = Entry.objects.get(pk=entry.pk)
    row.organisation_id = given.organisation_id + 1
    with django_assert_num_queries(0):
        assert lend(row, given, "organisation", "edition", "category") is row
        assert row.edition is given.edition
    assert not Entry._meta.get_field("organisation").is_cached(row)
    assert not Entry._meta.get_field("category").is_cached(row)
