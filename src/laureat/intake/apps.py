"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The entry, from eligibility to submission, and its passage through the stages."""

    name = "laureat.intake"
    label = "intake"

    def ready(self) -> None:
        """Hang the room's part on everybody's desk, and its clock beside the mail."""
        from datetime import timedelta  # noqa: PLC0415 - beside its use

        from laureat.intake.actions import erasing, tick  # noqa: PLC0415 - models load after apps
        from laureat.intake.actions.colleagues import forget  # noqa: PLC0415 - see above
        from laureat.intake.actions.merging import (  # noqa: PLC0415 - see above
            lock_entries_of,
            take_over_entries,
        )
        from laureat.intake.queries.applied import (  # noqa: PLC0415 - see above
            applied,
            applied_goods,
            walked,
        )
        from laureat.intake.queries.copies import (  # noqa: PLC0415 - see above
            copy_of_applications,
            copy_of_invitations,
        )
        from laureat.intake.queries.desk import desk  # noqa: PLC0415 - see above
        from laureat.platform.accounts import copies, duties  # noqa: PLC0415 - see above
        from laureat.platform.accounts import desk as everybody  # noqa: PLC0415 - see above
        from laureat.platform.accounts.signals import person_erased  # noqa: PLC0415 - see above
        from laureat.platform.mail import jobs  # noqa: PLC0415 - see above
        from laureat.registry.permissions import (  # noqa: PLC0415 - see above
            tell_applicants,
            tell_goods,
        )
        from laureat.registry.signals import (  # noqa: PLC0415 - see above
            organisations_merged,
            organisations_merging,
        )
        from laureat.rulebook.permissions import tell_walks  # noqa: PLC0415 - see above

        everybody.register(10, desk)
        organisations_merging.connect(lock_entries_of, dispatch_uid="intake.merging")
        organisations_merged.connect(take_over_entries, dispatch_uid="intake.merged")
        person_erased.connect(forget, dispatch_uid="intake.forget_colleagues")
        person_erased.connect(erasing.tell_of_nobody, dispatch_uid="intake.tell_of_nobody")
        copies.register("applications", copy_of_applications)
        copies.register("asked_as_colleague", copy_of_invitations)
        duties.register("intake", erasing.applicant_duties)
        tell_applicants(applied)
        tell_goods(applied_goods)
        tell_walks(walked)
        jobs.register("intake clock", timedelta(minutes=1), tick)
