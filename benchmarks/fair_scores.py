# ruff: noqa: N803, N806
"""Time, memory and accuracy of the fair scores, from 1,000 to 1,000,000 ratings.

    python benchmarks/fair_scores.py [--json FILE] [--sizes 3000,600000] [--repeat 5] [--peers]
                                     [--plot FILE.svg] [--budget 540] [--worlds 8]

Each case runs in a process of its own (peak memory is that process's). `rmse` and `slope` are those of the
severities, both with mean zero (ratings know no origin); `se` is what the information in the ratings
allows at best: no unbiased estimate has a smaller rmse on average. `first` is the first fit of
the process, compiled loops loaded from disk; `median` the median of the repeats that follow. The
very first run on a machine compiles (some seconds); it is made and timed apart, as `compile`.
Peers (`--peers`, from benchmarks/requirements.txt) get the same ratings in the same run, as long as
what they took before says that they end within the budget (seconds, for all together). Where it does
not, the time is extrapolated by their own growth between the last two sizes, and marked `~`.
`--worlds N` asks instead how the accuracy at 600,000 ratings scatters over worlds: severities
fixed, and random (drawn to zero). `slope`: of estimates on truth; `back`: of truth on estimates.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

# numpy reads this, and Python the paths, while the imports below run: hence their place.
os.environ.setdefault("OMP_NUM_THREADS", "1")

sys.path.append(str(Path(__file__).parent.parent / "src"))

import numpy as np

SHAPES = {  # ratings: entries, criteria, assessors, assessors an entry
    1_000: (50, 5, 12, 4),
    3_000: (100, 10, 20, 3),
    12_000: (200, 20, 40, 3),
    120_000: (1_000, 30, 300, 4),
    600_000: (5_000, 30, 1_000, 4),
    1_000_000: (8_400, 30, 1_600, 4),
}
FLOOR = 0.02


def world(ratings: int, seed: int = 1):
    """The world of the other tests: entries N(0, 1), criteria evenly from -.7 to .7, thresholds
    -1.5, -.5, .5, 1.5, severities N(0, .5); loads even, otherwise teams by lot.
    """
    entries, criteria, assessors, each = SHAPES[ratings]
    g = np.random.default_rng(seed)
    B, D, C = g.normal(0, 1, entries), np.linspace(-0.7, 0.7, criteria), g.normal(0, 0.5, assessors)
    C = C - C.mean()
    chosen = teams(g, entries, assessors, each)
    e = np.repeat(np.arange(entries), each * criteria)
    a = np.repeat(chosen.ravel(), criteria)
    c = np.tile(np.arange(criteria), entries * each)
    logs = np.arange(5) * (B[e] - C[a] - D[c])[:, None] - np.cumsum([0, -1.5, -0.5, 0.5, 1.5])
    p = np.exp(logs)
    p /= p.sum(axis=1, keepdims=True)
    score = (np.cumsum(p, axis=1)[:, :-1] < g.random(e.size)[:, None]).sum(axis=1)
    return (e, a, score, c), C


def teams(g: np.random.Generator, entries: int, assessors: int, each: int) -> np.ndarray:
    """`each` different assessors for every entry, all with the same load (or one less)."""
    places = np.resize(np.arange(assessors), entries * each)
    chosen = g.permutation(places).reshape(entries, each)
    while True:
        twice = np.sort(chosen, axis=1)
        bad = np.flatnonzero((twice[:, 1:] == twice[:, :-1]).any(axis=1))
        if not bad.size:
            return chosen
        for n in bad:  # exchange one place with somebody by lot; again where that did not help
            other, k, j = g.integers(entries), g.integers(each), g.integers(each)
            chosen[n, k], chosen[other, j] = chosen[other, j], chosen[n, k]


def case(engine: str, ratings: int, repeat: int, seed: int = 1) -> dict[str, object]:
    """One engine on one size, in this process."""
    from laureat.science.fair import FairScores, Ratings
    from laureat.science.fair.engine import marginal
    from laureat.science.fair.joint import joint
    from laureat.science.fair.layout import layout
    from laureat.science.ranks import rank_report

    columns, C = world(ratings, seed)
    loaded = Ratings.from_columns(*columns)
    result = FairScores().fit(loaded) if engine == "ranks" else None
    work = {
        "jmle": lambda: joint(layout(loaded)).vector,
        "mmle": lambda: marginal(layout(loaded)),
        "random": lambda: marginal(layout(loaded), random_assessors=True),
        "report": lambda: FairScores().fit(Ratings.from_columns(*columns)).assessors.measure,
        "ranks": lambda: rank_report(result, max(1, len(loaded.entries) // 10)).expected,
    }[engine]
    times, cpu = [], []
    found = None
    for _ in range(repeat + 1):
        wall, used = time.perf_counter(), time.process_time()
        found = work()
        times.append(time.perf_counter() - wall)
        cpu.append(time.process_time() - used)
    out: dict[str, object] = {
        "engine": f"laureat {engine}", "ratings": len(loaded), "first": times[0],
        "median": median(times[1:] or times), "best": min(times), "cpu": min(cpu),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip
    if engine in {"mmle", "random"}:
        bound = float(np.sqrt(np.diag(found.covariance)[: C.size].mean()))
        out |= accuracy(found.vector[: C.size], C) | {"model_se": bound}
    elif engine != "ranks":
        out |= accuracy(found[: C.size], C)
    return out


def accuracy(found: np.ndarray, C: np.ndarray) -> dict[str, object]:
    away = found - found.mean() - C
    return {
        "rmse": float(np.sqrt(np.mean(away**2))),
        "slope": float(np.polyfit(C, found, 1)[0]),
        "back": float(np.polyfit(found, C, 1)[0]),
    }


def peer(name: str, ratings: int) -> dict[str, object]:
    """A peer on the same ratings; its own time only, data conversion not counted."""
    from peers import PEERS

    columns, C = world(ratings)
    seconds, found = PEERS[name](*columns)
    out = {
        "engine": name, "ratings": ratings, "first": seconds, "median": seconds, "best": seconds,
        "cpu": None, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip
    return out | (accuracy(found, C) if found is not None else {})


def apart(
    kind: str, name: str, ratings: int, repeat: int, limit: float, seed: int = 1
) -> dict[str, object]:
    """Run a case in a process of its own."""
    try:
        done = subprocess.run(
            [sys.executable, __file__, "--case", kind, name, str(ratings), str(repeat), str(seed)],
            capture_output=True, text=True, timeout=limit, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"engine": name, "ratings": ratings, "error": f"no result in {limit:.0f} s"}
    if done.returncode:
        return {"engine": name, "ratings": ratings, "error": done.stderr.strip().splitlines()[-1:]}
    return json.loads(done.stdout.splitlines()[-1])


def peer_within(
    name: str, ratings: int, rows: list[dict[str, object]], seconds: float
) -> dict[str, object]:
    """A peer, unless its last time, grown with the number of ratings to the power 1.5, does not fit."""
    known = [row for row in rows if row["engine"] == name and "median" in row]
    failed = any(row["engine"] == name and "error" in row for row in rows)
    guess = known[-1]["median"] * (ratings / known[-1]["ratings"]) ** 1.5 if known else 0.0
    if not failed and guess <= seconds:
        row = apart("peer", name, ratings, 1, max(30.0, seconds))
        if "error" not in row:
            return row
        return row | extrapolated(known, ratings)
    why = (
        "gave up on a smaller size" if failed
        else "the budget is over" if seconds <= 0
        else f"would take about {guess:.0f} s"
    )  # fmt: skip
    row = {"engine": name, "ratings": ratings, "error": f"left out: {why}"}
    return row | extrapolated(known, ratings)


def extrapolated(known: list[dict[str, object]], ratings: int) -> dict[str, object]:
    """What a peer would take if it went on growing as between the last two sizes it did."""
    if len(known) < 2:
        return {}
    one, two = known[-2:]
    growth = np.log(two["median"] / one["median"]) / np.log(two["ratings"] / one["ratings"])
    return {
        "growth": float(growth),
        "extrapolated": float(two["median"] * (ratings / two["ratings"]) ** growth),
    }


def worlds(count: int, ratings: int, until: float) -> list[dict[str, object]]:
    """Accuracy over so many worlds, severities fixed and random."""
    rows: list[dict[str, object]] = []
    print(f"{'severities':12}{'seed':>6}{'rmse':>8}{'se':>8}{'slope':>8}{'back':>8}{'cpu s':>8}")
    for seed in range(1, count + 1):
        if rows and time.perf_counter() > until:
            print(f"the budget is over after {seed - 1} worlds")
            break
        for name, told in (("mmle", "fixed"), ("random", "random")):
            row = apart("own", name, ratings, 0, 300, seed)
            rows.append(row | {"severities": told, "seed": seed})
            print(f"{told:12}{seed:6}{row['rmse']:8.4f}{row['model_se']:8.4f}"
                  f"{row['slope']:8.4f}{row['back']:8.4f}{row['cpu']:8.2f}", flush=True)  # fmt: skip
    for told in ("fixed", "random"):
        mine = [row for row in rows if row["severities"] == told]
        mean = {key: np.mean([row[key] for row in mine]) for key in ("rmse", "slope", "back")}
        spread = np.std([row["rmse"] for row in mine], ddof=1) if len(mine) > 1 else 0.0
        print(f"{told}: mean rmse {mean['rmse']:.4f} (SD over worlds {spread:.4f}), "
              f"slope {mean['slope']:.4f}, back {mean['back']:.4f}")  # fmt: skip
    return rows


def plot(rows: list[dict[str, object]], file: Path) -> None:
    """Growth of cost, both axes logarithmic, as plain SVG."""
    series: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if "median" in row:
            series.setdefault(str(row["engine"]), []).append(
                (np.log10(row["ratings"]), np.log10(row["median"]))
            )
    colours = ("#1b5e8c", "#b3541e", "#3a7d44", "#7a4a93", "#777", "#a02c2c")
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 420" font-size="12">',
             '<rect width="640" height="420" fill="#fff"/>']  # fmt: skip

    def at(x: float, y: float) -> tuple[float, float]:
        return 60 + (x - 3) * 140, 380 - (y + 3.5) * 58

    for power in range(3, 7):
        x, _ = at(power, 0)
        parts.append(f'<text x="{x:.0f}" y="400" text-anchor="middle">10^{power}</text>')
    for power in range(-3, 3):
        _, y = at(3, power)
        parts.append(f'<text x="50" y="{y:.0f}" text-anchor="end">{10.0**power:g} s</text>')
        parts.append(f'<path d="M60 {y:.0f}H480" stroke="#ddd"/>')
    for (name, points), colour in zip(series.items(), colours * 3, strict=False):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*p) for p in sorted(points)))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = at(*max(points))
        parts.append(f'<text x="{x + 6:.0f}" y="{y + 4:.0f}" fill="{colour}">{name}</text>')
    file.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", nargs=5, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--sizes", default=",".join(map(str, SHAPES)))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--worlds", type=int, default=0, help="worlds to compare accuracy over")
    parser.add_argument("--budget", type=float, default=540.0, help="seconds for everything")
    arguments = parser.parse_args()
    if arguments.case:
        kind, name, *numbers = arguments.case
        ratings, repeat, seed = map(int, numbers)
        one = peer(name, ratings) if kind == "peer" else case(name, ratings, repeat, seed)
        print(json.dumps(one))
        return
    sizes = [int(size) for size in arguments.sizes.split(",")]
    for size in sizes:
        if size not in SHAPES:
            parser.error(f"--sizes {size}: expected some of {', '.join(map(str, SHAPES))}")
    begun = time.perf_counter()

    def left() -> float:
        return arguments.budget - (time.perf_counter() - begun)

    if arguments.worlds:
        size = 600_000 if 600_000 in sizes else sizes[-1]
        found = worlds(arguments.worlds, size, begun + arguments.budget)
        if arguments.json:
            arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return
    rows = [apart("own", "jmle", 1_000, 0, 300), apart("own", "report", 1_000, 0, 300)]
    compile_seconds = time.perf_counter() - begun
    rows.clear()
    for ratings in sizes:
        for name in ("jmle", "mmle", "report", "ranks"):
            rows.append(apart("own", name, ratings, arguments.repeat, max(30.0, left())))
            show(rows[-1], rows)
        for name in ("mirt", "RaschPy") if arguments.peers else ():
            rows.append(peer_within(name, ratings, rows, left()))
            show(rows[-1], rows)
    print(f"warm-up (compiles when the cache is cold): {compile_seconds:.1f} s")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    found = {
        "rows": rows,
        "warm_up": compile_seconds,
        "load": os.getloadavg(),
        "cores": os.cpu_count(),
    }
    for row in rows:
        own = [r for r in rows if r["engine"] == "laureat mmle" and r["ratings"] == row["ratings"]]
        if own and "median" in own[0] and ("median" in row or "extrapolated" in row):
            seconds = row.get("median", row.get("extrapolated"))
            row["times_mmle"] = seconds / own[0]["median"]
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if arguments.plot:
        plot(rows, arguments.plot)


def show(row: dict[str, object], rows: list[dict[str, object]]) -> None:
    if len(rows) == 1:
        print(f"{'engine':16}{'ratings':>10}{'first s':>9}{'median s':>9}{'best s':>9}{'cpu s':>8}"
              f"{'peak MB':>9}{'rmse':>8}{'slope':>8}{'se':>8}{'x mmle':>8}")  # fmt: skip
    own = [r for r in rows if r.get("engine") == "laureat mmle" and r["ratings"] == row["ratings"]]
    if "error" in row:
        told = f"{row['engine']:16}{row['ratings']:>10}  {row['error']}"
        if "extrapolated" in row:
            told += f"; ~{row['extrapolated']:.0f} s extrapolated by its growth, power {row['growth']:.2f}"
            if own and "median" in own[0]:
                told += f", ~{row['extrapolated'] / own[0]['median']:.0f} x mmle"
        print(told, flush=True)
        return
    ratio = f"{row['median'] / own[0]['median']:8.1f}" if own and "median" in own[0] else " " * 8
    cpu = f"{row['cpu']:8.3f}" if row["cpu"] is not None else " " * 8
    accurate = f"{row['rmse']:8.4f}{row['slope']:8.3f}" if "rmse" in row else " " * 16
    accurate += f"{row['model_se']:8.4f}" if "model_se" in row else " " * 8
    print(f"{row['engine']:16}{row['ratings']:>10}{row['first']:9.3f}{row['median']:9.3f}"
          f"{row['best']:9.3f}{cpu}{row['peak_mb']:9.0f}{accurate}{ratio}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
