"""App configuration."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register

from laureat.platform.i18n import compiled
from laureat.platform.operations.checks import check_environment, check_production


class UiConfig(AppConfig):
    """Looks, components, charts; the language of the pages."""

    name = "laureat.platform.ui"
    label = "ui"

    def __init__(self, app_name: str, app_module: Any) -> None:
        """The first room sees to it that there are Russian texts to show, before models are read:
        Django compares texts of their constraints, and remembers a catalogue that it did not find.
        """
        compiled.ensure()
        super().__init__(app_name, app_module)

    def ready(self) -> None:
        """Let the checks look, also at what an operator wrote into the environment."""
        register(compiled.check, Tags.translation)
        register(check_environment)
        register(check_production, deploy=True)
