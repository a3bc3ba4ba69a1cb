"""The honours of all years, as the register keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.platform.access.models import Role
from laureat.platform.access.permissions import holds
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied
from laureat.registry import CHAIN
from laureat.registry.actions.names import name_of_day
from laureat.registry.actions.rows import locked
from laureat.registry.models import Distinction, Good, Organisation


def _require(by: User | None, award_key: str) -> None:
    if by is not None and not holds(by, Role.ORGANISER, Role.SECRETARY, award=award_key, region=""):
        raise Denied(_("Only the organiser or secretary of this award keeps its register."))


@transaction.atomic
def record_distinction(
    organisation: Organisation,
    *,
    award_key: str,
    year: int | None,
    honour_key: str,
    title_ru: str,
    title_en: str,
    good: Good | None = None,
    category_key: str = "",
    category_ru: str = "",
    category_en: str = "",
    tone: str = "laurel",
    source_title_ru: str = "",
    source_title_en: str = "",
    source_url: str = "",
    note_ru: str = "",
    note_en: str = "",
    inferred: Sequence[str] = (),
    reference: str = "",
    by: User | None,
) -> Distinction:
    """Write an honour into the register; writing the same one again updates its wording. It keeps
    what those whom it honours are called when it is first written.

    The same: the same `reference` (uid of the honour in its edition), or for past years the same
    award, year, organisation, good and honour. A revoked one that is granted anew counts again.
    Raises Denied.
    """
    _require(by, award_key)
    identity: dict[str, object] = {"reference": reference}
    if not reference:
        identity |= {
            "award_key": award_key,
            "year": year,
            "organisation": organisation,
            "good": good,
            "honour_key": honour_key,
        }
    values = {
        "award_key": award_key,
        "year": year,
        "organisation": organisation,
        "good": good,
        "honour_key": honour_key,
        "title_ru": title_ru,
        "title_en": title_en,
        "category_key": category_key,
        "category_ru": category_ru,
        "category_en": category_en,
        "tone": tone,
        "source_title_ru": source_title_ru,
        "source_title_en": source_title_en,
        "source_url": source_url,
        "note_ru": note_ru,
        "note_en": note_en,
        "inferred": list(inferred),
        "revoked_at": None,
    }
    values["organisation"] = organisation = locked(organisation)
    row = Distinction.objects.filter(**identity).first()
    other = row is None or (row.organisation_id, row.good_id) != (organisation.pk, good and good.pk)
    if row is None:
        row = Distinction(reference=reference, **values)
    elif all(getattr(row, name) == value for name, value in values.items()):
        return row
    else:
        for name, value in values.items():
            setattr(row, name, value)
    if other:
        name_of_day(row)
    row.save()
    ledger.append(
        CHAIN,
        "distinction.recorded",
        subject=row.uid,
        by=by,
        data={
            "award": award_key,
            "year": year,
            "honour": honour_key,
            "organisation": organisation.uid,
            "good": good.uid if good else "",
            "reference": reference,
        },
    )
    return row


@transaction.atomic
def revoke_distinction(reference: str, *, by: User | None = None) -> int:
    """Mark what was given as `reference` as revoked; it stays in the register, marked.

    Returns how many were marked (0: none has this reference, or they are revoked already).
    Raises Denied.
    """
    rows = list(
        Distinction.objects.select_for_update().filter(reference=reference, revoked_at__isnull=True)
        if reference
        else ()
    )
    for row in rows:
        _require(by, row.award_key)
        row.revoked_at = now()
        row.save(update_fields=["revoked_at"])
        ledger.append(
            CHAIN,
            "distinction.revoked",
            subject=row.uid,
            by=by,
            data={"reference": reference},
        )
    return len(rows)
