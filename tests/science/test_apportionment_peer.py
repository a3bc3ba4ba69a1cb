"""Our apportionment against the published package of the same name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.apportionment import apportion

methods = pytest.importorskip("apportionment.methods")
PEER = {
    "hamilton": "hamilton",
    "dhondt": "dhondt",
    "sainte-lague": "saintelague",
    "huntington": "huntington",
}


@settings(max_examples=100, deadline=None)
@given(
    votes=st.lists(st.integers(1, 10_000), min_size=1, max_size=8),
    seats=st.integers(0, 40),
    method=st.sampled_from(sorted(PEER)),
)
def test_the_same_places_wherever_there_is_no_tie(votes, seats, method):
    ours = apportion({f"{k:02}": each for k, each in enumerate(votes)}, seats, method)
    if ours.tied:
        return
    theirs = methods.compute(PEER[method], votes, seats, verbose=False, tiesallowed=True)
    assert list(ours.seats.values()) == theirs
