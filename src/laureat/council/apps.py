"""App configuration."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """Panels, sessions, ballots, decisions, minutes."""

    name = "laureat.council"
    label = "council"

    def ready(self) -> None:
        """Put sessions on the desk."""
        from laureat.council.desk import sections  # noqa: PLC0415 - models load after apps
        from laureat.platform.accounts import desk  # noqa: PLC0415 - models load after apps

        desk.register(30, sections)
