"""App configuration."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Letters to the list."""

    name = "laureat.outreach"
    label = "outreach"
