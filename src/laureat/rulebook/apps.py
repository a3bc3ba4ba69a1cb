"""App configuration."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """Contests as data."""

    name = "laureat.rulebook"
    label = "rulebook"
