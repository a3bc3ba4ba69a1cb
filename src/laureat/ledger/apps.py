"""App configuration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The journal."""

    name = "laureat.ledger"
    label = "ledger"
