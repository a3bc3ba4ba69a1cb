"""App configuration."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Letters to the list."""

    name = "laureat.outreach"
    label = "outreach"

    def ready(self) -> None:
        """Show on the desk which letters wait."""
        from laureat.outreach.queries import desk_sections  # noqa: PLC0415 - models load after apps
        from laureat.platform.accounts import desk  # noqa: PLC0415

        desk.register(50, desk_sections)
