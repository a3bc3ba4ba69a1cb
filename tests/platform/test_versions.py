"""The version that a page was opened at, as forms send it."""

import pytest
from django.http import QueryDict

from laureat.platform.versions import read_version


@pytest.mark.parametrize(
    ("sent", "names", "read"),
    [
        ("version=7", (), 7),
        ("version=7&mine=3", ("mine", "version"), 3),
        ("version=7&mine=", ("mine", "version"), 7),
        ("", (), -1),
        ("version=-1", (), -1),
        ("version=x", (), -1),
        ("version=1.5", (), -1),
        (f"version={'9' * 40}", (), -1),
    ],
)
def test_a_version_is_a_number_or_one_that_nothing_has(sent, names, read):
    assert read_version(QueryDict(sent), *names) == read


def test_a_page_may_say_what_nothing_means():
    assert read_version(QueryDict(""), "mine", missing=0) == 0
