"""When two organisations of the register become one: their applications come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from laureat import ledger
from laureat.intake.models import Colleague, Entry, EntryState
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation
from laureat.rulebook.models import Edition, EditionState, Stage

_OVER = (EditionState.PUBLISHED, EditionState.ARCHIVED)


def lock_entries_of(
    sender: Any, kept: Organisation, gone: Organisation, **kwargs: Any
) -> list[Entry]:
    """All entries of the two, with their editions and stages, in the order of all locks."""
    both = Edition.objects.filter(entries__organisation__in=[kept, gone]).values("pk")
    list(Edition.objects.select_for_update(no_key=True).filter(pk__in=both).order_by("pk"))
    list(Stage.objects.select_for_update(no_key=True).filter(edition__in=both).order_by("pk"))
    return list(
        Entry.objects.select_for_update(of=("self",))
        .filter(organisation__in=[kept, gone])
        .select_related("edition__award", "edition__version")
        .order_by("pk")
    )


def take_over_entries(
    sender: Any,
    kept: Organisation,
    gone: Organisation,
    goods: Mapping[int, int],
    by: User | None,
    **kwargs: Any,
) -> None:
    """Let the entries and helpers of `gone` be those of `kept`. Raises Refused where a running
    contest would then have more entries of one applicant, or of one good, than it takes.
    """
    # Once more: one may have come before the two were locked.
    rows = lock_entries_of(sender, kept, gone)
    for row in rows:
        row.good_id = goods.get(row.good_id, row.good_id) if row.good_id else None
    _refuse_too_many(rows)
    for row in rows:
        if row.organisation_id == gone.pk:
            row.organisation = kept
            row.save(update_fields=["organisation", "good"])
            ledger.append(
                row.edition.chain,
                "entry.organisation_merged",
                subject=row.uid,
                by=by,
                data={"kept": kept.uid, "gone": gone.uid},
            )
    _take_over_helpers(kept, gone)


def _refuse_too_many(rows: Sequence[Entry]) -> None:
    by_edition: dict[Edition, list[Entry]] = {}
    for row in rows:
        if row.state != EntryState.WITHDRAWN and row.edition.state not in _OVER:
            by_edition.setdefault(row.edition, []).append(row)
    for edition, entries in by_edition.items():
        most = edition.rules.entries_per_applicant
        goods = [row.good_id for row in entries if row.good_id]
        if (most is not None and len(entries) > most) or len(set(goods)) < len(goods):
            raise Refused(
                _(
                    "Both have applied in “%(contest)s”: %(entries)s. One of these entries must be "
                    "withdrawn first."
                )
                % {
                    "contest": localised(edition, "title"),
                    "entries": ", ".join(row.number or _("(draft)") for row in entries),
                }
            )


def _take_over_helpers(kept: Organisation, gone: Organisation) -> None:
    """An address that is invited on both sides stays invited once."""
    there = set(
        Colleague.objects.filter(organisation=kept, ended_at__isnull=True)
        .order_by()
        .values_list("edition_id", "email")
    )
    for row in Colleague.objects.select_for_update().filter(organisation=gone).order_by("pk"):
        if row.ended_at is None and (row.edition_id, row.email) in there:
            row.ended_at = now()
        row.organisation = kept
        row.save(update_fields=["organisation", "ended_at"])
