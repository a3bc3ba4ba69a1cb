"""App configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Plays whole seasons through the actions."""

    name = "laureat.demo"
    label = "demo"
