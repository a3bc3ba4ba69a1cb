"""App configuration."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The outbox."""

    name = "laureat.platform.mail"
    label = "mail"
