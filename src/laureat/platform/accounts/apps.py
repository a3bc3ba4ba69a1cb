"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "laureat.platform.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what concerns accounts; show organisers who asks to be erased."""
        from laureat.platform.accounts import desk, queries, receivers  # noqa: PLC0415 - apps load

        receivers.connect()
        desk.register(2, queries.desk_sections)
