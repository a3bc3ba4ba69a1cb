"""App configuration."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The report every applicant gets."""

    name = "laureat.feedback"
    label = "feedback"
