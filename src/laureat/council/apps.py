"""App configuration."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """Panels, sessions, ballots, decisions, minutes."""

    name = "laureat.council"
    label = "council"
