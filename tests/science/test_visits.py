"""Day routes, staffing, and sites that stay open with their reason."""

import numpy as np
import pytest

from laureat.science.visits import Rules, Site, Visitor, day_routes, plan_visits

SITES = [Site("A", 120), Site("B", 120), Site("C", 120)]
NEAR = np.array([[0, 30, 30, 60], [30, 0, 10, 60], [30, 10, 0, 60], [60, 60, 60, 0]])
STAFF = [Visitor("lead", 5, lead=True), Visitor("one", 5), Visitor("two", 5)]


def plan(sites=SITES, staff=STAFF, travel=NEAR, days=2, **rules):
    return plan_visits(sites, staff, travel, days=days, rules=Rules(**{"stops": 2, **rules}))


def test_near_sites_share_a_day():
    found = plan()
    assert (found.open, found.driving, found.proven) == ({}, 70 + 120, True)
    assert sorted(trip.sites for trip in found.trips) == [("A", "B"), ("C",)]
    assert all(len(trip.people) == 2 and trip.people[0] == "lead" for trip in found.trips)


def test_routes_are_in_their_best_order():
    routes = day_routes(SITES, NEAR, Rules(stops=3, day_minutes=600))
    assert len(routes) == 7
    assert routes[-1].driving == 30 + 10 + 60 + 60


def test_each_site_that_stays_open_is_named_with_its_reason():
    sites = [*SITES, Site("D", 700), Site("E", 60, days=frozenset({9})), Site("F", 60)]
    travel = np.full((6 + 1, 6 + 1), 30)
    np.fill_diagonal(travel, 0)
    staff = [Visitor(v.name, 1, lead=v.lead, barred=frozenset({"F"})) for v in STAFF]
    found = plan(sites, staff, travel, days=3)
    assert found.open == {"C": "no room", "D": "too far", "E": "no day", "F": "nobody"}
    assert len(found.trips) == 1


def test_routes_that_cannot_be_staffed_together_are_tried_another_way():
    """Counts suffice on both days, but the one lead without conflict at C is away on day 0."""
    staff = [
        Visitor("l1", 1, days=frozenset({1}), lead=True),
        Visitor("l2", 1, days=frozenset({0}), lead=True, barred=frozenset({"C"})),
        Visitor("m1", 2, barred=frozenset({"A"})),
        Visitor("m2", 1, days=frozenset({0})),
    ]
    found = plan(staff=staff)
    assert found.open == {}
    assert found.proven
    assert [(trip.day, trip.sites, trip.people) for trip in found.trips] == [
        (0, ("A", "B"), ("l2", "m2")),
        (1, ("C",), ("l1", "m1")),
    ]


def test_nobody_works_twice_a_day_or_more_days_than_they_can():
    rng = np.random.default_rng(3)
    place = rng.uniform(-120, 120, (11, 2))
    travel = np.linalg.norm(place[:, None] - place[None], axis=2)
    sites = [Site(f"s{i}", 100) for i in range(10)]
    staff = [
        Visitor(f"v{k}", 2, lead=k < 3, barred=frozenset({f"s{k}", f"s{k + 1}"})) for k in range(9)
    ]
    found = plan_visits(sites, staff, travel, days=3, rules=Rules(team=3))
    seen = [name for trip in found.trips for name in trip.sites]
    assert sorted([*seen, *found.open]) == sorted(s.name for s in sites)
    for who in staff:
        days = [trip.day for trip in found.trips if who.name in trip.people]
        assert len(days) == len(set(days)) <= who.most_days
        mine = {s for trip in found.trips if who.name in trip.people for s in trip.sites}
        assert not mine & who.barred
    assert all(trip.minutes <= 600 for trip in found.trips)
    assert found == plan_visits(sites, staff, travel, days=3, rules=Rules(team=3))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"travel": [[0]]}, r"travel: expected 4 × 4"),
        ({"travel": np.where(NEAR == 10, np.nan, NEAR)}, "travel row 2, column 3: nan"),
        ({"sites": []}, "at least one"),
        ({"sites": [Site("A", 1), Site("A", 1), Site("B", 1)]}, "site row 2"),
        ({"sites": [Site("A", -1), *SITES[1:]]}, "site row 1 .*-1 minutes"),
        ({"staff": [Visitor("x", 1, barred=frozenset({"Z"}))]}, "unknown site 'Z'"),
        ({"staff": [Visitor("x", -1)]}, "visitor row 1 .*-1 days"),
        ({"days": 0}, "expected days"),
    ],
)
def test_wrong_input_names_the_row(change, told):
    with pytest.raises(ValueError, match=told):
        plan(**change)
