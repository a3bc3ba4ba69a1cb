"""Seasons that never happened: how many assessors an entry needs to find the right laureates.

study = simulate(Design(entries=200, laureates=12, halo=0.3), range(2, 9), seasons=200, seed=1)
study.answer(0.95).needed

The call is the same on one core, on many (`with workers(4) as pool: simulate(…, executor=pool)`)
and on a cluster (`executor=distributed.Client(address).get_executor()`): every season has its own
seed, so the numbers are the same everywhere. Formulas and limits: docs/fair-scores.md.
"""

from laureat.science.simulation.design import Design
from laureat.science.simulation.parallel import workers
from laureat.science.simulation.picture import Labels, chart, svg
from laureat.science.simulation.season import Seen, play_season
from laureat.science.simulation.study import Answer, Row, Study, check_goal, simulate

__all__ = [
    "Answer",
    "Design",
    "Labels",
    "Row",
    "Seen",
    "Study",
    "chart",
    "check_goal",
    "play_season",
    "simulate",
    "svg",
    "workers",
]
