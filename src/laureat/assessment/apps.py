"""App configuration."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Assessors, conflicts, teams, scorebooks, consensus, visits, tastings, results."""

    name = "laureat.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Hang what waits for assessors on “my work”."""
        from laureat.assessment.queries.mine import desk_sections  # noqa: PLC0415 - apps load first
        from laureat.platform.accounts.desk import register  # noqa: PLC0415 - apps load first

        register(20, desk_sections)
