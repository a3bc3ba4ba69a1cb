"""Wishes of the secretary for pairs of assessor and entry, before anybody is asked."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.assessment import permissions
from laureat.assessment.actions.fitting import fits, own_open, room_for_wish
from laureat.assessment.models import LIVE, Assessor, Assignment, Pairing
from laureat.intake.models import Entry
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.rulebook.models import Stage


@transaction.atomic
def wish(stage: Stage, entry: Entry, assessor: Assessor, want: str, *, by: User | None) -> None:
    """Say of a pair, before anybody is asked, that it must (or must never) be proposed; "" takes
    that back. Raises Denied, Refused.
    """
    if by is not None:
        permissions.manage_stage.require(by, stage)
    own_open(stage)
    if want not in ("", *Pairing.Wish.values):
        raise Refused(_("Choose whether the pair must meet or must not."))
    team = list(
        Assignment.objects.filter(stage=stage, entry=entry, state__in=LIVE).values_list(
            "assessor_id", flat=True
        )
    )
    if want and assessor.pk in team:
        raise Refused(
            _("Assessor %(number)s has been asked already. Release them to change the team.")
            % {"number": assessor.serial}
        )
    if want == Pairing.Wish.MUST:
        fits(stage, entry, assessor, lead=False)
        room_for_wish(stage, entry, assessor)
    if want:
        Pairing.objects.update_or_create(
            stage=stage, entry=entry, assessor=assessor, defaults={"wish": want, "at": now()}
        )
    else:
        Pairing.objects.filter(stage=stage, entry=entry, assessor=assessor).delete()
    ledger.append(
        stage.edition.chain,
        "pairing.wished",
        subject=stage.uid,
        by=by,
        data={"entry": entry.uid, "assessor": assessor.uid, "wish": want},
    )
