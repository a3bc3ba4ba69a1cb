"""Fair scores against published tables, against brute force, and against worlds we invented."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.fair import Anchors, FairScores, NotEstimableError, Ratings
from laureat.science.fair.engine import marginal
from laureat.science.fair.layout import layout
from laureat.science.fair.result import separation_of
from tests.science.published import RATERS, STEPS, invented, liking_for_science, style_ratings


@pytest.fixture(scope="module")
def tam():
    return FairScores(grid="tam").fit(style_ratings())


def test_the_style_ratings_on_the_grid_of_tam(tam):
    """Every printed digit: TAM's EM is followed to the step at which it stops."""
    assert round(tam.deviance, 2) == 11925.55
    assert tam.thresholds.measure == pytest.approx(STEPS, abs=1e-7)
    assert tam.assessors.measure == pytest.approx(RATERS, abs=1e-7)
    assert np.round(tam.criteria.measure, 7).tolist() == [-0.0656505, 0.0656505]
    assert round(tam.entry_variance, 6) == 9.530168
    assert tam.entry_mean == pytest.approx([0.4793529], abs=1e-7)
    assert round(tam.reliability, 4) == 0.9802
    assert round(tam.wle_reliability, 3) == 0.977
    assert round(tam.entries.wle.min(), 3) == -7.963
    assert round(tam.entries.wle.max(), 3) == 7.600
    assert "TAM's EM stops after 163 steps" in tam.notes[-1]


@pytest.mark.parametrize("model", ["rsm", "pcm"])
def test_where_tam_stops_lies_just_below_the_optimum_of_its_grid(model):
    from laureat.science.fair.engine import Start, climb, mode_of_entries, start

    _, ratings = invented(3, entries=60, criteria=3, assessors=6, per_item=True)
    result = FairScores(model=model, grid="tam").fit(ratings)
    lay = layout(ratings, model)
    vector, centre = start(lay)
    begin = Start(vector, *mode_of_entries(lay, vector, centre), 0.0, np.zeros(lay.size))
    top, _ = climb(
        lay, begin, grid="tam", points=21, halo_points=1, rounds=0, tolerance=1e-9, most=99
    )
    assert 0 <= top.value - result.log_likelihood < 5e-3
    assert result.assessors.measure == pytest.approx(top.vector[:6], abs=0.02)
    assert result.thresholds.measure.reshape(-1, 4).sum(axis=1) == pytest.approx(0, abs=1e-9)


def test_the_grid_of_tam_with_what_tam_does_not_know_is_at_its_optimum():
    _, ratings = invented(3, entries=40, criteria=3, assessors=6)
    anchored = FairScores(grid="tam").fit(ratings, anchors=Anchors(assessors={0: 0.0}))
    assert "its EM was not followed" in anchored.notes[-1]


def test_the_adaptive_grid_finds_what_the_fixed_one_misses(tam):
    adaptive = FairScores().fit(style_ratings())
    assert 30 < tam.deviance - adaptive.deviance < 52


def test_nodes_enough_for_a_thousandth_of_the_log_likelihood():
    few, many = (marginal(layout(style_ratings()), points=n).value for n in (None, 61))
    assert few == pytest.approx(many, abs=1e-3)


def test_liking_for_science_by_joint_likelihood():
    result = FairScores(estimator="jmle").fit(liking_for_science())
    measure = dict(zip(result.criteria.ids, result.criteria.measure, strict=True))
    printed = {
        "i1": -0.45749, "i2": -0.75520, "i5": 2.22171, "i18": -3.08790, "i19": -2.45048,
        "i23": 1.99475,
    }  # fmt: skip
    assert {key: measure[key] for key in printed} == pytest.approx(printed, abs=0.005)
    assert result.thresholds.measure == pytest.approx([-0.810687, 0.810687], abs=0.005)


def test_separation_as_facets_prints_it():
    found = separation_of(0.05, 0.19)
    assert found.separation == pytest.approx(4.02, abs=0.25)
    # FACETS divides the unrounded spreads; from its own printed separation:
    exact = separation_of(1.0, 4.02)
    assert (round(exact.strata, 2), round(exact.reliability, 2)) == (5.69, 0.94)


def brute_force(ratings, result, places):
    """Log likelihood by the trapezium rule and the textbook formula."""
    C, D = result.assessors.measure, result.criteria.measure
    groups = list(dict.fromkeys(result.thresholds.group))
    total = np.zeros((len(ratings.entries), places.size))
    for e, a, c, x in zip(
        ratings.entry, ratings.assessor, ratings.criterion, ratings.score, strict=True
    ):
        name = groups[c if len(groups) > 1 else 0]
        mine = [g == name for g in result.thresholds.group]
        cum = np.concatenate(([0], np.cumsum(result.thresholds.measure[mine])))
        logs = np.arange(cum.size) * (places - C[a] - D[c])[:, None] - cum
        low = (
            ratings.score[ratings.criterion == c].min() if len(groups) > 1 else ratings.score.min()
        )
        total[e] += logs[:, int(x - low)] - np.logaddexp.reduce(logs, axis=1)
    sd = np.sqrt(result.entry_variance)
    prior = -0.5 * ((places - result.entry_mean[0]) / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi))
    return float(np.sum(np.logaddexp.reduce(total + prior + np.log(places[1] - places[0]), axis=1)))


