"""What the figures of `laureat science` are called on the screen; files keep the names of their keys."""

from __future__ import annotations

from gettext import pgettext


def label(key: str) -> str:
    """The name of a figure, a column or a part in the language of the commands, else the key."""
    return _labels().get(key, key)


def _labels() -> dict[str, str]:
    return {
        # what was fitted
        "model": pgettext("science", "model"),
        "estimator": pgettext("science", "estimator"),
        "grid": pgettext("science", "grid"),
        "ratings": pgettext("science", "ratings"),
        "log_likelihood": pgettext("science", "log_likelihood"),
        "deviance": pgettext("science", "deviance"),
        "entry_mean": pgettext("science", "entry_mean"),
        "entry_variance": pgettext("science", "entry_variance"),
        "halo_sd": pgettext("science", "halo_sd"),
        "assessor_variance": pgettext("science", "assessor_variance"),
        "reliability": pgettext("science", "reliability"),
        "wle_reliability": pgettext("science", "wle_reliability"),
        "components": pgettext("science", "components"),
        # its parts and their columns
        "entries": pgettext("science", "entries"),
        "assessors": pgettext("science", "assessors"),
        "criteria": pgettext("science", "criteria"),
        "thresholds": pgettext("science", "thresholds"),
        "id": pgettext("science", "id"),
        "fair": pgettext("science", "fair"),
        "fair_low": pgettext("science", "fair_low"),
        "fair_high": pgettext("science", "fair_high"),
        "raw": pgettext("science", "raw"),
        "measure": pgettext("science", "measure"),
        "se": pgettext("science", "se"),
        "group": pgettext("science", "group"),
        "category": pgettext("science", "category"),
        # ranks
        "expected_rank": pgettext("science", "expected_rank"),
        "rank_low": pgettext("science", "rank_low"),
        "rank_high": pgettext("science", "rank_high"),
        "p_top": pgettext("science", "p_top"),
        "zone": pgettext("science", "zone"),
        "yes": pgettext("zone", "yes"),
        "discuss": pgettext("zone", "discuss"),
        "no": pgettext("zone", "no"),
        # assignment
        "assignment": pgettext("science", "assignment"),
        "figure": pgettext("science", "figure"),
        "value": pgettext("science", "value"),
        "objective": pgettext("science", "objective"),
        "bound": pgettext("science", "bound"),
        "gap": pgettext("science", "gap"),
        "cap": pgettext("science", "cap"),
        "drawn_objective": pgettext("science", "drawn_objective"),
        "smallest_entry_sum": pgettext("science", "smallest_entry_sum"),
        "lambda2": pgettext("science", "lambda2"),
        "severity_se_inflation": pgettext("science", "severity_se_inflation"),
        "loads": pgettext("science", "loads"),
        "entry": pgettext("science", "entry"),
        "assessors (affinity)": pgettext("science", "assessors (affinity)"),
    }
