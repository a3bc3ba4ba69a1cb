"""Connectedness: teams so mixed that assessors' severities can be compared.

Assessors are compared through entries they share. With N_i the team of entry i (d_i members), the
information on severities of the model score = entry + assessor is the Laplacian

    S = diag(n) − Σ_i 1_{N_i} 1_{N_i}ᵀ / d_i

(the C-matrix of a block design, John & Williams 1995, ch. 2). Components are the blocks of
S; λ₂ is the second smallest eigenvalue of diag(n)^−½ S diag(n)^−½, between 0 (apart) and 1, the
smallest canonical efficiency factor; the standard error of severity j grows as √(S⁺)_jj, compared
with teams mixed at random, S₀ = (1 − 1/d)(diag(n) − n nᵀ/Σn).

While the graph is apart, the cheapest exchange or move that joins its smallest part to the rest
is made; then exchanges along the Fiedler vector f (eigenvector of λ₂): to first order λ₂ changes
by the change of Σ_i Σ_{j∈N_i} (f_j − mean f over N_i)², gain per worth lost decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.linalg import eigh
from scipy.sparse.csgraph import connected_components

from laureat.saying import Said, listed, say
from laureat.science.assigning import flow
from laureat.science.assigning.problem import Bools, Floats, Ints
from laureat.science.assigning.result import Assignment, Infeasible, as_pairs, from_flow
from laureat.science.assigning.swaps import Move, Table, best_exchange, joins

TRIES = 40


@dataclass(frozen=True)
class Connection:
    """How well assessors can be compared."""

    components: int
    sizes: tuple[int, ...]
    """Entries of each component, the largest first."""
    lambda2: float
    inflation: float
    """Standard errors of severities against teams mixed at random: root mean square ratio."""
    worst_inflation: float
    worst_assessor: str


def connection(found: Assignment) -> Connection:
    """Components, λ₂ and the inflation of standard errors of these teams."""
    label_i, _, count = components(found.matrix)
    working = np.flatnonzero(found.loads > 0)
    needy = found.problem.demand > 0
    sizes = np.sort(np.bincount(label_i[needy], minlength=count))[::-1]
    sizes = sizes[sizes > 0]
    if working.size < 2 or sizes.size > 1:
        inflation = np.inf if sizes.size > 1 else 1.0
        return Connection(
            int(sizes.size),
            tuple(int(s) for s in sizes),
            0.0 if sizes.size > 1 else 1.0,
            inflation,
            inflation,
            "",
        )
    information = laplacian(found.matrix)[np.ix_(working, working)]
    load = found.loads[working].astype(float)
    values, _ = _spectrum(information, load)
    mean = float(
        1 - np.average(1 / found.problem.demand[needy], weights=found.problem.demand[needy])
    )
    ratio = _inflation(information, load, mean)
    worst = int(np.argmax(ratio))
    return Connection(
        int(sizes.size),
        tuple(int(s) for s in sizes),
        float(values[1]),
        float(np.sqrt(np.mean(ratio**2))),
        float(ratio[worst]),
        found.problem.assessors[working[worst]],
    )


def components(matrix: Bools) -> tuple[Ints, Ints, int]:
    """Component of each entry and of each assessor, and how many there are (idle ones too)."""
    n, m = matrix.shape
    i, j = np.nonzero(matrix)
    graph = sparse.csr_matrix((np.ones(i.size), (i, j + n)), shape=(n + m, n + m))
    count, label = connected_components(graph, directed=False)
    return label[:n], label[n:], int(count)


def parts(matrix: Bools) -> int:
    """How many groups of entries share no assessor with the others; entries without a team apart."""
    label, _, _ = components(matrix)
    return int(np.unique(label[matrix.any(axis=1)]).size)


def laplacian(matrix: Bools) -> Floats:
    """S of the module's text."""
    teams = sparse.csr_matrix(matrix.astype(float))
    size = np.maximum(np.asarray(teams.sum(axis=1)).ravel(), 1.0)
    shared = (teams.T @ sparse.diags(1 / size) @ teams).toarray()
    return np.asarray(np.diag(matrix.sum(axis=0).astype(float)) - shared)


def _spectrum(information: Floats, load: Floats) -> tuple[Floats, Floats]:
    root = 1 / np.sqrt(load)
    scaled = information * root[:, None] * root[None, :]
    last = min(1, load.size - 1)
    values, vectors = eigh(scaled, subset_by_index=(0, last))
    return values, vectors[:, last] * root


def _inflation(information: Floats, load: Floats, mean: float) -> Floats:
    """√ of the diagonal of S⁺ over that of S₀⁺; both with the same null space, the constants."""
    m = load.size
    shift = np.full((m, m), 1.0 / m)
    ideal = max(mean, 1e-9) * (np.diag(load) - np.outer(load, load) / load.sum())
    own = np.diag(np.linalg.inv(information + shift)) - 1.0 / m
    best = np.diag(np.linalg.inv(ideal + shift)) - 1.0 / m
    return np.sqrt(np.maximum(own, 0) / np.maximum(best, 1e-300))


