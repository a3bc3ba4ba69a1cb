"""App configuration."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Roles and permissions."""

    name = "laureat.platform.access"
    label = "access"

    def ready(self) -> None:
        """Listen when people are erased."""
        import laureat.platform.access.actions  # noqa: F401, PLC0415 - connects its receiver
