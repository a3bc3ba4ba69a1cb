"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The entry, from eligibility to submission, and its passage through the stages."""

    name = "laureat.intake"
    label = "intake"