def connect(
    found: Assignment,
    *,
    loss: float = 0.02,
    lambda2: float = 0.05,
    floor: bool = True,
    strict: bool = False,
) -> Assignment:
    """The same loads and rules, in one component and better mixed.

    Joins components (the cheapest way each time); then goes on raising λ₂ up to `lambda2` while
    the worth lost is below the share `loss`. floor: no team falls below the floor. Where one
    component cannot be had, or costs more than `loss`, a note says so and how much; `strict`
    refuses it instead (Infeasible).
    """
    if not 0 <= loss <= 1:
        raise ValueError(f"loss: expected a share from 0 to 1, got {loss}")
    table = Table.of(found, found.floor if floor else None)
    bridges: list[tuple[int, int]] = []
    told: list[Said] = []
    for _ in range(table.n + table.m):
        label_i, label_j, _ = components(table.chosen)
        part = _smallest_part(found, label_i)
        if part is None:
            break
        move = _join(table, label_i == part, label_j == part)
        if move is None:
            told.append(
                say(
                    "%(count)s groups of entries cannot be joined: no change of one or two pairs that keeps demands, loads, conflicts and rules leads from one to the others",
                    count=_parts(table),
                )
            )
            break
        bridges += move.into
    budget = found.objective - loss * abs(found.objective)
    if table.worth < budget:
        _settle_again(table, found, bridges)
    if table.worth < budget - 1e-9 * abs(budget):
        share = (found.objective - table.worth) / max(abs(found.objective), 1e-300)
        told.append(
            say(
                "one component costs %(share)s of the sum, more than the %(loss)s allowed: allow more, or ask more assessors to work in two fields",
                share=f"{share:.1%}",
                loss=f"{loss:.1%}",
            )
        )
    if strict and told:
        raise Infeasible(listed(told))
    for _ in range(TRIES):
        if table.worth <= budget or not _mix(table, budget, lambda2):
            break
    pairs = as_pairs(np.argwhere(table.chosen))
    notes = tuple(
        f"moved for connectedness: {moved} pairs" for moved in [_moved(found, table)] if moved
    )
    return replace(found, pairs=pairs, notes=(*found.notes, *told, *notes))


def _settle_again(table: Table, found: Assignment, bridges: list[tuple[int, int]]) -> None:
    """The best teams around the bridges that are still in use, where rules and floors allow a flow."""
    if found.problem.rules or table.floor is not None:
        return
    pinned = found.problem.pinned.copy()
    for pair in bridges:
        pinned[pair] |= table.chosen[pair]
    task = replace(found.problem, pinned=pinned)
    again = flow.solve(flow.remaining(task))
    if again is None:
        return
    other = from_flow(task, again)
    if other.objective > table.worth and parts(other.matrix) == 1:
        table.chosen, table.worth = other.matrix.copy(), other.objective


def _moved(found: Assignment, table: Table) -> int:
    return int((table.chosen & ~found.matrix).sum())


def _smallest_part(found: Assignment, label: Ints) -> int | None:
    needy = found.problem.demand > 0
    size = np.bincount(label[needy])
    parts = np.flatnonzero(size)
    return int(parts[np.argmin(size[parts])]) if parts.size > 1 else None


def _join(table: Table, part_i: Bools, part_j: Bools) -> Move | None:
    """Make the cheapest change that joins the part to the rest; None when there is none."""
    parts = _parts(table)
    for move in joins(table, part_i, part_j):
        table.apply(move)
        if _parts(table) < parts:
            return move
        table.undo(move)
    return None


def _parts(table: Table) -> int:
    label, _, _ = components(table.chosen)
    return int(np.unique(label[table.demand > 0]).size)


def _mix(table: Table, budget: float, target: float) -> bool:
    """One round of exchanges along the Fiedler vector; False when nothing helps any more."""
    load = table.chosen.sum(axis=0)
    working = np.flatnonzero(load > 0)
    if working.size < 3:
        return False
    information = laplacian(table.chosen)[np.ix_(working, working)]
    values, vector = _spectrum(information, load[working].astype(float))
    if values[1] >= target:
        return False
    fiedler = np.zeros(table.m)
    fiedler[working] = vector
    done: list[Move] = []
    fresh = np.ones(table.m, dtype=np.bool_)
    for _ in range(max(3, table.n // 100)):
        move = best_exchange(table, fiedler, budget, fresh)
        if move is None:
            break
        table.apply(move)
        fresh[[j for _, j in move.out]] = False
        done.append(move)
    label = _parts(table)
    while done and label > 1:
        table.undo(done.pop())
        label = _parts(table)
    return bool(done)
