"""App configuration."""

from django.apps import AppConfig


class HonoursConfig(AppConfig):
    """Titles under caps and quotas, diplomas, emblem rights."""

    name = "laureat.honours"
    label = "honours"
