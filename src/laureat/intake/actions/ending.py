"""The end of an edition by hand: where no session publishes its last decision."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laureat.intake.actions.walking import finish_many
from laureat.intake.models import Entry, EntryState, Passage, PassageState
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.rulebook.actions import move_edition
from laureat.rulebook.models import Edition, EditionState, StageKind, StageState
from laureat.rulebook.permissions import run_edition


@transaction.atomic
def publish_edition(edition: Edition, *, by: User | None) -> Edition:
    """Publish the results of the edition as a whole, after the way of every entry has ended.

    The last session does this itself; it is left to people where the last entry was withdrawn
    after it, or where the way ends with another stage than a decision: who has come to its end is
    finished here. Raises Denied, Refused (applications are open; an entry is still under way).
    """
    if by is not None:
        run_edition.require(by, edition)
    row = Edition.objects.select_for_update().get(pk=edition.pk)
    if row.stages.filter(kind=StageKind.INTAKE, state=StageState.OPEN).exists():
        raise Refused(_("Applications are open: close them first, then publish the results."))
    walking = Passage.objects.filter(state__in=[PassageState.ACTIVE, PassageState.WAITING])
    left = list(
        Entry.objects.select_for_update()
        .filter(edition=row, state=EntryState.SUBMITTED)
        .order_by("serial")
    )
    under_way = set(walking.filter(entry__in=left).values_list("entry", flat=True))
    if under_way:
        raise Refused(
            ngettext(
                "%(n)s entry is still under way: decide about it first, then publish the results.",
                "%(n)s entries are still under way: decide about them first, then publish the "
                "results.",
                len(under_way),
            )
            % {"n": len(under_way)}
        )
    finish_many(row, left, by=by)
    moved = move_edition(row, EditionState.PUBLISHED, by=by)
    edition.state = moved.state
    return moved


@transaction.atomic
def archive_edition(edition: Edition, *, by: User | None) -> Edition:
    """Put an edition whose results are published away. Raises Denied, Refused."""
    return move_edition(edition, EditionState.ARCHIVED, by=by)
