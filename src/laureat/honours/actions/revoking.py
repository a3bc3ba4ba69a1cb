"""Taking honours back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.honours.actions.granting import move
from laureat.honours.actions.letters import ending
from laureat.honours.models import Honour, HonourState
from laureat.honours.permissions import keep_honour
from laureat.honours.queries import resting_on
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, both, localised
from laureat.platform.mail.actions import queue
from laureat.registry.actions import revoke_distinction
from laureat.registry.queries import representatives

_READ = ("entry__organisation", "entry__good", "edition__award")


@transaction.atomic
def revoke(
    honour: Honour, reason: Words, *, also: Iterable[Honour] = (), by: User | None
) -> Honour:
    """Take an honour back, the additional ones that rest on it alone, and `also` others of its
    entry: the register, the check page of the diploma and the emblem right say so from now on.

    Raises Denied, Refused (no reason; revoked already; an honour of another entry).
    """
    others = list(also)
    for each in (honour, *others):
        if by is not None:
            keep_honour.require(by, each)
        if each.entry_id != honour.entry_id:
            raise Refused(_("Only honours of the same entry are revoked together."), field="also")
    ru, en = both(reason)
    if not ru and not en:
        raise Refused(_("Say why: the register and the check page repeat it."), field="reason")
    held = _locked(honour)
    row = held[honour.pk]
    if row.state == HonourState.REVOKED:
        raise Refused(_("The honour has been revoked already."))
    if row.state == HonourState.DECLINED:
        raise Refused(_("The laureate declined the honour: there is nothing to take back."))
    if any(held[other.pk].state != HonourState.PUBLISHED for other in others):
        raise Refused(_("Only published honours are revoked."), field="also")
    for each in (honour, *others):
        _take_back_with_overlays(Honour.objects.select_related(*_READ).get(pk=each.pk), ru, en, by)
    honour.state = HonourState.REVOKED
    return honour


def _take_back_with_overlays(row: Honour, ru: str, en: str, by: User | None) -> None:
    if row.state == HonourState.REVOKED:  # it rested on one before it
        return
    _take_back(row, ru, en, by)
    for overlay in resting_on(row):
        _take_back(overlay, ru, en, by)


def _locked(honour: Honour) -> dict[int, Honour]:
    """The honours of the entry, locked in one order whoever revokes which of them."""
    rows = Honour.objects.select_for_update().filter(entry=honour.entry_id)
    return {row.pk: row for row in rows.order_by("pk")}


def _take_back(row: Honour, ru: str, en: str, by: User | None) -> None:
    move(row, HonourState.REVOKED)
    row.revoked_at, row.revoked_reason_ru, row.revoked_reason_en = now(), ru, en
    row.save(update_fields=["state", "revoked_at", "revoked_reason_ru", "revoked_reason_en"])
    revoke_distinction(row.uid, by=None)
    ledger.append(
        row.edition.chain,
        "honour.revoked",
        subject=row.uid,
        by=by,
        data={
            "entry": row.entry.uid,
            "honour": row.key,
            "reason_sha256": ledger.words(ru, en),
        },
    )
    _tell_revoked(row)


def _tell_revoked(honour: Honour) -> None:
    entry = honour.entry
    rule = honour.edition.rules.honour(honour.key)
    for user in representatives([entry.organisation.uid]).get(entry.organisation.uid, []):
        with translation.override(user.language):
            values = {
                "name": user,
                "title": localised(rule, "title"),
                "entry": entry.number or entry.uid,
                "what": localised(entry.good or entry.organisation, "name"),
                "reason": localised(honour, "revoked_reason"),
            }
            queue(
                to=user.email,
                user=user,
                kind="honours.revoked",
                language=user.language,
                scope=honour.edition.chain,
                dedupe_key=f"revoked:{honour.uid}:{user.pk}",
                subject=_("Entry %(entry)s: the honour “%(title)s” has been revoked") % values,
                body=_(
                    "%(name)s,\n\nthe honour “%(title)s” of the entry %(entry)s (%(what)s) has "
                    "been revoked.\nReason: %(reason)s\n\nThe diploma is no longer valid and the "
                    "emblem may no longer be used.\n"
                )
                % values
                + ending(honour.edition),
            )
