"""App configuration."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The report every applicant gets."""

    name = "laureat.feedback"
    label = "feedback"

    def ready(self) -> None:
        """Show on the desk what waits, and the report on its entry."""
        from laureat.feedback import queries  # noqa: PLC0415 - after the apps
        from laureat.feedback.queries import questions  # noqa: PLC0415 - after the apps
        from laureat.feedback.queries.copies import copy_of_questions  # noqa: PLC0415 - after the apps
        from laureat.feedback.queries.outcomes import outcomes  # noqa: PLC0415 - after the apps
        from laureat.intake.outcomes import register  # noqa: PLC0415 - after the apps
        from laureat.platform.accounts import copies, desk  # noqa: PLC0415 - after the apps

        desk.register(40, queries.desk_sections)
        desk.register(41, questions.desk_sections)
        copies.register("result_questions", copy_of_questions)
        register(40, outcomes)
