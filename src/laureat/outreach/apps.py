"""App configuration."""

from datetime import timedelta

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Letters to the list."""

    name = "laureat.outreach"
    label = "outreach"

    def ready(self) -> None:
        """Show on the desk which letters wait; make those that were ordered."""
        from laureat.outreach.actions import make_waiting  # noqa: PLC0415 - models load after apps
        from laureat.outreach.actions.merging import take_over_letters  # noqa: PLC0415 - see above
        from laureat.outreach.queries import desk_sections  # noqa: PLC0415 - see above
        from laureat.platform.accounts import desk  # noqa: PLC0415 - see above
        from laureat.platform.mail import jobs  # noqa: PLC0415 - see above
        from laureat.registry.signals import organisations_merged  # noqa: PLC0415 - see above

        organisations_merged.connect(take_over_letters, dispatch_uid="outreach.merged")
        desk.register(50, desk_sections)
        jobs.register("letters to make", timedelta(0), make_waiting)
