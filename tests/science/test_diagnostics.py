"""Limits of fit, bias cells, Wright map, and both rankings without an assessor."""

import numpy as np
import pytest

from laureat.science.fair import (
    FairScores,
    LinearScores,
    NotEstimableError,
    Ratings,
    bias_cells,
    fit_limits,
    sensitivity,
    without_assessor,
    wright_map,
)
from tests.science.published import invented


@pytest.fixture(scope="module")
def careless():
    _, ratings = invented(2, careless=3)
    return ratings, FairScores().fit(ratings)


def test_limits_of_fit_hold_the_honest_and_not_the_careless(careless):
    _, result = careless
    limits = fit_limits(result, count=60, level=0.98, seed=1).assessors
    outside = (result.assessors.infit > limits.infit_high) | (
        result.assessors.outfit > limits.outfit_high
    )
    assert set(np.flatnonzero(outside)) >= {0, 1, 2}
    assert outside[3:].mean() < 0.15


def test_limits_are_repeatable_and_belong_to_the_design(careless):
    _, result = careless
    first, again = (fit_limits(result, count=40, seed=5) for _ in range(2))
    assert first.entries.infit_high.tobytes() == again.entries.infit_high.tobytes()
    width = first.entries.infit_high - first.entries.infit_low
    narrow = first.criteria.infit_high - first.criteria.infit_low
    assert width.mean() > 2 * narrow.mean()


def test_a_favoured_region_is_found_and_no_other():
    _, ratings = invented(3, entries=240, assessors=12)
    region = {e: f"region {e % 4}" for e in range(240)}
    favoured = (ratings.assessor == 5) & (ratings.entry % 4 == 2)
    score = np.minimum(4, ratings.score + favoured)
    ratings = Ratings.from_columns(ratings.entry, ratings.assessor, score, ratings.criterion)
    result = FairScores().fit(ratings)
    cells = bias_cells(result, ratings, region)
    assert (cells[0].assessor, cells[0].group) == (5, "region 2")
    assert cells[0].bias > 0.5
    assert cells[0].points > 0.3
    strong = [c for c in cells if c.adjusted_p < 0.05 and c.bias > 0]
    assert [c.assessor for c in strong] == [5]
    with pytest.raises(ValueError, match="entry 0 has no group"):
        bias_cells(result, ratings, {})


def test_bias_of_a_fair_season_has_its_nominal_error():
    t = []
    for seed in range(4):
        _, ratings = invented(20 + seed, entries=160, assessors=12)
        result = FairScores().fit(ratings)
        t += [c.bias / c.se for c in bias_cells(result, ratings, {e: e % 4 for e in range(160)})]
    assert np.std(t) == pytest.approx(1.0, abs=0.15)


def test_the_wright_map_holds_everything_on_one_ruler(careless):
    _, result = careless
    found = wright_map(result)
    assert found.entries.sum() == 200
    assert len(found.assessors) == 30
    assert [step[1] for step in found.thresholds] == [1, 2, 3, 4]
    places = [place for _, place in found.assessors]
    assert places == sorted(places, reverse=True)


def test_an_assessor_is_never_left_out_silently(careless):
    ratings, result = careless
    other = FairScores().fit(without_assessor(ratings, 0))
    found = sensitivity(result, other, places=40)
    assert len(found["all"]) == len(found["without"]) == 40
    assert len(found["enter"]) == len(found["leave"])
    with pytest.raises(ValueError, match="no such assessor"):
        without_assessor(ratings, "nobody")


def test_the_linear_model_refuses_what_belongs_to_rasch_models():
    _, ratings = invented(4, entries=30, assessors=5)
    result = LinearScores().fit(ratings)
    for question in (fit_limits, wright_map):
        with pytest.raises(NotEstimableError, match="Rasch model"):
            question(result)