@pytest.mark.parametrize("model", ["rsm", "pcm"])
def test_the_log_likelihood_is_that_of_the_textbook(model):
    _, ratings = invented(3, entries=25, criteria=3, assessors=5, per_item=True)
    result = FairScores(model=model).fit(ratings)
    assert result.log_likelihood == pytest.approx(
        brute_force(ratings, result, np.linspace(-9, 9, 901)), abs=1e-4
    )


def test_criteria_with_scales_of_different_length():
    _, ratings = invented(3, entries=25, criteria=3, assessors=5, per_item=True)
    score = np.where(ratings.criterion == 1, np.minimum(ratings.score, 2), ratings.score)
    mixed = Ratings.from_columns(ratings.entry, ratings.assessor, score, ratings.criterion)
    result = FairScores(model="pcm").fit(mixed)
    assert len(result.thresholds.group) == 4 + 2 + 4
    assert result.log_likelihood == pytest.approx(
        brute_force(mixed, result, np.linspace(-10, 10, 1001)), abs=1e-4
    )


def test_long_scales_do_not_overflow():
    """Percent in steps of five, taken as categories: powers of exp(k a) leave the floating range."""
    g = np.random.default_rng(0)
    entry, assessor = np.repeat(np.arange(60), 6), np.tile(np.arange(6), 60)
    place = 50 + 15 * g.normal(0, 1, 60)[entry] - 5 * (assessor - 2.5) + g.normal(0, 8, entry.size)
    score = np.clip(np.round(place / 5) * 5, 0, 100)
    ratings = Ratings.from_columns(entry, assessor, score)
    result = FairScores().fit(ratings)
    assert np.corrcoef(result.entries.fair, result.entries.raw)[0, 1] > 0.99
    assert np.all((result.entries.fair > 0) & (result.entries.fair < 100))


def test_weights_of_criteria_shape_the_fair_score():
    _, ratings = invented(3, entries=40, criteria=3, assessors=5)
    fit = FairScores().fit
    each = [
        fit(ratings, weights={i: float(i == k) for i in range(3)}).entries.fair for k in range(3)
    ]
    both = fit(ratings, weights={0: 1, 1: 3, 2: 0}).entries.fair
    assert both == pytest.approx(0.25 * each[0] + 0.75 * each[1])
    assert fit(ratings).entries.fair == pytest.approx(sum(each) / 3)
    with pytest.raises(ValueError, match="criterion 2 has no weight"):
        fit(ratings, weights={0: 1, 1: 1})


@pytest.mark.parametrize("halo", [False, True])
def test_gradient_and_information_are_those_of_the_likelihood(halo):
    from laureat.science.fair import engine, passes

    _, ratings = invented(5, entries=12, criteria=3, assessors=4, halo=0.7, per_item=True)
    lay = layout(ratings, "pcm", halo=halo)
    vector, centre = engine.start(lay)
    x, w = engine.gauss_hermite(15)
    nodes = engine.place_nodes(lay, centre, np.full(centre.size, 0.3), x, w, "adaptive")
    inner = engine.block_nodes(lay, vector, centre, 9) if halo else engine.NO_HALO

    def at(v):
        return passes.one_pass(lay, v, nodes, inner, centre, joint=False)

    here = at(vector)
    for i in range(lay.size):
        step = np.zeros(lay.size)
        step[i] = 1e-5
        up, down = at(vector + step), at(vector - step)
        assert (up.value - down.value) / 2e-5 == pytest.approx(here.gradient[i], abs=1e-4)
        curve = -(up.gradient - down.gradient) / 2e-5
        assert curve == pytest.approx(here.info[i], abs=1e-4)


def test_pcm_finds_thresholds_of_each_criterion():
    truth, ratings = invented(7, entries=800, criteria=4, assessors=10, per_item=True)
    result = FairScores(model="pcm").fit(ratings)
    off = result.thresholds.measure.reshape(4, 4) - truth["F"]
    assert np.abs(off / result.thresholds.se.reshape(4, 4)).max() < 3.5
    assert result.thresholds.measure.reshape(4, 4).sum(axis=1) == pytest.approx([0] * 4, abs=1e-9)


def test_intervals_cover_with_and_without_halo():
    """A small version of benchmarks/intervals.py, which holds .88 to .92."""
    for halo in (0.0, 0.6):
        hits = []
        for seed in range(2, 4):
            truth, ratings = invented(seed, entries=60, assessors=9, halo=halo)
            found = FairScores(halo=True, assessors="random").fit(ratings).entries
            hits.append(np.mean((found.low <= truth["B"]) & (truth["B"] <= found.high)))
        assert 0.83 < np.mean(hits) < 0.97


def test_careless_assessors_misfit_and_others_do_not():
    _, ratings = invented(2, careless=3)
    found = FairScores(estimator="jmle").fit(ratings).assessors
    assert np.flatnonzero((found.infit > 1.5) | (found.outfit > 2)).tolist() == [0, 1, 2]


