"""What assignment costs, how good it is, and against whom: a table and JSON.

    OMP_NUM_THREADS=1 python benchmarks/assignment.py [--entries 5000] [--assessors 1000]
        [--repeats 5] [--peers] [--full] [--json FILE] [--budget 540]

Published maxima, caps and measures are recomputed from the data beside the tests; the sizes are
invented affinities of four kinds. `--peers` solves the same task with networkx (a tenth of the
size), CP-SAT (a fifth) and scipy's HiGHS; `--full` prints the whole tables of caps and PM-Q on
aamas2015. A part that would begin after the budget (seconds) is left out, and said so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from laureat.science import assigning as a  # noqa: E402
from tests.science import bids  # noqa: E402

KINDS = ("uniform", "fields", "topics", "popular")


def invented(kind: str, entries: int, assessors: int, seed: int = 1) -> a.Problem:
    """Four assessors each, loads 10 to 25, 3 % conflicts.

    uniform: independent; fields: angles in eight dimensions; topics: few topics each, shared by
    many; popular: everybody fits some assessors best.
    """
    rng = np.random.default_rng(seed)
    if kind == "uniform":
        fit = rng.random((entries, assessors))
    elif kind == "fields":
        left, right = rng.normal(size=(entries, 8)), rng.normal(size=(assessors, 8))
        left /= np.linalg.norm(left, axis=1)[:, None]
        right /= np.linalg.norm(right, axis=1)[:, None]
        fit = (left @ right.T + 1) / 2
    elif kind == "topics":
        left = rng.dirichlet(np.full(25, 0.15), entries)
        right = rng.dirichlet(np.full(25, 0.15), assessors)
        left /= np.linalg.norm(left, axis=1)[:, None]
        right /= np.linalg.norm(right, axis=1)[:, None]
        fit = np.clip(left @ right.T + 0.05 * rng.random((entries, assessors)), 0, 1)
    else:
        fame, ease = rng.beta(2, 4, size=assessors), rng.beta(2, 2, size=entries)
        noise = rng.random((entries, assessors))
        fit = np.clip(0.5 * fame[None, :] + 0.2 * ease[:, None] + 0.3 * noise, 0, 1)
    barred = rng.random((entries, assessors)) < 0.03
    return a.problem(fit, demand=4, most=25, least=10, forbidden=barred)


def timed(call: Any, repeats: int) -> tuple[Any, float, float]:
    """The result, and median seconds of wall clock and of processor."""
    walls, works, result = [], [], None
    for _ in range(repeats):
        wall, work = time.perf_counter(), time.process_time()
        result = call()
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    return result, statistics.median(walls), statistics.median(works)


def row(what: str, found: Any, wall: float, work: float, **more: Any) -> dict[str, Any]:
    """One line of the table."""
    told = {"what": what, "seconds": round(wall, 4), "processor_seconds": round(work, 4)}
    if isinstance(found, a.Assignment):
        told |= {
            "objective": found.objective,
            "bound": found.bound,
            "gap": found.gap,
            "smallest_entry_sum": found.smallest,
            "broken_rules": len(a.kept(found)),
        }
        if found.floor_bound is not None:
            told["floor_bound"] = found.floor_bound
            told["floor_gap"] = 1 - found.smallest / found.floor_bound
    return told | more


def published() -> list[dict[str, Any]]:
    """Maxima and a fair optimum of the published bids."""
    rows = []
    for name, maximum in bids.MAXIMA.items():
        task = bids.published(name)
        found, wall, work = timed(lambda task=task: a.assign(task), 3)
        rows.append(row(f"{name}: maximum", found, wall, work, published=maximum))
        found, wall, work = timed(lambda task=task: a.assign(task, floor="max"), 1)
        rows.append(row(f"{name}: fair", found, wall, work))
    return rows


def lotteries(full: bool) -> list[dict[str, Any]]:
    """Tables of caps, and the measures of even probabilities."""
    rows = []
    for name in ("preflib1", "aamas2015") if full else ("preflib1",):
        task = bids.published(name)
        found, wall, work = timed(
            lambda task=task: [a.smallest_cap(task, keep) for keep in bids.KEEP], 1
        )
        same = tuple(found) == bids.CAPS[name]
        rows.append(row(f"{name}: eight caps", None, wall, work, caps=found, as_published=same))
    for name, keep in (("preflib1", 0.80), ("aamas2015", 0.95)) if full else (("preflib1", 0.80),):
        task, cap = bids.published(name), bids.CAPS[name][bids.KEEP.index(keep)]
        (beta, lot), wall, work = timed(lambda task=task, k=keep, c=cap: a.most_even(task, k, c), 1)
        seen = lot.spread()
        share = lot.objective / bids.MAXIMA[name]
        rows.append(
            row(
                f"{name}: PM-Q at {keep}", None, wall, work, beta=beta, share_of_maximum=share,
                mean_largest=seen.mean_largest, entropy=seen.entropy, norm=seen.norm,
            )
        )  # fmt: skip
        _, wall, work = timed(lambda lot=lot: lot.draw(1), 3)
        rows.append(row(f"{name}: one draw", None, wall, work))
    return rows


def sizes(
    kind: str, entries: int, assessors: int, repeats: int, until: float
) -> list[dict[str, Any]]:
    """The optimum, one component, and the fair optimum as far as the time goes."""
    task = invented(kind, entries, assessors)
    name = f"{kind} {entries} × {assessors} × 4"
    best, wall, work = timed(lambda: a.assign(task), repeats)
    rows = [row(f"{name}: optimum with proof", best, wall, work)]
    joined, wall, work = timed(lambda: a.connect(best), 1)
    parts, loss = a.connection(joined).components, 1 - joined.objective / best.objective
    rows.append(row(f"{name}: one component", joined, wall, work, components=parts, loss=loss))
    return [*rows, fair_within(kind, entries, assessors, best.objective, until)]


def fair_within(
    kind: str, entries: int, assessors: int, best: float, until: float
) -> dict[str, Any]:
    """The fair optimum in a process of its own, which is ended when the time is over."""
    name, seconds = f"{kind} {entries} × {assessors} × 4: fair", until - time.perf_counter()
    chosen = [sys.executable, __file__, "--fair", kind, str(entries), str(assessors)]
    try:
        done = subprocess.run(
            chosen, capture_output=True, text=True, check=True, timeout=max(30.0, seconds)
        )
    except subprocess.TimeoutExpired as error:
        return {"what": name, "seconds": error.timeout, "processor_seconds": 0.0, "ended": True}
    told = json.loads(done.stdout.splitlines()[-1])
    return told | {"what": name, "loss": 1 - told["objective"] / best}


def only_fair(kind: str, entries: int, assessors: int) -> None:
    """What that process does."""
    task = invented(kind, entries, assessors)
    found, wall, work = timed(lambda: a.assign(task, floor="max"), 1)
    print(json.dumps(row("fair", found, wall, work)))


def ties(entries: int = 1000, assessors: int = 200) -> list[dict[str, Any]]:
    """Tight fields whose optimum falls apart, and the same joined."""
    rng, rows = np.random.default_rng(1), []
    same = np.arange(entries)[:, None] % 10 == np.arange(assessors)[None, :] % 10
    for far in (0.05, 0.3, 0.7):
        fit = np.where(same, 0.8, far) + 0.2 * rng.random((entries, assessors))
        apart = a.assign(a.problem(fit, demand=4, most=24, least=10))
        found, wall, work = timed(lambda apart=apart: a.connect(apart), 1)
        before, after = a.connection(apart), a.connection(found)
        rows.append(
            row(
                f"ten fields, {far} outside: joined", found, wall, work,
                components_before=before.components, components=after.components,
                lambda2=after.lambda2, inflation=after.inflation,
                loss=1 - found.objective / apart.objective,
            )
        )  # fmt: skip
    return rows


def teams(entries: int = 1000, assessors: int = 300) -> list[dict[str, Any]]:
    """Leads, newcomers, institutions and regions at once; one assessor drops out."""
    rng = np.random.default_rng(2)
    person = np.arange(assessors)
    task = a.problem(
        rng.random((entries, assessors)),
        demand=4,
        most=20,
        least=8,
        rules=[
            a.leads(person % 4 == 0, entries),
            a.newcomers(person % 3 == 1, entries, most=1),
            *a.covered([("A",) if j % 2 else ("B",) for j in person], ("A", "B"), entries),
        ],
        forbidden=a.same([f"{i % 20}" for i in range(entries)], [f"{j % 20}" for j in person]),
    )
    found, wall, work = timed(lambda: a.assign(task), 1)
    rows = [row(f"team rules {entries} × {assessors} × 4", found, wall, work)]
    after, wall, work = timed(lambda: a.drop(found, "7"), 1)
    rows.append(
        row("… one drops out", None, wall, work, their_pairs=len(after.ended), others=after.changed)
    )
    return rows


def peers(entries: int, assessors: int) -> list[dict[str, Any]]:
    """The same task, solved by others from the same index of packages."""
    rows = []
    for name, call, share in (
        ("scipy HiGHS linear program", _highs, 0.2),
        ("OR-tools CP-SAT", _cp_sat, 0.2),
        ("networkx network simplex", _networkx, 0.1),
    ):
        n, m = int(entries * share), int(assessors * share)
        task = invented("fields", n, m)
        best, own, own_work = timed(lambda task=task: a.assign(task), 3)
        value, wall, work = timed(lambda task=task, call=call: call(task), 1)
        rows.append(
            row(
                f"{name} {n} × {m} × 4", None, wall, work, objective=value, ours=best.objective,
                our_seconds=own, our_processor_seconds=own_work, ratio=wall / own,
            )
        )  # fmt: skip
    return rows


def _highs(task: a.Problem) -> float:
    from scipy import sparse
    from scipy.optimize import linprog

    i, j = np.nonzero(task.allowed)
    one, order = np.ones(i.size), np.arange(i.size)
    load = sparse.csr_matrix((one, (j, order)))
    found = linprog(
        -task.affinity[i, j],
        A_ub=sparse.vstack([load, -load]),
        b_ub=np.concatenate([task.most, -task.least]),
        A_eq=sparse.csr_matrix((one, (i, order))),
        b_eq=task.demand,
        bounds=(0, 1),
    )
    return -float(found.fun)


def _cp_sat(task: a.Problem) -> float:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = {(i, j): model.new_bool_var("") for i, j in np.argwhere(task.allowed).tolist()}
    rows: dict[int, list[Any]] = {}
    columns: dict[int, list[Any]] = {}
    for (i, j), each in x.items():
        rows.setdefault(i, []).append(each)
        columns.setdefault(j, []).append(each)
    for i, each in rows.items():
        model.add(sum(each) == int(task.demand[i]))
    for j, each in columns.items():
        model.add_linear_constraint(sum(each), int(task.least[j]), int(task.most[j]))
    weight = {pair: round(float(task.affinity[pair]) * 10**6) for pair in x}
    model.maximize(sum(weight[pair] * each for pair, each in x.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = 120
    solver.solve(model)
    return float(sum(task.affinity[pair] for pair, each in x.items() if solver.value(each)))


def _networkx(task: a.Problem) -> float:
    import networkx as nx

    graph = nx.DiGraph()
    for i, need in enumerate(task.demand.tolist()):
        graph.add_node(("e", i), demand=-need)
    for j, least in enumerate(task.least.tolist()):
        graph.add_node(("a", j), demand=least)
        graph.add_edge(("a", j), "rest", capacity=int(task.most[j]) - least, weight=0)
    graph.add_node("rest", demand=int(task.demand.sum() - task.least.sum()))
    for i, j in np.argwhere(task.allowed).tolist():
        cost = -round(float(task.affinity[i, j]) * 10**6)
        graph.add_edge(("e", i), ("a", j), capacity=1, weight=cost)
    _, flow = nx.network_simplex(graph)
    return float(
        sum(
            task.affinity[i, target[1]] * amount
            for i in range(len(task.entries))
            for target, amount in flow["e", i].items()
        )
    )


def show(rows: list[dict[str, Any]]) -> None:
    """The table."""
    for each in rows:
        rest = {k: v for k, v in each.items() if k not in {"what", "seconds", "processor_seconds"}}
        facts = ", ".join(
            f"{k} {v:.7g}" if isinstance(v, float) else f"{k} {v}" for k, v in rest.items()
        )
        print(
            f"{each['what']:<45}{each['seconds']:>9.3f} s {each['processor_seconds']:>9.3f} s cpu  {facts}",
            flush=True,
        )


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--assessors", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--budget", type=float, default=540.0, help="seconds for everything")
    parser.add_argument("--fair", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.fair:
        only_fair(chosen.fair[0], int(chosen.fair[1]), int(chosen.fair[2]))
        return
    begun, left_out = time.perf_counter(), list[str]()
    rows: list[dict[str, Any]] = []
    parts: list[tuple[str, Any]] = [
        ("published maxima", published),
        ("lotteries", lambda: lotteries(full=False)),
        ("ties", ties),
        ("teams", teams),
    ]
    for kind in KINDS:  # the hardest last
        until = begun + chosen.budget
        size = (kind, chosen.entries, chosen.assessors, chosen.repeats, until)
        parts.append((kind, lambda size=size: sizes(*size)))
    if chosen.peers:
        parts.insert(-1, ("peers", lambda: peers(chosen.entries, chosen.assessors)))
    if chosen.full:
        parts.insert(-1, ("lotteries of aamas2015", lambda: lotteries(full=True)))
    for name, part in parts:
        if time.perf_counter() - begun > chosen.budget:
            left_out.append(name)
            print(f"{name}: left out, the {chosen.budget:.0f} seconds are over")
            continue
        made = part()
        show(made)
        rows += made
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "peak_megabytes": round(peak),
        "left_out": left_out,
        "rows": rows,
    }
    print(
        f"peak memory {peak:.0f} MB, load of the machine {told['load']:.1f} on {told['cores']} cores"
    )
    if chosen.json:
        chosen.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
