"""App configuration."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Roles and permissions."""

    name = "laureat.platform.access"
    label = "access"
