"""App configuration."""

from datetime import timedelta

from django.apps import AppConfig


class HonoursConfig(AppConfig):
    """Titles under caps and quotas, diplomas, emblem rights."""

    name = "laureat.honours"
    label = "honours"

    def ready(self) -> None:
        """Listen to the council; put «my honours» on the desk and on entries."""
        from laureat.council.signals import decisions_published  # noqa: PLC0415 - apps are loading
        from laureat.honours import signals  # noqa: PLC0415 - apps are loading
        from laureat.honours.actions import remind_of_licences  # noqa: PLC0415 - apps are loading
        from laureat.honours.desk import sections  # noqa: PLC0415 - apps are loading
        from laureat.honours.queries.outcomes import outcomes  # noqa: PLC0415 - apps are loading
        from laureat.intake.outcomes import register  # noqa: PLC0415 - apps are loading
        from laureat.platform.accounts import desk  # noqa: PLC0415 - apps are loading
        from laureat.platform.mail import jobs  # noqa: PLC0415 - apps are loading

        desk.register(35, sections)
        register(35, outcomes)
        jobs.register("emblem rights", timedelta(hours=12), remind_of_licences)
        decisions_published.connect(signals.on_decisions_published, dispatch_uid="honours")
