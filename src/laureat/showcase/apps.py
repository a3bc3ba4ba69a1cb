"""App configuration."""

from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    """Public results, catalogue, register, statistics."""

    name = "laureat.showcase"
    label = "showcase"
