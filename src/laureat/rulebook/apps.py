"""App configuration."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """Contests as data."""

    name = "laureat.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Tell the platform what it cannot know: editions as scopes of roles."""
        from laureat.platform.access import scopes  # noqa: PLC0415 - apps are loading
        from laureat.platform.accounts import desk  # noqa: PLC0415 - the same
        from laureat.rulebook import queries, signals  # noqa: PLC0415 - the same

        signals.connect()
        desk.register(5, queries.office)
        scopes.register(queries.scopes)
