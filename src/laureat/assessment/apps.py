"""App configuration."""

from datetime import timedelta

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Assessors, conflicts, teams, scorebooks, consensus, visits, tastings, results."""

    name = "laureat.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Hang what waits for assessors and for secretaries on “my work”; listen to roles."""
        from laureat.assessment import signals  # noqa: PLC0415 - apps load first
        from laureat.assessment.actions.erasing import (  # noqa: PLC0415 - see above
            assessor_duties,
            hold_stages,
        )
        from laureat.assessment.actions.judging import (  # noqa: PLC0415 - see above
            keep_missing,
            prove_missing,
        )
        from laureat.assessment.permissions import seals_on  # noqa: PLC0415 - see above
        from laureat.assessment.queries.copies import copy_of_assessor  # noqa: PLC0415 - see above
        from laureat.assessment.queries.mine import desk_sections  # noqa: PLC0415 - apps load first
        from laureat.assessment.queries.office import teams_to_complete  # noqa: PLC0415 - see above
        from laureat.platform.accounts import copies, duties  # noqa: PLC0415 - see above
        from laureat.platform.accounts.desk import register  # noqa: PLC0415 - see above
        from laureat.platform.mail import jobs, seals  # noqa: PLC0415 - see above

        register(19, teams_to_complete)
        register(20, desk_sections)
        copies.register("as_assessor", copy_of_assessor)
        duties.register("assessment", assessor_duties)
        duties.register_hold(30, hold_stages)
        seals.register("assessment", seals_on)
        jobs.register("figures about assessors", timedelta(minutes=5), keep_missing)
        jobs.register("scorebooks that counted", timedelta(minutes=5), prove_missing)
        signals.connect()
