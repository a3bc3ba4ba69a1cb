"""Who judges what: exact, fair, random or minimally changed teams, with proofs and reasons.

    from laureat.science.assigning import assign, connect, connection, problem, reasons

    task = problem(affinity, demand=3, most=6, conflicts=[("entry 7", "assessor 2")])
    teams = connect(assign(task, floor="max"))

Formulas, sources and limits: docs/assignment.md.
"""

from laureat.science.assigning.connect import Connection, connect, connection, parts
from laureat.science.assigning.perturbed import most_even, perturbed
from laureat.science.assigning.problem import Problem, Rule, problem
from laureat.science.assigning.randomised import Lottery, Spread, capped, draw, smallest_cap, spread
from laureat.science.assigning.reasons import PassedOver, Reason, reasons
from laureat.science.assigning.repair import Repair, drop
from laureat.science.assigning.result import Assignment, Change, Infeasible, Prices, kept
from laureat.science.assigning.rules import (
    at_most_from_each,
    covered,
    leads,
    newcomers,
    rule,
    same,
)
from laureat.science.assigning.solve import assign
from laureat.science.assigning.supply import changes, shortages

__all__ = [
    "Assignment",
    "Change",
    "Connection",
    "Infeasible",
    "Lottery",
    "PassedOver",
    "Prices",
    "Problem",
    "Reason",
    "Repair",
    "Rule",
    "Spread",
    "assign",
    "at_most_from_each",
    "capped",
    "changes",
    "connect",
    "connection",
    "covered",
    "draw",
    "drop",
    "kept",
    "leads",
    "most_even",
    "newcomers",
    "parts",
    "perturbed",
    "problem",
    "reasons",
    "rule",
    "same",
    "shortages",
    "smallest_cap",
    "spread",
]
