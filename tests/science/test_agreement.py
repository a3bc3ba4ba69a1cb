"""Agreement: textbook tables, worlds with planted habits, wrong input."""

import json

import numpy as np
import pytest

from laureat.science.agreement import (
    agreement,
    alpha,
    crossed,
    crossed_two,
    drift,
    halo,
    intraclass,
    nested,
    restricted,
    table,
    too_alike,
)
from laureat.science.agreement.coefficients import interval_alpha
from laureat.science.fair import LinearScores, NotEstimableError, Ratings
from tests.science.published import DATA, invented


def brennan():
    data = json.loads((DATA / "synthetic4.json").read_text(encoding="utf-8"))["no4_p_x_(r:t)"]
    columns = [values for name, values in data.items() if name.startswith("t")]
    return np.array(columns, float).reshape(3, 4, 10).transpose(2, 0, 1)


def test_brennans_synthetic_data_set_4():
    study = nested(brennan())
    printed = {"p": 0.4731, "t": 0.3252, "r:t": 0.6475, "pt": 0.5596, "pr:t": 2.3802}
    assert {k: round(v, 4) for k, v in study.variance.items()} == printed
    decision = study.decide(t=3, r=4)
    assert (round(decision.rho2, 2), round(decision.phi, 2)) == (0.55, 0.46)
    assert study.needed("t", 0.7, fixed={"r": 4}) == next(
        n for n in range(1, 99) if study.decide(t=n, r=4).phi >= 0.7
    )


SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def test_shrout_and_fleiss_table():
    found = intraclass(SHROUT_FLEISS)
    singles = (found.one_way, found.agreement, found.consistency)
    means = (found.one_way_mean, found.agreement_mean, found.consistency_mean)
    assert [round(v, 2) for v in singles] == [0.17, 0.29, 0.71]
    assert [round(v, 2) for v in means] == [0.44, 0.62, 0.91]


def test_the_coefficients_are_those_of_the_g_study():
    found, study = intraclass(SHROUT_FLEISS), crossed(SHROUT_FLEISS)
    assert study.decide(r=1).phi == pytest.approx(found.agreement)
    assert study.decide(r=4).rho2 == pytest.approx(found.consistency_mean)


def test_krippendorffs_alpha_of_the_textbook():
    """Krippendorff (2011), four observers, twelve units."""
    rows = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .",
            "1 2 3 3 2 4 4 1 2 5 1 ."]  # fmt: skip
    cells = [
        (unit, observer, int(value))
        for observer, row in enumerate(rows)
        for unit, value in enumerate(row.split())
        if value != "."
    ]
    unit, observer, value = zip(*cells, strict=True)
    ratings = Ratings.from_columns(unit, observer, value)
    found = [round(alpha(ratings, level), 3) for level in ("nominal", "ordinal", "interval")]
    assert found == [0.743, 0.815, 0.849]


def test_alpha_of_many_values_is_that_of_the_package():
    _, _, ratings = percent(2, entries=6)
    rounded = changed(ratings, np.round(ratings.score / 8) * 8)
    assert np.unique(rounded.score).size < 20
    cells = table(rounded)
    assert interval_alpha(cells) == pytest.approx(alpha(rounded, "interval"), abs=1e-12)


