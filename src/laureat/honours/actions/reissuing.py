"""Diplomas with a corrected name."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.honours.actions.letters import ending
from laureat.honours.models import NAMES, Diploma, Honour, HonourState
from laureat.honours.permissions import keep_honour
from laureat.honours.queries import check_url, names_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import today
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, both, localised
from laureat.platform.mail.actions import queue
from laureat.registry.queries import representatives


@transaction.atomic
def reissue_diploma(honour: Honour, reason: Words, *, by: User | None) -> Diploma:
    """Issue a diploma anew with the names that the register has now: number and check code stay,
    the check page says since when and what it said before. The applicant is told.

    Raises Denied, Refused (no reason; no diploma in force; nothing differs).
    """
    if by is not None:
        keep_honour.require(by, honour)
    ru, en = both(reason)
    if not ru and not en:
        raise Refused(_("Say why: the journal keeps it."), field="reason_ru")
    row = (
        Diploma.objects.select_for_update(of=("self",))
        .select_related("honour__edition__award", "honour__entry__organisation")
        .select_related("honour__entry__good")
        .filter(honour=honour, honour__state=HonourState.PUBLISHED)
        .first()
    )
    if row is None:
        raise Refused(_("There is no diploma in force."))
    before = {name: getattr(row, name) for name in NAMES}
    now = names_of(row.honour.entry)
    if before == now:
        raise Refused(_("The diploma says what the register says. Correct the name there first."))
    said = {
        name: {"ru": before[f"{name}_ru"], "en": before[f"{name}_en"]}
        for name in ("holder", "place", "good")
    }
    row.earlier = [*row.earlier, said | {"until": today().isoformat()}]
    row.reissued_on = today()
    for name, text in now.items():
        setattr(row, name, text)
    row.save(update_fields=[*NAMES, "earlier", "reissued_on"])
    ledger.append(
        row.honour.edition.chain,
        "diploma.reissued",
        subject=row.honour.uid,
        by=by,
        data={  # the names may be those of people: the chain becomes public and keeps for ever
            "number": row.number,
            "before_sha256": ledger.words(before["holder_ru"], before["good_ru"]),
            "now_sha256": ledger.words(now["holder_ru"], now["good_ru"]),
            "reason_sha256": ledger.words(ru, en),
        },
    )
    _tell(row)
    return row


def _tell(diploma: Diploma) -> None:
    entry = diploma.honour.entry
    uid = entry.organisation.uid
    for user in representatives([uid]).get(uid, []):
        with translation.override(user.language):
            values = {
                "name": user,
                "number": diploma.number,
                "holder": localised(diploma, "holder"),
                "url": check_url(diploma.check_code),
            }
            queue(
                to=user.email,
                user=user,
                kind="honours.reissued",
                language=user.language,
                scope=diploma.honour.edition.chain,
                dedupe_key=f"reissued:{diploma.pk}:{len(diploma.earlier)}:{user.pk}",
                subject=_("Diploma No. %(number)s has been issued anew") % values,
                body=_(
                    "%(name)s,\n\ndiploma No. %(number)s now names: %(holder)s.\nNumber and check "
                    "page stay: %(url)s\nThe earlier copy is replaced by it.\n"
                )
                % values
                + ending(diploma.honour.edition),
            )
