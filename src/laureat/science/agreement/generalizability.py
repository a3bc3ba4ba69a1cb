"""G-study and D-study (Brennan 2001): where the differences come from, and how many assessors it
takes. Variance components by expected mean squares of balanced designs, or by REML when ratings
are missing (see `laureat.science.fair.linear`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from laureat.science.fair.data import Floats, NotEstimableError


@dataclass(frozen=True)
class GStudy:
    """Variance components by effect; negative estimates are kept, and read as zero in the D-study."""

    design: str
    variance: dict[str, float]
    mean_square: dict[str, float]

    def decide(self, **sizes: int) -> DStudy:
        """Error and coefficients with other numbers of conditions, all facets random."""
        for name, size in sizes.items():
            if size < 1:
                raise ValueError(f"{name} = {size}: expected at least 1")
        relative = absolute = 0.0
        for effect, value in self.variance.items():
            facets = [c for c in effect if c.isalpha() and c != "p"]
            if not facets:
                continue
            for name in facets:
                if name not in sizes:
                    raise ValueError(f"no number for facet {name}: expected one, such as {name}=3")
            share = max(0.0, value) / np.prod([sizes[name] for name in facets])
            absolute += share
            if "p" in effect:
                relative += share
        p = max(0.0, self.variance["p"])
        total, whole = p + relative, p + absolute
        return DStudy(
            dict(sizes), p, float(relative), float(absolute),
            float(p / total) if total else 0.0, float(p / whole) if whole else 0.0,
        )  # fmt: skip

    def needed(self, facet: str, target: float, *, fixed: Mapping[str, int] | None = None,
               absolute: bool = True, most: int = 200) -> int | None:  # fmt: skip
        """Least number of conditions of `facet` that reaches the coefficient, None if none does."""
        if not 0 < target < 1:
            raise ValueError(f"target {target}: expected a coefficient between 0 and 1")
        for n in range(1, most + 1):
            found = self.decide(**(dict(fixed or {}) | {facet: n}))
            if (found.phi if absolute else found.rho2) >= target:
                return n
        return None


@dataclass(frozen=True)
class DStudy:
    """rho2 = p / (p + relative error), phi = p / (p + absolute error)."""

    sizes: dict[str, int]
    universe: float
    relative_error: float
    absolute_error: float
    rho2: float
    phi: float


def crossed(cells: Floats) -> GStudy:
    """P x r: entries in rows, assessors in columns."""
    cells = _complete(cells, 2)
    n, k = cells.shape
    grand = cells.mean()
    p = k * np.sum((cells.mean(1) - grand) ** 2) / (n - 1)
    r = n * np.sum((cells.mean(0) - grand) ** 2) / (k - 1)
    rest = cells - cells.mean(1, keepdims=True) - cells.mean(0, keepdims=True) + grand
    pr = np.sum(rest**2) / ((n - 1) * (k - 1))
    return GStudy("p x r", _named(p=(p - pr) / k, r=(r - pr) / n, pr=pr), _named(p=p, r=r, pr=pr))


def crossed_two(cells: Floats) -> GStudy:
    """P x r x i: entries, assessors, criteria, all crossed."""
    x = _complete(cells, 3)
    n = dict(zip("pri", x.shape, strict=True))
    axes = {"p": 0, "r": 1, "i": 2}

    def mean(effect: str) -> Floats:
        away = tuple(a for f, a in axes.items() if f not in effect)
        return np.asarray(x.mean(axis=away, keepdims=True) if away else x)

    def square(effect: str, of: Floats) -> float:
        free = np.prod([n[f] - 1 for f in effect])
        return float(np.sum(of**2) * x.size / of.size / free)

    g = mean("")
    p, r, i = mean("p") - g, mean("r") - g, mean("i") - g
    pr, pi, ri = (mean(e) - mean(e[0]) - mean(e[1]) + g for e in ("pr", "pi", "ri"))
    rest = x - mean("pr") - mean("pi") - mean("ri") + mean("p") + mean("r") + mean("i") - g
    ms = {e: square(e, of) for e, of in zip(
        ("p", "r", "i", "pr", "pi", "ri", "pri"), (p, r, i, pr, pi, ri, rest), strict=True)}  # fmt: skip
    v = {
        "p": (ms["p"] - ms["pr"] - ms["pi"] + ms["pri"]) / (n["r"] * n["i"]),
        "r": (ms["r"] - ms["pr"] - ms["ri"] + ms["pri"]) / (n["p"] * n["i"]),
        "i": (ms["i"] - ms["pi"] - ms["ri"] + ms["pri"]) / (n["p"] * n["r"]),
        "pr": (ms["pr"] - ms["pri"]) / n["i"], "pi": (ms["pi"] - ms["pri"]) / n["r"],
        "ri": (ms["ri"] - ms["pri"]) / n["p"], "pri": ms["pri"],
    }  # fmt: skip
    return GStudy("p x r x i", v, ms)


def nested(cells: Floats) -> GStudy:
    """P x (r:t): entries, tasks, assessors of their own for each task; cells[p, t, r]."""
    x = _complete(cells, 3)
    n_p, n_t, n_r = x.shape
    g = x.mean()
    p_, t_, pt_, rt_ = x.mean((1, 2)), x.mean((0, 2)), x.mean(2), x.mean(0)
    ms_p = n_t * n_r * np.sum((p_ - g) ** 2) / (n_p - 1)
    ms_t = n_p * n_r * np.sum((t_ - g) ** 2) / (n_t - 1)
    ms_rt = n_p * np.sum((rt_ - t_[:, None]) ** 2) / (n_t * (n_r - 1))
    ms_pt = n_r * np.sum((pt_ - p_[:, None] - t_ + g) ** 2) / ((n_p - 1) * (n_t - 1))
    rest = x - pt_[:, :, None] - rt_ + t_[None, :, None]
    ms_prt = np.sum(rest**2) / ((n_p - 1) * n_t * (n_r - 1))
    v = {
        "p": (ms_p - ms_pt) / (n_t * n_r),
        "t": (ms_t - ms_rt - ms_pt + ms_prt) / (n_p * n_r),
        "r:t": (ms_rt - ms_prt) / n_p, "pt": (ms_pt - ms_prt) / n_r, "pr:t": ms_prt,
    }  # fmt: skip
    ms = {"p": ms_p, "t": ms_t, "r:t": ms_rt, "pt": ms_pt, "pr:t": ms_prt}
    return GStudy(
        "p x (r:t)", {k: float(a) for k, a in v.items()}, {k: float(a) for k, a in ms.items()}
    )


def _named(**values: float) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def _complete(cells: Floats, dimensions: int) -> Floats:
    cells = np.asarray(cells, float)
    if cells.ndim != dimensions or min(cells.shape) < 2:
        raise ValueError(f"expected a table of {dimensions} dimensions, at least two of each")
    bad = np.argwhere(~np.isfinite(cells))
    if bad.size:
        raise ValueError(
            f"row {bad[0][0] + 1}: a score is missing or not finite; expected a balanced table "
            "(the linear model takes gaps)"
        )
    if np.ptp(cells) == 0:
        raise NotEstimableError("every score is the same: no differences to be explained")
    return cells
