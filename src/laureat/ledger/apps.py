"""App configuration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The journal."""

    name = "laureat.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Hang the journals on the desk of auditors."""
        from laureat.ledger.queries import desk  # noqa: PLC0415 - models load after apps
        from laureat.platform.accounts.desk import register  # noqa: PLC0415 - see above

        register(8, desk)
