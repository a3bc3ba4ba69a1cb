"""Peers on PyPI, called as their manuals say, on the columns of benchmarks/fair_scores.py."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def mirt(e: np.ndarray, a: np.ndarray, x: np.ndarray, c: np.ndarray) -> tuple[float, np.ndarray]:
    """Run mirt 1.2.0 (Python and Rust): marginal likelihood, grid refined until it resolves."""
    from mirt import fit_mfrm
    from mirt.models.mfrm import Facet, PolytomousMFRM

    entries, wide = int(e.max()) + 1, int(np.bincount(e).max())
    column = np.arange(e.size) - np.searchsorted(e, e)
    scores, items, raters = (np.full((entries, wide), fill) for fill in (-1, 0, 0))
    scores[e, column], items[e, column], raters[e, column] = x, c, a
    assessors = int(a.max()) + 1
    model = PolytomousMFRM(int(c.max()) + 1, int(x.max()) + 1, [Facet("rater", assessors)])
    begun = time.perf_counter()
    fit_mfrm(model, scores, {"rater": raters}, item_indices=items)
    seconds = time.perf_counter() - begun
    return seconds, np.asarray(model.facet_parameters["rater"], float)


def raschpy(e: np.ndarray, a: np.ndarray, x: np.ndarray, c: np.ndarray) -> tuple[float, None]:
    """Run RaschPy 1.4.0: calibration by pairwise conditional likelihood, model "global"."""
    import pandas as pd
    from raschpy import MFRM

    frame = pd.DataFrame({"Rater": a, "Person": e, "item": c, "score": x})
    table = frame.pivot_table(index=["Rater", "Person"], columns="item", values="score")
    table.columns = [f"item {i}" for i in table.columns]
    table.index = table.index.set_levels(
        [[f"r{i}" for i in table.index.levels[0]], [f"p{i}" for i in table.index.levels[1]]]
    )
    model = MFRM(table, max_score=int(x.max()))
    begun = time.perf_counter()
    model.calibrate(model="global")
    return time.perf_counter() - begun, None


PEERS: dict[str, Callable[..., tuple[float, np.ndarray | None]]] = {
    "mirt": mirt,
    "RaschPy": raschpy,
}
