"""App configuration."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Assessors, conflicts, teams, scorebooks, consensus, visits, tastings, results."""

    name = "laureat.assessment"
    label = "assessment"