def test_the_order_of_rows_does_not_matter():
    _, ratings = invented(4, entries=20, assessors=6)
    order = np.random.default_rng(0).permutation(len(ratings))
    columns = (ratings.entry, ratings.assessor, ratings.score, ratings.criterion)
    straight = Ratings.from_columns(*columns)
    shuffled = Ratings.from_columns(*(column[order] for column in columns))
    first, second = (FairScores(halo=True).fit(r) for r in (straight, shuffled))
    assert first.to_dict() == second.to_dict()


def test_anchors_carry_the_origin():
    _, ratings = invented(6, entries=60)
    free = FairScores().fit(ratings)
    moved = Anchors(assessors={0: float(free.assessors.measure[0]) + 1.0})
    anchored = FairScores().fit(ratings, anchors=moved)
    assert anchored.entries.measure == pytest.approx(free.entries.measure + 1.0, abs=1e-3)
    assert anchored.assessors.se[0] == 0.0
    assert anchored.entries.fair == pytest.approx(free.entries.fair, abs=1e-3)


def test_anchored_entries_stay():
    truth, ratings = invented(8, entries=60)
    known = Anchors(entries={i: float(truth["B"][i]) for i in range(30)})
    for estimator in ("mmle", "jmle"):
        found = FairScores(estimator=estimator).fit(ratings, anchors=known)
        assert found.entries.measure[:30] == pytest.approx(truth["B"][:30])
        away = (found.assessors.measure - truth["C"]) / found.assessors.se
        assert np.abs(away).max() < 4


def two_islands():
    _, ratings = invented(9, entries=60, assessors=8)
    return Ratings.from_columns(
        np.concatenate([ratings.entry, ratings.entry + 100]),
        np.concatenate([ratings.assessor, ratings.assessor + 100]),
        np.concatenate([ratings.score, 4 - ratings.score]),
        np.concatenate([ratings.criterion] * 2),
    )


def test_islands_are_refused_or_measured_apart():
    ratings = two_islands()
    with pytest.raises(NotEstimableError, match="2 subsets that share no assessor"):
        FairScores().fit(ratings)
    apart = FairScores(subsets="apart").fit(ratings)
    assert apart.components == 2
    assert apart.assessors.measure[:8].sum() == pytest.approx(0, abs=1e-8)
    assert apart.assessors.measure[8:].sum() == pytest.approx(0, abs=1e-8)
    assert set(apart.entries.component[:60]) == {0}
    bridged = FairScores().fit(ratings, anchors=Anchors(assessors={0: 0.0, 100: 0.5}))
    assert bridged.components == 2


def columns(**changes):
    base = {"entry": [1, 1, 2, 2], "assessor": [1, 2, 1, 2], "score": [0, 1, 1, 2]}
    return base | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"score": [0, 1, None, 2]}, "row 3: no score"),
        ({"score": [0, 1, float("nan"), 2]}, "row 3: no score"),
        ({"score": [0, 1, float("inf"), 2]}, "row 3: score inf, expected a finite number"),
        ({"score": [0, 1, "good", 2]}, "row 3: score 'good', expected a number"),
        ({"score": [0, 1, 2]}, "column entry has 4 rows, score has 3"),
        ({"entry": [1, 1, None, 2]}, "row 3: no entry"),
        ({"assessor": [1, 1, 1, 2]}, "row 2: entry 1, assessor 1.*rated in row 1 already"),
        ({"entry": [], "assessor": [], "score": []}, "no ratings"),
        ({"high": 1}, "row 4: score 2 is outside the scale, expected any to 1"),
    ],
)
def test_wrong_columns_are_refused_with_row_and_expectation(changes, message):
    with pytest.raises(ValueError, match=message):
        Ratings.from_columns(**columns(**changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"score": [1, 1, 1, 1]}, "one category only"),
        ({"entry": [1], "assessor": [1], "score": [1]}, "one category only"),
        ({"score": [0, 1, 1, 500]}, "more than 101 categories: use the linear model"),
        ({"entry": [1, 1, 1, 1], "assessor": [1, 2, 3, 4]}, "at least two entries"),
        ({"entry": [1, 2, 3, 4]}, "every entry has one rating only"),
        ({"score": [0, 2, 1, 2]}, "assessor 2 .*only the lowest or only the highest"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_the_reason(changes, message):
    with pytest.raises(NotEstimableError, match=message):
        FairScores(estimator="jmle").fit(Ratings.from_columns(**columns(**changes)))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3), st.floats() | st.integers(-2, 6)),
        max_size=12,
    )
)
def test_any_input_is_fitted_or_refused_with_a_reason(rows):
    entry, assessor, score = zip(*rows, strict=True) if rows else ((), (), ())
    for estimator in ("jmle", "mmle"):
        with contextlib.suppress(ValueError):
            result = FairScores(estimator=estimator).fit(
                Ratings.from_columns(entry, assessor, score)
            )
            assert np.all(np.isfinite(result.entries.fair))
