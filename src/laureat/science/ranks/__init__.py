"""Lines of decision: ranks with their uncertainty, zones, lottery, one more assessor."""

from laureat.science.ranks.confidence import RankSets, best_set, rank_sets
from laureat.science.ranks.lines import OneMore, Zones, lottery, one_more_assessor, zones
from laureat.science.ranks.panel import PanelPosterior, panel_posterior
from laureat.science.ranks.report import RankReport, posterior_draws, rank_report, report_of

__all__ = [
    "OneMore", "PanelPosterior", "RankReport", "RankSets", "Zones", "best_set", "lottery",
    "one_more_assessor", "panel_posterior", "posterior_draws", "rank_report", "rank_sets",
    "report_of", "zones",
]  # fmt: skip
