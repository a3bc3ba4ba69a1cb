"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "laureat.platform.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what concerns accounts."""
        from laureat.platform.accounts import receivers  # noqa: PLC0415 - apps are loading

        receivers.connect()