def percent(seed, entries=60, assessors=8, criteria=4, *, both=3, spread=(8.0, 5.0, 4.0, 6.0)):
    """A linear world: SDs of entries, assessors, entry x assessor, residual."""
    g = np.random.default_rng(seed)
    u, s = g.normal(0, spread[0], entries), g.normal(0, spread[1], assessors)
    e, a = np.nonzero(np.argsort(g.random((entries, assessors)), axis=1) < both)
    pair = g.normal(0, spread[2], e.size)
    e, a, pair = (np.repeat(v, criteria) for v in (e, a, pair))
    c = np.tile(np.arange(criteria), e.size // criteria)
    y = 60 + u[e] + s[a] + pair + np.linspace(-6, 6, criteria)[c]
    y += g.normal(0, spread[3], y.size)
    return u, s, Ratings.from_columns(e, a, y, c)


def dense_reml(ratings, components):
    """The textbook formula with full matrices."""
    Z = {
        "entry": np.eye(len(ratings.entries))[ratings.entry],
        "assessor": np.eye(len(ratings.assessors))[ratings.assessor],
    }
    pair = ratings.entry * 1000 + ratings.assessor
    Z["entry x assessor"] = (pair[:, None] == np.unique(pair)).astype(float)
    V = components["residual"] * np.eye(len(ratings))
    for name, matrix in Z.items():
        V += components[name] * matrix @ matrix.T
    X = np.eye(len(ratings.criteria))[ratings.criterion]
    W = np.linalg.inv(V)
    XWX = X.T @ W @ X
    beta = np.linalg.solve(XWX, X.T @ W @ ratings.score)
    r = ratings.score - X @ beta
    n, k = X.shape
    value = np.linalg.slogdet(V)[1] + np.linalg.slogdet(XWX)[1] + r @ W @ r
    blup = components["entry"] * Z["entry"].T @ W @ r
    return -(value + (n - k) * np.log(2 * np.pi)) / 2, blup


@pytest.mark.parametrize("interaction", [False, True])
def test_the_linear_model_is_reml_with_blups(interaction):
    _, _, ratings = percent(1, entries=12)
    found = LinearScores(interaction=interaction).fit(ratings)
    value, blup = dense_reml(ratings, found.components_of_variance)
    assert found.log_likelihood == pytest.approx(value, abs=1e-6)
    centred = found.entries.fair - found.entries.fair.mean()
    assert centred == pytest.approx(blup - blup.mean(), abs=1e-6)
    for name, v in found.components_of_variance.items():
        for factor in (0.97, 1.03):
            if v > 0:
                other = found.components_of_variance | {name: v * factor}
                assert dense_reml(ratings, other)[0] <= value + 1e-6


def test_intervals_of_the_linear_model_cover():
    hits = []
    for seed in range(8):
        u, s, ratings = percent(seed)
        found = LinearScores(interaction=True).fit(ratings).entries
        truth = 60 + u + s.mean()
        hits.append(np.mean((found.fair_low <= truth) & (truth <= found.fair_high)))
    assert 0.86 < np.mean(hits) < 0.94


def test_a_season_in_words_and_numbers():
    _, _, ratings = percent(3)
    found = agreement(ratings)
    assert 0 < found.alpha < 1
    assert found.assessors_now == 3
    assert found.assessors_needed is not None
    assert found.words[0].startswith("Krippendorff's alpha is ")
    assert str(found.assessors_needed) in found.words[1]


def residuals(ratings):
    fitted = LinearScores().fit(ratings)
    return fitted.residual, fitted.expected, fitted.error_variance


def changed(ratings, score):
    names = [
        tuple(ids[i] for i in codes)
        for ids, codes in (
            (ratings.entries, ratings.entry),
            (ratings.assessors, ratings.assessor),
            (ratings.criteria, ratings.criterion),
        )
    ]
    return Ratings.from_columns(names[0], names[1], score, names[2])


def test_planted_habits_are_found_and_others_left_alone():
    _, _, ratings = percent(4, entries=80, both=4, spread=(8.0, 5.0, 0.0, 6.0))
    g = np.random.default_rng(4)
    score = ratings.score.copy()
    pair = ratings.entry * 100 + ratings.assessor
    impression = g.normal(0, 14, pair.max() + 1)[pair]
    score += np.where(ratings.assessor == 2, impression, 0)
    mine = ratings.assessor == 5
    score[mine] = score[mine].mean() + 0.15 * (score[mine] - score[mine].mean())
    ratings = changed(ratings, score)
    residual, expected, variance = residuals(ratings)
    assert halo(ratings, residual=residual)[0].assessor == 2
    assert [f.assessor for f in restricted(ratings, expected=expected, variance=variance)] == [5]


def test_a_copyist_is_found():
    _, _, ratings = percent(6, entries=80, both=8, spread=(8.0, 5.0, 0.0, 6.0))
    score = ratings.score.copy()
    score[ratings.assessor == 7] = score[ratings.assessor == 6] + 1
    ratings = changed(ratings, score)
    first = too_alike(ratings, residual=residuals(ratings)[0])[0]
    assert (first.assessor, first.other) == (6, 7)
    assert first.words.endswith("by itself this proves nothing.")


def test_drift_over_time_is_found():
    _, ratings = invented(8, entries=100, assessors=6)
    when = np.arange(len(ratings), dtype=float)
    score = ratings.score + np.where(ratings.assessor == 3, when / when.size * 3, 0)
    ratings = changed(ratings, score)
    found = drift(ratings, when, residual=residuals(ratings)[0])
    assert found[0].assessor == 3
    assert "milder" in found[0].words


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="row 1: a score is missing"):
        intraclass(np.array([[1.0, np.nan], [2.0, 3.0]]))
    with pytest.raises(NotEstimableError, match="two assessors on the same criterion"):
        alpha(Ratings.from_columns([1, 2], [1, 2], [3, 4]))
    with pytest.raises(NotEstimableError, match="cannot be told from chance"):
        alpha(Ratings.from_columns([1, 1], [1, 2], [3, 3]))
    with pytest.raises(ValueError, match="no number for facet r"):
        crossed(SHROUT_FLEISS).decide()
    with pytest.raises(ValueError, match="expected a table of 3 dimensions"):
        nested(SHROUT_FLEISS)
    with pytest.raises(NotEstimableError, match="no differences"):
        LinearScores().fit(Ratings.from_columns([1, 1, 2, 2], [1, 2, 1, 2], [3, 3, 3, 3]))
    with pytest.raises(NotEstimableError, match="one rating a pair"):
        LinearScores(interaction=True).fit(
            Ratings.from_columns([1, 1, 2, 2], [1, 2, 1, 2], [3, 2, 3, 1])
        )


