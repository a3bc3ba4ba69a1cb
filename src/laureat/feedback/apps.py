"""App configuration."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The report every applicant gets."""

    name = "laureat.feedback"
    label = "feedback"

    def ready(self) -> None:
        """Show on the desk what waits, and the report on its entry."""
        from laureat.feedback.queries import desk_sections  # noqa: PLC0415 - after the apps
        from laureat.feedback.queries.outcomes import outcomes  # noqa: PLC0415 - after the apps
        from laureat.intake.outcomes import register  # noqa: PLC0415
        from laureat.platform.accounts import desk  # noqa: PLC0415

        desk.register(40, desk_sections)
        register(40, outcomes)
