"""Exact and fair teams, team rules, reasons, connectedness, repair, what would help."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science import assigning as a
from tests.science import bids


@pytest.mark.parametrize("name", bids.MAXIMA)
def test_the_published_maximum_is_found_and_proven(name):
    best = a.assign(bids.published(name))
    assert (best.objective, best.bound, a.kept(best)) == (bids.MAXIMA[name], bids.MAXIMA[name], [])


def brute(task, floor=-np.inf):
    """Every assignment of a tiny task: (largest floor, largest sum with that floor)."""
    m = task.shape[1]
    teams = [list(itertools.combinations(range(m), int(d))) for d in task.demand]
    found = []
    for choice in itertools.product(*teams):
        pairs = np.array(
            [(i, j) for i, team in enumerate(choice) for j in team], dtype=int
        ).reshape(-1, 2)
        one = a.Assignment(task, pairs, 0.0)
        if not a.kept(one) and one.smallest >= floor - 1e-9:
            found.append((one.smallest, one.objective))
    if not found:
        return None
    best = max(objective for _, objective in found)
    height = max(smallest for smallest, _ in found)
    return best, height, max(o for s, o in found if s >= height - 1e-9)


@st.composite
def tiny(draw):
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    cell = st.integers(-3, 9)
    fit = [[draw(cell) for _ in range(m)] for _ in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(m)]
    conflicts = draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True))
    free = [pair for pair in pairs if pair not in conflicts]
    demand = [draw(st.integers(0, 2)) for _ in range(n)]
    pinned = draw(st.lists(st.sampled_from(free), max_size=1)) if free else []
    pinned = [pair for pair in pinned if demand[pair[0]]]
    most = [draw(st.integers(1, 3)) for _ in range(m)]
    least = [draw(st.integers(0, min(1, top))) for top in most]
    rules = []
    if draw(st.booleans()):
        who = draw(st.lists(st.booleans(), min_size=m, max_size=m))
        low = draw(st.integers(0, 1))
        rules = [a.rule("some", who, n, least=low, most=draw(st.integers(low, 2)))]
    return a.problem(
        fit, demand=demand, most=most, least=least, conflicts=conflicts, pinned=pinned, rules=rules
    )


@settings(max_examples=60, deadline=None)
@given(tiny())
def test_small_tasks_are_solved_as_by_trying_everything(task):
    expected = brute(task)
    if expected is None:
        with pytest.raises(a.Infeasible):
            a.assign(task)
        return
    best, fair = a.assign(task), a.assign(task, floor="max")
    assert a.kept(best) == a.kept(fair) == []
    assert best.objective == pytest.approx(expected[0])
    assert best.bound == pytest.approx(expected[0], abs=1e-6)
    assert fair.smallest == pytest.approx(expected[1])
    assert fair.objective == pytest.approx(expected[2])


def test_minimum_loads_are_kept_at_the_least_loss():
    free, even = a.assign(bids.invented()), a.assign(bids.invented(least=7, most=8))
    assert (even.loads.min(), even.loads.max()) == (7, 8)
    assert even.objective < free.objective
    assert even.objective == pytest.approx(even.bound)


def test_pruned_and_whole_programs_agree():
    """Sixty assessors of whom each entry looks at few: what was left out comes back."""
    task = bids.invented(80, 60, demand=4, most=6)
    from laureat.science.assigning import flow

    net = flow.remaining(task)
    few, all_ = flow.solve(net, kept=9), flow.solve(net, kept=60)
    assert few.value == pytest.approx(all_.value, abs=1e-9)
    assert few.bound == pytest.approx(few.value, abs=1e-6)


def test_everybody_wants_the_same_few():
    """Popular assessors are full at once: the programme looks further by itself."""
    rng = np.random.default_rng(4)
    fit = rng.beta(2, 4, size=90)[None, :] + 0.1 * rng.random((200, 90))
    best = a.assign(a.problem(fit, demand=4, most=10, least=6))
    assert best.objective == pytest.approx(best.bound)
    assert a.kept(best) == []


def test_the_floor_is_raised_before_the_sum():
    task = bids.invented(least=7, most=8, seed=2)
    best, fair = a.assign(task), a.assign(task, floor="max")
    assert best.smallest < fair.smallest == fair.floor == fair.floor_bound
    assert best.objective > fair.objective == pytest.approx(fair.bound)


def test_the_floor_of_a_large_task_is_proven_without_its_whole_program():
    rng = np.random.default_rng(5)
    task = a.problem(rng.random((300, 80)), demand=4, most=16, least=10)
    best, fair = a.assign(task), a.assign(task, floor="max")
    assert a.kept(fair) == []
    assert best.smallest < fair.floor <= fair.floor_bound <= 1.0005 * fair.floor
    assert fair.gap < 5e-4


def test_a_wanted_floor_is_kept_or_refused_with_the_largest_that_can_be_promised():
    task = bids.invented()
    assert a.assign(task, floor=1.9).smallest >= 1.9 - 1e-6
    with pytest.raises(a.Infeasible, match="can be promised to every entry"):
        a.assign(task, floor=2.95)


def team_task(**more):
    rng = np.random.default_rng(7)
    n, m = 60, 30
    return a.problem(
        rng.random((n, m)),
        demand=4,
        most=10,
        least=4,
        rules=[
            a.leads(np.arange(m) % 4 == 0, n),
            a.newcomers(np.arange(m) % 3 == 1, n, most=1),
            *a.covered([["A", "B"] if j % 2 else ["C"] for j in range(m)], ["A", "B", "C"], n),
            *a.at_most_from_each([f"house {j % 9}" for j in range(m)], n),
        ],
        forbidden=a.same(
            [f"region {i % 6}" for i in range(n)], [f"region {j % 8}" for j in range(m)]
        ),
        **more,
    )


def test_teams_have_a_lead_cover_the_criteria_and_mix_regions_and_institutions():
    best, fair = a.assign(team_task()), a.assign(team_task(), floor="max")
    assert a.kept(best) == a.kept(fair) == []
    assert best.gap < 1e-6
    assert fair.smallest >= best.smallest


def test_pinned_pairs_stay_and_wishes_count():
    task = bids.invented()
    plain = a.assign(task)
    out = next((i, j) for i in range(30) for j in range(12) if not plain.matrix[i, j])
    fit = task.affinity
    pinned = a.assign(a.problem(fit, demand=3, most=10, pinned=[out]))
    wished = a.assign(a.problem(fit, demand=3, most=10, wishes={out: 2.0}))
    assert pinned.matrix[out]
    assert pinned.objective == pytest.approx(pinned.bound)
    assert wished.matrix[out]
    assert ("pinned", "") in a.reasons(pinned)[_place(pinned, out)].codes
    assert ("wish", "2") in a.reasons(wished)[_place(wished, out)].codes


def _place(found, pair):
    return found.pairs.tolist().index(list(pair))


def test_every_pair_has_its_reason_and_who_was_passed_over():
    task = bids.invented(most=8, conflicts=[(0, j) for j in range(4)])
    told = a.reasons(a.assign(task))
    assert len(told) == 90
    for why in told:
        assert why.rank == 1 or any(code == "rank" for code, _ in why.codes)
    whys = {other.why for why in told for other in why.passed_over}
    assert whys <= {"conflict", "full", "needed", "rule"}
    assert {"conflict", "full"} <= whys


def test_teams_that_fall_apart_are_joined_at_little_loss():
    apart = a.assign(bids.fields())
    joined = a.connect(apart)
    before, after = a.connection(apart), a.connection(joined)
    assert (before.components, after.components) == (5, 1)
    assert before.lambda2 == 0 < after.lambda2
    assert joined.objective >= 0.98 * apart.objective
    assert a.kept(joined) == []
    assert np.array_equal(joined.loads, apart.loads) or (joined.loads <= 12).all()


def test_joining_that_costs_too_much_or_cannot_be_is_refused_with_the_price():
    two = np.kron(np.eye(2), np.full((2, 2), 9.0)) + 1
    apart = a.assign(a.problem(two, demand=2, most=3))
    with pytest.raises(
        a.Infeasible, match=r"one component costs 11\.2% of the sum, more than the 2"
    ):
        a.connect(apart, strict=True)
    assert "more than the 2.0% allowed" in a.connect(apart).notes[0]
    joined = a.connect(apart, loss=0.12, strict=True)
    assert (a.connection(joined).components, joined.objective) == (1, 71)
    walls = [(i, j) for i in range(4) for j in range(4) if (i < 2) != (j < 2)]
    apart = a.assign(a.problem(two, demand=2, most=3, conflicts=walls))
    with pytest.raises(a.Infeasible, match="2 groups of entries cannot be joined"):
        a.connect(apart, strict=True)
    left = a.connect(apart)
    assert left.pairs.tolist() == apart.pairs.tolist()
    assert "cannot be joined" in left.notes[0]


@pytest.mark.parametrize("seed", range(6))
def test_tight_fields_come_together_within_two_percent(seed):
    rng = np.random.default_rng(seed)
    task = bids.fields(seed=seed)
    barred = rng.random(task.shape) < 0.03
    best = a.assign(a.problem(task.affinity, demand=4, most=12, least=8, forbidden=barred))
    joined = a.connect(best)
    assert a.connection(joined).components == 1
    assert joined.objective >= 0.98 * best.objective
    assert a.kept(joined) == []


def test_inflation_is_one_for_a_balanced_design():
    """Every pair of 5 assessors shares as many entries as any other."""
    teams = list(itertools.combinations(range(5), 3)) * 2
    task = a.problem(np.ones((20, 5)), demand=3, most=12)
    pairs = np.array([(i, j) for i, team in enumerate(teams) for j in team])
    found = a.connection(a.Assignment(task, pairs, 60.0))
    assert found.inflation == pytest.approx(1.0 * np.sqrt((4 / 5) / (4 / 5)), rel=0.13)
    assert found.lambda2 == pytest.approx(5 / 6)  # efficiency (1 − 1/3) / (1 − 1/5)


def test_when_somebody_leaves_only_their_pairs_change_if_that_can_be():
    task = bids.invented()
    best = a.assign(task)
    after = a.drop(best, "3")
    assert a.kept(after.assignment) == []
    assert after.removed == ()
    assert len(after.added) == len(after.ended) == best.loads[3]
    assert after.assignment.objective <= after.assignment.bound + 1e-6


def test_when_loads_are_tight_as_few_others_as_possible_move():
    fit = np.array([[9, 8, 1], [9, 1, 1], [1, 1, 1.0]])
    task = a.problem(fit, demand=1, most=2, conflicts=[(2, 1), (2, 2)])
    # Entry 2 needs assessor 0; entry 0 or 1 may have the other place there.
    after = a.drop(a.assign(task), "2")
    assert after.changed == 0


SHORT = {
    "places": ({"most": 7}, "90 places are to be filled, but all loads together are at most 84"),
    "minimum": ({"least": 8, "most": 9}, "minimum loads add up to 96"),
    "conflicts": ({"conflicts": [(4, j) for j in range(12)]}, r"row 5 \('4'\): 0 of 3"),
}


@pytest.mark.parametrize("case", SHORT)
def test_a_shortage_is_told_with_the_cheapest_changes_and_these_help(case):
    limits, told = SHORT[case]
    with pytest.raises(a.Infeasible, match=told) as caught:
        a.assign(bids.invented(**limits))
    changes = caught.value.changes
    assert 1 <= len(changes) <= 3
    assert [each.cost for each in changes] == sorted(each.cost for each in changes)
    for change in changes:
        assert a.kept(a.assign(changed(limits, change))) == []


def changed(limits, change):
    task = bids.invented(**limits)
    most, demand, least = task.most.copy(), task.demand.copy(), task.least.copy()
    affinity, conflicts = task.affinity, list(limits.get("conflicts", ()))
    for name, amount in change.items:
        if change.kind == "raise loads":
            most[int(name)] += amount
        elif change.kind == "lower demand":
            demand[int(name)] += amount
        elif change.kind == "lower minimum loads":
            least[int(name)] += amount
        elif change.kind == "lift conflicts":
            entry, person = name.split(" – ")
            conflicts.remove((int(entry), int(person)))
        else:
            affinity = np.hstack([affinity, np.zeros((30, amount))])
            most = np.append(most, [int(np.median(most))] * amount)
            least = np.append(least, [0] * amount)
    return a.problem(affinity, demand=demand, most=most, least=least, conflicts=conflicts)


def test_a_shortage_of_leads_is_explained():
    task = bids.invented(rules=[a.leads(np.arange(12) == 0, 30)])
    with pytest.raises(a.Infeasible, match="'lead'") as caught:
        a.assign(task)
    assert {each.kind: each.amount for each in caught.value.changes} == {
        "raise loads": 20,
        "waive rules": 20,
    }


WRONG = [
    ({"affinity": [[1.0, np.nan]]}, "affinity row 1, column 2: nan is not a finite number"),
    ({"affinity": [[1.0], [np.inf]]}, "affinity row 2, column 1: inf is not a finite number"),
    ({"affinity": []}, "affinity: expected"),
    ({"affinity": np.zeros((0, 3))}, "at least one entry"),
    ({"affinity": [["a", "b"]]}, "matrix of numbers"),
    ({"most": -1}, "most row 1 .*-1 is not a whole number from 0 up"),
    ({"most": [1, 2]}, "most: expected one number or 3"),
    ({"demand": 1.5}, "demand row 1"),
    ({"least": 5, "most": 4}, "least row 1 .*at least 5 entries, but at most 4"),
    ({"conflicts": [(0, 1), (9, 1)]}, "conflicts row 2: entry 9 is unknown"),
    ({"conflicts": [("x", 1)]}, "conflicts row 1: entry 'x' is unknown"),
    ({"conflicts": [(0, 1)], "pinned": [(0, 1)]}, "pinned row 1: .*in conflict"),
    ({"pinned": [(0, 0), (0, 1)]}, "entry '0' has 2 pinned pairs, expected at most 1"),
    ({"wishes": {(0, 0): np.nan}}, "wishes row 1: nan"),
    ({"entries": ["a", "a"]}, "entry row 2: 'a' stands in row 1 already"),
    ({"entries": ["a"]}, "entry names: expected 2, got 1"),
    ({"forbidden": [[True]]}, "forbidden: expected 2 × 3 booleans"),
    ({"rules": [a.leads([True], 2)]}, "rule 'lead': expected 2 entries × 3 assessors"),
]


@pytest.mark.parametrize(
    ("limits", "told"), WRONG, ids=lambda each: "" if isinstance(each, dict) else each
)
def test_wrong_input_names_the_row_and_what_was_expected(limits, told):
    with pytest.raises(ValueError, match=told):
        a.problem(**{"affinity": np.ones((2, 3)), "demand": 1, "most": 2, **limits})


def test_a_floor_that_is_no_number_is_refused():
    for floor in (np.nan, np.inf, "min"):
        with pytest.raises(ValueError, match="floor: expected"):
            a.assign(bids.invented(), floor=floor)


def test_the_same_input_gives_the_same_bytes():
    def run():
        fair = a.connect(a.assign(team_task(), floor="max"))
        return fair.pairs.tobytes(), fair.objective, fair.bound

    assert run() == run()
