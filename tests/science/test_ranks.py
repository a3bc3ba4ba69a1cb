"""Ranks with their uncertainty: the published panel, worlds with known ranks, wrong input."""

import numpy as np
import pytest

from laureat.science.fair import FairScores, NotEstimableError
from laureat.science.ranks import (
    best_set,
    lottery,
    one_more_assessor,
    panel_posterior,
    posterior_draws,
    rank_report,
    rank_sets,
    report_of,
    zones,
)
from tests.science.published import invented, snsf_panel

RANKS = (2.44, 4.06, 4.09, 4.12, 5.08, 6.19, 7.34, 7.26, 8.43, 9.42, 10.4, 11.4, 13.0, 13.0, 13.7)
SUCRA = (0.90, 0.78, 0.78, 0.78, 0.71, 0.63, 0.55, 0.55, 0.47, 0.40, 0.33, 0.25, 0.15, 0.14, 0.09)


@pytest.fixture(scope="module")
def panel():
    return panel_posterior(snsf_panel())


def test_the_mock_panel_of_the_snsf(panel):
    """Their chains carry a Monte-Carlo error of .07; ours is exact."""
    assert panel.expected_ranks() == pytest.approx(RANKS, abs=0.075)
    assert panel.sucra() == pytest.approx(SUCRA, abs=0.0101)


def test_draws_agree_with_the_exact_ranks(panel):
    report = report_of(tuple(range(15)), panel.draws(20_000, seed=1), 7)
    assert report.expected == pytest.approx(panel.expected_ranks(), abs=0.06)
    assert report.top.sum() == pytest.approx(7)
    assert report.above(0, 14) > 0.99


def test_entries_near_the_line_are_discussed_or_drawn(panel):
    found = zones(report_of(tuple(f"#{i}" for i in range(1, 16)), panel.draws(seed=1), 7))
    assert set(found.yes) >= {"#1", "#2"}
    assert {"#7", "#8"} <= set(found.discuss)
    assert set(found.no) >= {"#13", "#14", "#15"}
    assert found.open == 7 - len(found.yes)
    sure = zones(report_of(tuple(range(15)), panel.draws(seed=1), 7), rule="probability")
    assert sure.line == 7.0
    assert set(sure.yes) <= {0, 1, 2, 3, 4, 5, 6}


def test_the_lottery_can_be_repeated_and_is_fair():
    assert lottery("abcdef", 2, "protocol 12") == lottery("fedcba", 2, "protocol 12")
    won = [lottery("abcdef", 2, f"seed {i}") for i in range(3000)]
    shares = [sum(letter in w for w in won) / 3000 for letter in "abcdef"]
    assert shares == pytest.approx([1 / 3] * 6, abs=0.04)


@pytest.fixture(scope="module")
def season():
    truth, ratings = invented(1, entries=80, assessors=15)
    result = FairScores(halo=True, assessors="random").fit(ratings)
    return truth, result, rank_report(result, 16, seed=3)


def test_draws_have_the_mean_and_covariance_that_was_asked_for(season):
    _, result, _ = season
    draws = posterior_draws(result.joint, 20_000, seed=4)
    assert draws.mean(axis=0) == pytest.approx(result.joint.centre, abs=0.02)
    assert draws.std(axis=0) == pytest.approx(result.entries.se, rel=0.04)
    assert np.cov(draws.T) == pytest.approx(result.joint.covariance_of_entries(), abs=0.01)


def test_probabilities_of_the_top_are_calibrated(season):
    truth, _, report = season
    true_top = np.argsort(np.argsort(-truth["B"])) < 16
    assert report.top.sum() == pytest.approx(16)
    assert abs(report.top[true_top].sum() + (1 - report.top[~true_top]).sum() - 80) < 12
    assert np.mean(report.low <= 1 + np.argsort(np.argsort(-truth["B"]))) > 0.85


def test_the_same_seed_draws_the_same_bytes(season):
    _, result, report = season
    again = rank_report(result, 16, seed=3)
    assert again.draws.tobytes() == report.draws.tobytes()
    assert again.rows() == report.rows()


def test_one_more_assessor_helps_most_at_the_line(season):
    _, result, report = season
    found = one_more_assessor(result, report)
    assert all(one.sd_then < one.sd_now and one.gain >= 0 for one in found)
    near = {one.entry for one in found[:8]}
    p = [report.top[report.position(e)] for e in near]
    assert min(p) > 0.02
    assert max(p) < 0.98


def test_rank_sets_cover_true_ranks():
    g = np.random.default_rng(5)
    truth = np.linspace(0, 3, 12)
    covariance = 0.05 * np.eye(12) + 0.02
    ranks = 12 - np.arange(12)
    marginal, together, best = [], [], []
    for i in range(60):
        estimate = g.multivariate_normal(truth, covariance)
        one = rank_sets(estimate, covariance, count=400, seed=i)
        all_ = rank_sets(estimate, covariance, kind="simultaneous", count=400, seed=i)
        marginal.append(((one.low <= ranks) & (ranks <= one.high)).mean())
        together.append(((all_.low <= ranks) & (ranks <= all_.high)).all())
        best.append({9, 10, 11} <= set(best_set(estimate, covariance, 3, count=400, seed=i)))
    assert np.mean(marginal) > 0.88
    assert np.mean(together) > 0.82
    assert np.mean(best) > 0.82
    assert np.all(one.high - one.low <= all_.high - all_.low)


def test_wrong_input_is_refused(panel, season):
    _, result, report = season
    with pytest.raises(ValueError, match="top 0 of 15 entries: expected 1 to 15"):
        report_of(tuple(range(15)), panel.draws(), 0)
    with pytest.raises(ValueError, match="no such entry"):
        report.above(0, "nobody")
    with pytest.raises(ValueError, match="row 2: no mark"):
        panel_posterior(np.array([[1.0, 2.0], [np.nan, np.nan]]))
    with pytest.raises(ValueError, match="named twice"):
        lottery(["a", "a"], 1, "s")
    with pytest.raises(ValueError, match="no seed"):
        lottery(["a", "b"], 1, "")
    with pytest.raises(ValueError, match="at least 100"):
        posterior_draws(result.joint, 5)
    _, ratings = invented(1, entries=30)
    with pytest.raises(NotEstimableError, match="joint posterior"):
        rank_report(FairScores(estimator="jmle").fit(ratings), 3)
