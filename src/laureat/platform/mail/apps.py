"""App configuration."""

from datetime import timedelta

from django.apps import AppConfig
from django.core import checks


class MailConfig(AppConfig):
    """The outbox."""

    name = "laureat.platform.mail"
    label = "mail"

    def ready(self) -> None:
        """Listen when people are erased; lead auditors to the outbox."""
        from laureat.platform.accounts import desk  # noqa: PLC0415 - models load after apps
        from laureat.platform.mail import actions, jobs  # noqa: PLC0415 - models load after apps
        from laureat.platform.mail.queries import desk_sections  # noqa: PLC0415 - see above

        desk.register(60, desk_sections)
        jobs.register("worker seen", timedelta(minutes=1), actions.note_worker)
        checks.register(jobs.check_worker, deploy=True)
