"""Conditional likelihood: the published value, enumeration of everything, agreement with the others."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laureat.science.fair import Anchors, FairScores, NotEstimableError, Ratings
from laureat.science.fair.conditional import log_likelihood, patterns
from laureat.science.fair.layout import layout
from tests.science.published import invented, liking_for_science, style_ratings


@pytest.fixture(scope="module")
def liking():
    return FairScores(estimator="cmle").fit(liking_for_science())


def test_liking_for_science_has_the_printed_conditional_likelihood(liking):
    assert round(liking.log_likelihood, 3) == -1162.281
    assert liking.parameters == 23 + 1
    assert liking.criteria.measure.sum() == pytest.approx(0, abs=1e-9)


def test_it_agrees_with_the_joint_likelihood_and_its_correction(liking):
    joint = FairScores(estimator="jmle").fit(liking_for_science())
    assert liking.criteria.measure == pytest.approx(joint.criteria.measure, abs=0.02)
    assert liking.criteria.se == pytest.approx(joint.criteria.se, rel=0.08)


def test_it_agrees_with_the_marginal_likelihood_within_the_errors():
    _, ratings = invented(3, entries=150, criteria=3, assessors=2, each=2)
    marginal, conditional = (FairScores(estimator=e).fit(ratings) for e in ("mmle", "cmle"))
    for name in ("assessors", "criteria", "thresholds"):
        one, other = getattr(marginal, name), getattr(conditional, name)
        assert np.abs((one.measure - other.measure) / one.se).max() < 0.7
        assert other.se == pytest.approx(one.se, rel=0.1)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_it_is_the_chance_among_all_ratings_with_the_same_total(data):
    entries, top = data.draw(st.integers(2, 4)), data.draw(st.integers(1, 3))
    cells = [(a, c) for a in range(2) for c in range(2)]
    rows = [
        (n, a, c, data.draw(st.integers(0, top)))
        for n in range(entries)
        for a, c in cells
        if data.draw(st.integers(0, 9)) > 0
    ]
    if not rows or len({x for *_, x in rows}) < 2 or len({n for n, *_ in rows}) < 2:
        return
    ratings = Ratings.from_columns(
        *(list(column) for column in zip(*[(n, a, x, c) for n, a, c, x in rows], strict=True))
    )
    try:
        lay = layout(ratings)
    except NotEstimableError:
        return
    vector = np.random.default_rng(len(rows)).normal(size=lay.structural)
    value, gradient = log_likelihood(lay, patterns(lay), vector)
    F = np.append(0.0, np.cumsum(vector[lay.first_step :]))
    total = 0.0
    for n in range(len(ratings.entries)):
        mine = ratings.entry == n
        place = (
            vector[ratings.assessor[mine]] + vector[lay.first_criterion + ratings.criterion[mine]]
        )

        def chance(x, place=place):
            return np.exp(-sum(k * p + F[k] for k, p in zip(x, place, strict=True)))

        seen = lay.category[mine]
        same = [
            x
            for x in itertools.product(range(int(lay.tops[0]) + 1), repeat=seen.size)
            if sum(x) == seen.sum()
        ]
        total += np.log(chance(seen) / sum(chance(x) for x in same))
    assert value == pytest.approx(total, abs=1e-9)
    for i in range(vector.size):
        step = np.zeros(vector.size)
        step[i] = 1e-6
        up, down = (log_likelihood(lay, patterns(lay), vector + s)[0] for s in (step, -step))
        assert gradient[i] == pytest.approx((up - down) / 2e-6, abs=1e-5)


def test_long_entries_do_not_overflow():
    _, ratings = invented(5, entries=30, criteria=40, assessors=4, each=4)
    found = FairScores(estimator="cmle").fit(ratings)
    marginal = FairScores().fit(ratings)
    assert found.criteria.measure == pytest.approx(marginal.criteria.measure, abs=0.05)


def test_what_conditional_likelihood_cannot_do_is_refused():
    with pytest.raises(NotEstimableError, match="no entry connects all criteria"):
        FairScores(estimator="cmle").fit(style_ratings())
    _, ratings = invented(1, entries=30)
    with pytest.raises(ValueError, match="no anchors of entries"):
        FairScores(estimator="cmle").fit(ratings, anchors=Anchors(entries={0: 1.0}))
    with pytest.raises(ValueError, match="cmle has no random effects"):
        FairScores(estimator="cmle", halo=True)
    _, many = invented(1, entries=900, criteria=30, assessors=60, each=3)
    with pytest.raises(NotEstimableError, match="too many for conditional likelihood"):
        FairScores(estimator="cmle").fit(many)
