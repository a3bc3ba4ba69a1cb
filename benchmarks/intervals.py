"""Do 90 % intervals cover 90 %, are chances calibrated, are careless assessors found?

    python benchmarks/intervals.py [--seasons 100] [--json FILE] [--budget 540]

Each season: 200 entries N(0, 1), 8 criteria, 3 of 30 assessors each with severities N(0, 1), five
categories; halo of SD 0, .3 and .6 logits. `plain`: fixed severities, no halo in the model.
`full`: severities and halo random, their variances estimated.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

# numpy reads this, and Python the paths, while the imports below run: hence their place.
os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import numpy as np  # noqa: E402

from laureat.science.fair import FairScores, LinearScores, Ratings  # noqa: E402
from laureat.science.ranks import rank_report  # noqa: E402
from tests.science.published import invented  # noqa: E402

MODELS = {
    "plain": FairScores(),
    "full": FairScores(halo=True, assessors="random"),
}
TOP = 40


def coverage(seasons: int, until: float) -> list[dict[str, object]]:
    """Season after season through all lines, so that each has as many when the time is up."""
    lines = [(halo, name) for halo in (0.0, 0.3, 0.6) for name in MODELS]
    seen: dict[tuple[float, str], dict[str, list[object]]] = {
        line: {key: [] for key in ("inside", "severity", "halo", "chance", "truly")}
        for line in lines
    }
    played = 0
    for seed in range(seasons):
        if played and time.perf_counter() > until:
            break
        played += 1
        for halo, name in lines:
            truth, ratings = invented(1000 + seed, halo=halo)
            found = MODELS[name].fit(ratings)
            e, a = found.entries, found.assessors
            report = rank_report(found, TOP, count=500, seed=seed)
            for key, value in {
                "inside": np.mean((e.low <= truth["B"]) & (truth["B"] <= e.high)),
                "severity": np.mean((a.low <= truth["C"]) & (truth["C"] <= a.high)),
                "halo": found.halo_sd or 0.0,
                "chance": report.top,
                "truly": np.argsort(np.argsort(-truth["B"])) < TOP,
            }.items():
                seen[halo, name][key].append(value)
    return [
        {
            "halo": halo, "model": name, "seasons": played,
            "entries": float(np.mean(one["inside"])),
            "standard_error": float(np.std(one["inside"]) / np.sqrt(played)),
            "assessors": float(np.mean(one["severity"])),
            "halo_found": float(np.mean(one["halo"])),
            "calibration": calibration(
                np.concatenate(one["chance"]), np.concatenate(one["truly"])
            ),
        }
        for (halo, name), one in seen.items()
    ]  # fmt: skip


def calibration(chance: np.ndarray, truly: np.ndarray) -> list[dict[str, float]]:
    """Of entries with a chance of about p, what share were truly among the best?"""
    out = []
    for low in np.arange(0, 1, 0.2):
        mine = (chance >= low) & (chance < low + 0.2 + (low > 0.7))
        out.append({"said": float(chance[mine].mean()), "was": float(truly[mine].mean()),
                    "entries": int(mine.sum())})  # fmt: skip
    return out


def recovery(seasons: int) -> dict[str, object]:
    """Of the true top 20 %, what does each way of adding up find?"""
    found: dict[str, list[float]] = {"raw mean": [], "z-scores": [], "fair score": []}
    for seed in range(seasons):
        truth, ratings = invented(3000 + seed)
        best = set(np.argsort(-truth["B"])[:TOP].tolist())
        n = np.bincount(ratings.entry)
        number = np.bincount(ratings.assessor)
        mean = np.bincount(ratings.assessor, ratings.score) / number
        sd = np.sqrt(np.bincount(ratings.assessor, ratings.score**2) / number - mean**2)
        z = (ratings.score - mean[ratings.assessor]) / sd[ratings.assessor]
        values = {
            "raw mean": np.bincount(ratings.entry, ratings.score) / n,
            "z-scores": np.bincount(ratings.entry, z) / n,
            "fair score": FairScores().fit(ratings).entries.fair,
        }
        for name, value in values.items():
            found[name].append(len(best & set(np.argsort(-value)[:TOP].tolist())) / TOP)
    return {name: float(np.mean(shares)) for name, shares in found.items()}


def careless(seasons: int) -> dict[str, object]:
    """Three of 30 assessors throw dice; found by infit > 1.5 or outfit > 2."""
    right = wrong = honest = 0
    for seed in range(seasons):
        _, ratings = invented(2000 + seed, careless=3)
        a = FairScores().fit(ratings).assessors
        flagged = (a.infit > 1.5) | (a.outfit > 2)
        right, wrong = right + int(flagged[:3].sum()), wrong + int(flagged[3:].sum())
        honest += flagged.size - 3
    return {"found": right, "of": 3 * seasons, "falsely": wrong, "honest": honest}


def ends(seasons: int) -> list[dict[str, float]]:
    """Percents that end at 100: of the best 8 of 60, what raw means and the linear model find."""
    rows = []
    for mean in (60, 75, 85, 92, 96):
        for strict in (4.0, 8.0):
            found = np.mean([_at_the_end(seed, mean, strict) for seed in range(seasons)], axis=0)
            rows.append({"mean": mean, "severity": strict, "at_the_end": float(found[0]),
                         "raw": float(found[1]), "linear": float(found[2])})  # fmt: skip
    return rows


def _at_the_end(seed: int, mean: float, strict: float) -> tuple[float, float, float]:
    g = np.random.default_rng(seed)
    quality, severity = g.normal(0, 10, 60), g.normal(0, strict, 24)
    entry = np.repeat(np.arange(60), 3)
    assessor = np.concatenate([g.choice(24, 3, replace=False) for _ in range(60)])
    place = mean + quality[entry] - severity[assessor] + g.normal(0, 4, 180)
    marks = np.clip(np.round((place[:, None] + g.normal(0, 8, (180, 8))) / 5) * 5, 0, 100)
    total = marks.mean(axis=1)
    best = np.argsort(-quality)[:8]
    fair = LinearScores().fit(Ratings.from_columns(entry, assessor, total)).unshrunk
    raw = np.bincount(entry, total) / 3
    right = [float(np.isin(np.argsort(-v, kind="stable")[:8], best).mean()) for v in (raw, fair)]
    return float(np.mean(total >= 97.5)), right[0], right[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seasons", type=int, default=100)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--budget", type=float, default=540.0, help="seconds for everything")
    arguments = parser.parse_args()
    if arguments.seasons < 1:
        parser.error(f"--seasons {arguments.seasons}: expected at least 1")
    begun = time.perf_counter()
    rows = coverage(arguments.seasons, begun + 0.85 * arguments.budget)
    seasons = int(rows[0]["seasons"])
    print(
        "halo  model  entries covered (s.e.)  assessors covered  halo found  top-40 chances said/was"
    )
    for r in rows:
        said = " ".join(f"{c['said']:.2f}/{c['was']:.2f}" for c in r["calibration"])
        print(f"{r['halo']:.1f}   {r['model']:6} {r['entries']:.3f} ({r['standard_error']:.3f})"
              f"          {r['assessors']:.3f}              {r['halo_found']:.3f}       {said}")  # fmt: skip
    best = recovery(seasons)
    print("of the true top 20 %: " + ", ".join(f"{k} {v:.3f}" for k, v in best.items()))
    dice = careless(max(15, seasons // 4))
    print(f"careless assessors found: {dice['found']} of {dice['of']}; "
          f"falsely {dice['falsely']} of {dice['honest']}")  # fmt: skip
    near = ends(max(20, seasons // 2))
    print(
        "percents that end at 100: mean, SD of severity, totals at the end; best 8 by raw, linear"
    )
    for row in near:
        print(f"  {row['mean']:.0f} {row['severity']:.0f}  {row['at_the_end']:.0%}  "
              f"{row['raw']:.3f} {row['linear']:.3f}")  # fmt: skip
    print(f"{seasons} seasons a line, {time.perf_counter() - begun:.0f} s")
    if arguments.json:
        found = {"coverage": rows, "recovery": best, "careless": dice, "ends": near}
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