def test_three_facets_give_back_planted_components():
    g = np.random.default_rng(2)
    x = (
        g.normal(0, 2, (60, 1, 1)) + g.normal(0, 1, (1, 20, 1)) + g.normal(0, 1, (1, 1, 10))
        + g.normal(0, 1, (60, 20, 1)) + g.normal(0, 1, (60, 20, 10))
    )  # fmt: skip
    found = crossed_two(x).variance
    assert found["p"] == pytest.approx(4, rel=0.4)
    assert found["pr"] == pytest.approx(1, rel=0.15)
    assert found["pri"] == pytest.approx(1, rel=0.05)
    assert abs(found["pi"]) < 0.03


def test_unshrunk_fair_scores_are_the_raw_means_where_nobody_is_stricter():
    alike = [(e, a, 10 * e) for e in range(3) for a in range(4)]
    entry, assessor, score = zip(*alike, strict=True)
    found = LinearScores().fit(Ratings.from_columns(entry, assessor, score))
    assert np.allclose(found.unshrunk, [0, 10, 20], atol=1e-6)


@pytest.mark.parametrize("interaction", [False, True])
def test_unshrunk_fair_scores_of_a_complete_design_are_the_raw_means(interaction):
    rows = [
        (e, a, c, 10 * e + e * a % 3 + c * a % 2)
        for e in range(5)
        for a in range(4)
        for c in (1, 2)
    ]
    entry, assessor, criterion, score = zip(*rows, strict=True)
    found = LinearScores(interaction=interaction).fit(
        Ratings.from_columns(entry, assessor, score, criterion)
    )
    raw = np.bincount(entry, score) / 8
    assert np.allclose(found.unshrunk, raw, atol=1e-9)  # complete: severities cancel
    drawn, own = np.abs(found.entries.fair - raw.mean()), np.abs(found.unshrunk - raw.mean())
    assert np.all(drawn <= own + 1e-9)
    assert np.all(found.unshrunk_se >= found.entries.se - 1e-9)
    told = found.to_dict()
    assert [row["unshrunk"] for row in told["entries"]] == found.unshrunk.tolist()


def test_unshrunk_fair_scores_are_those_of_a_very_wide_prior():
    """By the normal equations of fixed entries, written out."""
    g = np.random.default_rng(3)
    entry = np.repeat(np.arange(8), 3)
    assessor = np.concatenate([g.choice(5, 3, replace=False) for _ in range(8)])
    score = 5.0 * entry + 3 * assessor + g.normal(0, 2, 24)
    found = LinearScores().fit(Ratings.from_columns(entry, assessor, score))
    v = found.components_of_variance
    Z, W = np.eye(8)[entry], np.eye(5)[assessor]
    A = np.block(
        [[Z.T @ Z, Z.T @ W], [W.T @ Z, W.T @ W + np.eye(5) * v["residual"] / v["assessor"]]]
    )
    inverse = np.linalg.inv(A)
    both = inverse @ np.concatenate([Z.T @ score, W.T @ score])
    m = np.hstack([np.eye(8), np.full((8, 5), 0.2)])
    assert np.allclose(found.unshrunk, m @ both)
    se = np.sqrt(v["residual"] * np.diag(m @ inverse @ m.T))
    assert np.allclose(found.unshrunk_se, se)
