"""Published data sets and what their sources print. The files are kept beside the tests."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

from laureat.science.fair import Ratings

DATA = Path(__file__).parent / "data"

RATERS = (
    -0.2801764, -0.3138556, 0.1682377, 0.0337311, -0.7766383, -0.3363170, -0.2240747, 0.2691930,
    1.1173233, -0.8677756, -0.2128582, -0.2801764, -0.3363170, 0.2579712, -0.8221614, 0.4376982,
    0.4489457, 0.1121835, 0.6630696, 0.4376982, 0.5042991,
)  # fmt: skip
STEPS = (-4.0087904, 0.2353612, 3.7734293)


def rows(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def style_ratings():
    """372 students x 21 raters; the essays' language stands as criterion."""
    columns = [[], [], [], []]
    for row in rows("style_ratings.csv"):
        for j in range(1, 22):
            cells = (row["student"], f"rater_{j}", row[f"rater_{j}"], row["language"])
            for column, cell in zip(columns, cells, strict=True):
                column.append(cell)
    return Ratings.from_columns(*columns)


@cache
def liking_for_science():
    """75 persons x 24 items (without i12)."""
    columns = [[], [], [], []]
    for row in rows("liking_for_science.csv"):
        for j in (*range(1, 12), *range(13, 26)):
            cells = (row["student"], "form", row[f"i{j}"], f"i{j}")
            for column, cell in zip(columns, cells, strict=True):
                column.append(cell)
    return Ratings.from_columns(*columns)


@cache
def snsf_panel():
    """15 proposals x 5 assessors."""
    return np.array([[float(row[f"v_{j}"]) for j in range(1, 6)] for row in rows("snsf_panel.csv")])


def invented(
    seed, entries=200, criteria=8, assessors=30, each=3, *, severity=1.0, halo=0.0, per_item=False,
    careless=0,
):  # fmt: skip
    """A season of five categories; returns what is true, and the ratings."""
    g = np.random.default_rng(seed)
    B, C = g.normal(0, 1, entries), g.normal(0, severity, assessors)
    C -= C.mean()
    D = np.linspace(-0.7, 0.7, criteria)
    F = np.tile([-1.5, -0.5, 0.5, 1.5], (criteria, 1))
    if per_item:
        F = F + g.normal(0, 0.3, F.shape)
        F -= F.mean(axis=1, keepdims=True)
    chosen = np.argsort(g.random((entries, assessors)), axis=1)[:, :each]
    e = np.repeat(np.arange(entries), each * criteria)
    a = np.repeat(chosen.ravel(), criteria)
    c = np.tile(np.arange(criteria), entries * each)
    place = B[e] + np.repeat(g.normal(0, 1, entries * each) * halo, criteria) - C[a] - D[c]
    logs = np.arange(5) * place[:, None] - np.column_stack(
        [np.zeros(place.size), np.cumsum(F, axis=1)[c]]
    )
    p = np.exp(logs)
    p /= p.sum(axis=1, keepdims=True)
    score = (np.cumsum(p, axis=1)[:, :-1] < g.random(place.size)[:, None]).sum(axis=1)
    thrown = a < careless
    score[thrown] = g.integers(0, 5, int(thrown.sum()))
    truth = {"B": B, "C": C, "D": D, "F": F}
    return truth, Ratings.from_columns(e, a, score, c)
