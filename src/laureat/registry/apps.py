"""App configuration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def load_tables(using: str = "default", **_kwargs: Any) -> None:
    """Regions and sectors are there from the first moment, and after every edit of the tables."""
    from laureat.registry import actions  # noqa: PLC0415 - models load after apps

    if "registry_sector" in connections[using].introspection.table_names():
        actions.load_regions(using=using)
        actions.load_sectors(using=using)


class RegistryConfig(AppConfig):
    """Who: organisations, goods, regions, distinctions."""

    name = "laureat.registry"
    label = "registry"

    def ready(self) -> None:
        """Keep the tables loaded; show applicants their organisations on the desk."""
        from laureat.platform.accounts import copies, desk  # noqa: PLC0415 - models load after apps
        from laureat.registry import signals  # noqa: PLC0415 - the same
        from laureat.registry.queries import (  # noqa: PLC0415 - the same
            copy_of_proposals,
            desk_sections,
        )

        signals.connect()
        post_migrate.connect(load_tables, sender=self)
        desk.register(9, desk_sections)
        copies.register("proposed_changes", copy_of_proposals)
