"""Ratings of any shape: the optimum of an independent programme, odd scales, tiny and extreme data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.fair import Anchors, FairScores, LinearScores, NotEstimableError, Ratings
from tests.science.brute import Brute
from tests.science.published import invented


def world(seed):
    """Few entries, uneven designs, missing cells, scales of unequal length that begin anywhere."""
    g = np.random.default_rng(seed)
    N, J, I = int(g.integers(3, 30)), int(g.integers(2, 7)), int(g.integers(1, 5))  # noqa: E741
    each = int(g.integers(2, J + 1))
    tops = g.integers(1, 6, I)
    B, C, D = g.normal(0, g.choice([0.05, 0.5, 1, 2.5]), N), g.normal(0, 1, J), g.normal(0, 0.7, I)
    first, unit = g.choice([0, 1, 10]), g.choice([1, 0.5])
    rows = []
    for n in range(N):
        for j in g.permutation(J)[:each]:
            for i in range(I):
                if g.random() < 0.1:
                    continue
                F = np.linspace(-1.5, 1.5, tops[i]) if tops[i] > 1 else np.zeros(1)
                logs = np.arange(tops[i] + 1) * (B[n] - C[j] - D[i]) - np.append(0, np.cumsum(F))
                p = np.exp(logs - logs.max())
                x = g.choice(tops[i] + 1, p=p / p.sum())
                rows.append((f"entry {n}", f"{j}", f"c-{i}", first + unit * x))
    entry, assessor, criterion, score = map(list, zip(*rows, strict=True))
    return Ratings.from_columns(entry, assessor, score, criterion)


@pytest.mark.parametrize("model", ["rsm", "pcm"])
@pytest.mark.parametrize("seed", [0, 1, 4, 5, 7, 9, 11, 38, 57, 207, 222])
def test_the_optimum_is_that_of_an_independent_programme(seed, model):
    ratings = world(seed)
    try:
        result = FairScores(model=model).fit(ratings)
    except NotEstimableError as error:
        assert "finite measure" in str(error)  # noqa: PT017 - the other answer is a number
        return
    other = Brute(
        ratings.entry, ratings.assessor, ratings.criterion, ratings.score,
        by_criterion=model == "pcm",
    )  # fmt: skip
    assert result.log_likelihood == pytest.approx(other.maximise(), abs=1e-3)
    severity = other.unpack(other.at)[0]
    assert result.assessors.measure == pytest.approx(severity, abs=2e-3)
    assert result.entry_variance == pytest.approx(np.exp(2 * other.at[-1]), abs=5e-3)


def columns(scores, entries=None):
    """Entries x assessors, in rows."""
    table = np.asarray(scores, float)
    e, a = np.nonzero(~np.isnan(table))
    return Ratings.from_columns(e, a, table[e, a])


def test_a_category_that_nobody_used_keeps_its_number():
    """Wilson & Masters (1993): the step from 1 to 3 counts as two, and its whole is measured."""
    g = np.random.default_rng(1)
    base = g.integers(0, 4, (40, 1)) + g.integers(-1, 2, (40, 4))
    scores = np.clip(base, 0, 4)
    scores[scores == 2] = 3
    ratings = columns(scores)
    kept = FairScores().fit(ratings)
    rows = {row["category"]: row["measure"] for row in kept.to_dict()["thresholds"]}
    assert rows[2.0] is None
    assert rows[1.0] + 2 * rows[3.0] + rows[4.0] == pytest.approx(0, abs=1e-9)
    assert "measured as a whole" in kept.notes[0]
    other = Brute(ratings.entry, ratings.assessor, ratings.criterion, ratings.score,
                  by_criterion=False)  # fmt: skip
    assert kept.log_likelihood == pytest.approx(other.maximise(), abs=1e-3)
    assert kept.parameters == 3 + 2 + 2  # severities, thresholds, mean and spread
    renumbered = FairScores(unused="renumber").fit(ratings)
    assert len(renumbered.thresholds.group) == 3
    assert renumbered.log_likelihood != pytest.approx(kept.log_likelihood, abs=1e-3)
    with pytest.raises(NotEstimableError, match="no rating between 1 and 3"):
        FairScores(unused="refuse").fit(ratings)


def test_the_quick_preview_keeps_unused_categories_too():
    _, ratings = invented(3, entries=60, assessors=6)
    score = np.where(ratings.score == 2, 3, ratings.score)
    ratings = Ratings.from_columns(ratings.entry, ratings.assessor, score, ratings.criterion)
    exact = FairScores().fit(ratings).thresholds
    quick = FairScores(estimator="jmle").fit(ratings).thresholds
    assert np.isnan(quick.measure).tolist() == [False, True, False, False]
    assert quick.measure == pytest.approx(exact.measure, abs=0.15, nan_ok=True)


@pytest.mark.parametrize(
    ("first", "unit"), [(0, 1), (1, 1), (10, 1), (0, 0.5), (0, 0.1), (-3, 1), (0, 5), (100, 25)]
)
def test_where_a_scale_begins_and_how_wide_its_steps_are_changes_no_measure(first, unit):
    g = np.random.default_rng(2)
    table = np.clip(g.integers(0, 4, (30, 1)) + g.integers(-1, 2, (30, 4)), 0, 4)
    plain, moved = (FairScores().fit(columns(t)) for t in (table, first + unit * table))
    assert moved.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert moved.entries.measure == pytest.approx(plain.entries.measure, abs=1e-9)
    assert moved.entries.fair == pytest.approx(first + unit * plain.entries.fair, abs=1e-6)
    assert moved.thresholds.category == pytest.approx(first + unit * plain.thresholds.category)


def test_entries_at_the_ends_of_the_scale_are_measured():
    g = np.random.default_rng(3)
    table = np.clip(g.integers(0, 4, (25, 1)) + g.integers(-1, 2, (25, 4)), 0, 4)
    table[0], table[1] = 0, 4
    for model in (FairScores(), FairScores(estimator="jmle"), FairScores(assessors="random")):
        found = model.fit(columns(table)).entries
        assert np.all(np.isfinite(found.measure))
        assert np.all(np.isfinite(found.wle))
        assert found.measure.argmin() == 0
        assert found.measure.argmax() == 1
        assert 0 <= found.fair.min() < found.fair.max() <= 4


def test_two_entries_and_two_assessors():
    result = FairScores().fit(columns([[1, 2], [1, 0]]))
    assert result.entries.measure[0] >= result.entries.measure[1] - 1e-6
    assert result.assessors.measure == pytest.approx([0, 0], abs=1e-6)
    other = Brute([0, 0, 1, 1], [0, 1, 0, 1], [0] * 4, [1, 2, 1, 0], by_criterion=False)
    assert result.log_likelihood == pytest.approx(other.maximise(), abs=1e-3)
    with pytest.raises(NotEstimableError, match="separate completely"):
        FairScores().fit(columns([[0, 1], [1, 2]]))  # every order that there could be, without luck


def test_entries_that_do_not_differ_have_no_variance():
    table = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]] * 4)
    result = FairScores().fit(columns(table))
    assert result.entry_variance < 1e-6
    assert np.ptp(result.entries.measure) < 1e-4


def test_entries_with_the_same_ratings_have_no_reliability_to_tell():
    result = FairScores(assessors="random").fit(columns([[0, 1], [0, 1]]))
    assert result.to_dict()["wle_reliability"] is None
    assert result.entries.measure[0] == pytest.approx(result.entries.measure[1])


def test_a_few_ratings_that_separate_completely_are_refused_by_name():
    with pytest.raises(NotEstimableError, match=r"assessor 1 .*lowest or only the highest"):
        FairScores().fit(columns([[0, 2], [1, 2], [0, 2], [1, 2]]))
    with pytest.raises(NotEstimableError, match="make the assessors random"):
        FairScores().fit(columns([[3, 4], [1, 4], [3, np.nan], [np.nan, 3]]))
    random = FairScores(assessors="random").fit(columns([[0, 2], [1, 2], [0, 2], [1, 2]]))
    assert random.assessors.measure[0] > random.assessors.measure[1]


def test_scores_too_far_apart_for_categories_are_sent_to_the_linear_model():
    table = [[0, 1], [1, 100000], [100000, 0]]
    with pytest.raises(NotEstimableError, match="more than 101 categories: use the linear model"):
        FairScores().fit(columns(table))
    assert FairScores(unused="renumber").fit(columns(table)).thresholds.category.tolist() == [
        1, 100000,
    ]  # fmt: skip


def test_percent_as_categories_and_as_numbers_agree_on_the_order():
    g = np.random.default_rng(5)
    place = 50 + 15 * g.normal(size=(40, 1)) - 5 * np.arange(-2, 3) + 6 * g.normal(size=(40, 5))
    ratings = columns(np.clip(np.round(place / 5) * 5, 0, 100))
    rasch, linear = FairScores().fit(ratings), LinearScores().fit(ratings)
    assert np.corrcoef(rasch.entries.fair, linear.entries.fair)[0, 1] > 0.98


def test_anchored_difficulties_stay_and_move_the_entries():
    ratings = world(4)
    free = FairScores(model="pcm").fit(ratings)
    known = {c: m + 0.5 for c, m in zip(ratings.criteria, free.criteria.measure, strict=True)}
    moved = FairScores(model="pcm").fit(ratings, anchors=Anchors(criteria=known))
    assert moved.log_likelihood == pytest.approx(free.log_likelihood, abs=1e-6)
    assert moved.entries.measure == pytest.approx(free.entries.measure + 0.5, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_small_table_is_measured_or_refused_with_a_reason(data):
    n, m = data.draw(st.integers(2, 6)), data.draw(st.integers(2, 4))
    cell = st.one_of(st.none(), st.integers(0, 3))
    table = [[data.draw(cell) for _ in range(m)] for _ in range(n)]
    known = [(i, j, x) for i, row in enumerate(table) for j, x in enumerate(row) if x is not None]
    if not known:
        return
    e, a, x = zip(*known, strict=True)
    ratings = Ratings.from_columns(list(e), list(a), list(x))
    try:
        found = FairScores(assessors=data.draw(st.sampled_from(["fixed", "random"]))).fit(ratings)
    except NotEstimableError as error:
        assert len(str(error)) > 30  # noqa: PT017 - the other answer is a number
        return
    told = found.to_dict()
    assert np.isfinite(told["log_likelihood"])
    assert all(np.isfinite(row["measure"]) and row["se"] >= 0 for row in told["entries"])
    low, high = min(x), max(x)
    assert all(low - 1e-9 <= row["fair"] <= high + 1e-9 for row in told["entries"])
