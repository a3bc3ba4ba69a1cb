"""App configuration."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from laureat.platform.i18n import compiled
from laureat.platform.operations.checks import check_environment, check_production


class UiConfig(AppConfig):
    """Looks, components, charts; the language of the pages."""

    name = "laureat.platform.ui"
    label = "ui"

    def ready(self) -> None:
        """The first room to start sees to it that there are Russian texts to show, and that what an
        operator wrote into the environment is read.
        """
        compiled.ensure()
        register(compiled.check, Tags.translation)
        register(check_environment)
        register(check_production, deploy=True)
