"""Who acted alone for an applicant is erased: the secretary finds somebody, and is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from laureat.intake.actions import notices
from laureat.intake.models import Entry, EntryState
from laureat.intake.queries.people import secretaries
from laureat.platform.access.models import Grant, Role
from laureat.platform.accounts.duties import Duty
from laureat.platform.accounts.models import User
from laureat.platform.i18n.content import localised
from laureat.registry.queries import representatives
from laureat.rulebook.models import EditionState


def applicant_duties(user: User) -> Iterator[Duty]:
    """Entries of running contests that nobody else answers for."""
    for entry in _alone(user):
        yield Duty(
            _("%(contest)s: alone acts for entry %(entry)s of %(organisation)s")
            % {
                "contest": localised(entry.edition, "title"),
                "entry": entry.number or _("(draft)"),
                "organisation": localised(entry.organisation, "name"),
            },
            _(
                "The secretary gets a letter and a task: to find somebody who acts for the applicant."
            ),
            reverse("registry:organisation", args=[entry.organisation.uid]),
        )


def _alone(user: User) -> list[Entry]:
    mine = set(
        Grant.objects.filter(user=user, role=Role.APPLICANT, edition="")
        .exclude(organisation="")
        .values_list("organisation", flat=True)
    )
    if not mine:
        return []
    others = {
        uid
        for uid, people in representatives(mine).items()
        if any(each.pk != user.pk for each in people)
    }
    return list(
        Entry.objects.filter(
            organisation__uid__in=mine - others,
            state__in=[EntryState.DRAFT, EntryState.SUBMITTED],
            edition__state=EditionState.RUNNING,
        )
        .select_related("edition__award", "organisation", "good")
        .order_by("pk")
    )


def tell_of_nobody(sender: Any, user: User, **kwargs: Any) -> None:
    """Ask the secretaries to find somebody for the entries that nobody answers for any more."""
    for entry in _alone(user):

        def words(entry: Entry = entry) -> tuple[str, str]:
            said = {
                "entry": entry.number or _("(draft)"),
                "organisation": localised(entry.organisation, "name"),
            }
            there = notices.address("registry:organisation", entry.organisation.uid)
            return (
                _("Nobody acts for entry %(entry)s any more") % said,
                _(
                    "The only person who acted for %(organisation)s had their personal data erased: "
                    "letters about entry %(entry)s reach nobody. Ask the organisation who acts for it "
                    "now and invite that person here:"
                )
                % said
                + f"\n\n{there}\n",
            )

        notices.tell(secretaries(entry), entry, "entry-unrepresented", words)
