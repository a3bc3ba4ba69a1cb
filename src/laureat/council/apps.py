"""App configuration."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """Panels, sessions, ballots, decisions, minutes."""

    name = "laureat.council"
    label = "council"

    def ready(self) -> None:
        """Put sessions on the desk; let nobody be erased out of a session."""
        from laureat.council.actions import erasing  # noqa: PLC0415 - models load after apps
        from laureat.council.desk import sections  # noqa: PLC0415 - models load after apps
        from laureat.council.queries.copies import copy_of_seats  # noqa: PLC0415 - see above
        from laureat.platform.accounts import copies, desk, duties  # noqa: PLC0415 - see above
        from laureat.platform.accounts.signals import person_erased  # noqa: PLC0415 - see above

        desk.register(30, sections)
        copies.register("seats", copy_of_seats)
        duties.register("council", erasing.council_duties)
        duties.register_hold(20, erasing.hold_panels)
        person_erased.connect(erasing.leave_panels, dispatch_uid="council.leave_panels")
