"""OR-tools' flow of least cost, with the types and the errors of this package."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from ortools.graph.python import min_cost_flow

from laureat.science.assigning.problem import Ints

_Solver: Any = min_cost_flow.SimpleMinCostFlow  # its type hints do not fit its arrays


class CheapestFlow:
    """Arcs with room and cost, then supplies; amounts are whole."""

    def __init__(self) -> None:
        self._solver = _Solver()

    def arcs(self, tail: ArrayLike, head: ArrayLike, room: ArrayLike, cost: ArrayLike = 0) -> Ints:
        """Add arcs; a number stands for an array of it. Returns their numbers."""
        size = np.size(tail)
        wide = [np.broadcast_to(np.asarray(each, dtype=np.int64), (size,)) for each in (room, cost)]
        ends = [np.broadcast_to(np.asarray(each, dtype=np.int32), (size,)) for each in (tail, head)]
        made = self._solver.add_arcs_with_capacity_and_unit_cost(
            *(np.ascontiguousarray(each) for each in (*ends, *wide))
        )
        return np.asarray(made, dtype=np.int64)

    def solve(self, supplies: Ints) -> bool:
        """Whether there is a flow; if so, it is of least cost."""
        nodes = np.arange(supplies.size, dtype=np.int32)
        self._solver.set_nodes_supplies(nodes, np.asarray(supplies, dtype=np.int64))
        status = self._solver.solve()
        if status == _Solver.OPTIMAL:
            return True
        if status in {_Solver.INFEASIBLE, _Solver.UNBALANCED}:
            return False
        raise ArithmeticError(f"the flow solver ended with {status}")

    def amounts(self, arcs: Ints) -> Ints:
        """What flows on these arcs."""
        return np.asarray(self._solver.flows(arcs.astype(np.int32)), dtype=np.int64)
