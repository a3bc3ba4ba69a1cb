"""App configuration."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Who: organisations, goods, regions, distinctions."""

    name = "laureat.registry"
    label = "registry"
