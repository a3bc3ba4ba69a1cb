"""App configuration."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The report every applicant gets."""

    name = "laureat.feedback"
    label = "feedback"

    def ready(self) -> None:
        """Show on the desk what waits."""
        from laureat.feedback.queries import desk_sections  # noqa: PLC0415 - after the apps
        from laureat.platform.accounts import desk  # noqa: PLC0415

        desk.register(40, desk_sections)
