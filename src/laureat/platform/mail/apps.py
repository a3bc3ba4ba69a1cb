"""App configuration."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The outbox."""

    name = "laureat.platform.mail"
    label = "mail"

    def ready(self) -> None:
        """Listen when people are erased."""
        import laureat.platform.mail.actions  # noqa: F401, PLC0415 - connects its receiver
