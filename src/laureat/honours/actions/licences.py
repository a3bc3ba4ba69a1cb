"""The right to use the emblem: given with the honour, reminded of, renewed, withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.honours.actions.letters import ending
from laureat.honours.models import EmblemLicence, Honour, HonourState
from laureat.honours.permissions import keep_honour
from laureat.platform.accounts.models import User
from laureat.platform.clock import now, today
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import Words, both, localised
from laureat.platform.mail.actions import queue
from laureat.platform.ui.text import moment
from laureat.registry.queries import representatives
from laureat.rulebook.models import Edition

REMIND_DAYS = (60, 14, 0)
"""How many days before its end a right is spoken of; 0: it is over."""
FORGOTTEN = timedelta(days=30)
"""Of rights that ended longer ago nobody is written to any more."""
RENEW_DAYS = 180
"""How long before its end a term may be renewed: earlier it would be renewed twice by mistake."""


def years_later(day: date, years: int) -> date:
    """The same day so many years later (29 February becomes 28)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def license_honours(edition: Edition, honours: Iterable[Honour]) -> None:
    """The right to use the emblem, for the term of the rulebook from the day of publication."""
    emblem = edition.rules.emblem
    if emblem is None:
        return
    for honour in honours:
        if honour.key not in emblem.honours or honour.published_at is None:
            continue
        starts = honour.published_at.astimezone(edition.time_zone).date()
        EmblemLicence.objects.get_or_create(
            honour=honour,
            defaults={
                "starts_on": starts,
                "ends_on": years_later(starts, emblem.years) - timedelta(days=1),
            },
        )


def _locked(licence: EmblemLicence) -> EmblemLicence:
    """The licence's row, locked, while it can still change. Raises Refused."""
    EmblemLicence.objects.select_for_update().get(pk=licence.pk)
    row = EmblemLicence.objects.select_related(
        "honour__edition__award", "honour__edition__version", "honour__entry__organisation"
    ).get(pk=licence.pk)
    if row.honour.state == HonourState.REVOKED:
        raise Refused(_("The honour has been revoked, and the right to use the emblem with it."))
    if row.honour.state == HonourState.DECLINED:
        raise Refused(_("The honour was declined, and the right to use the emblem with it."))
    if row.withdrawn_at is not None:
        raise Refused(_("The right to use the emblem has been withdrawn already."))
    return row


@transaction.atomic
def renew_licence(licence: EmblemLicence, basis: Words, *, by: User | None) -> EmblemLicence:
    """Give the right to use the emblem for one more term of the rulebook: on from its end, or from
    today where it is over. `basis` says on what ground.

    Raises Denied, Refused (no ground; too early; withdrawn or revoked).
    """
    if by is not None:
        keep_honour.require(by, licence.honour)
    row = _locked(licence)
    ru, en = both(basis)
    if not ru and not en:
        raise Refused(_("Say on what ground: an agreement, an application."), field="basis")
    emblem = row.honour.edition.rules.emblem
    if emblem is None:
        raise Refused(_("The rules of this contest know no right to use an emblem."))
    day = today()
    if (row.ends_on - day).days > RENEW_DAYS:
        raise Refused(
            _("The term runs until %(day)s: it is renewed at most %(count)s days before its end.")
            % {"day": moment(row.ends_on, "date").shown, "count": RENEW_DAYS}
        )
    before = row.ends_on
    if before < day:
        row.starts_on, row.ends_on = day, years_later(day, emblem.years) - timedelta(days=1)
    else:
        row.ends_on = years_later(before + timedelta(days=1), emblem.years) - timedelta(days=1)
    row.reminded = None
    row.save(update_fields=["starts_on", "ends_on", "reminded"])
    ledger.append(
        row.honour.edition.chain,
        "emblem.renewed",
        subject=row.honour.uid,
        by=by,
        data={
            "before": before.isoformat(),
            "ends": row.ends_on.isoformat(),
            "basis_sha256": ledger.words(ru, en),
        },
    )
    _tell(row, "renewed")
    return row


@transaction.atomic
def withdraw_licence(licence: EmblemLicence, reason: Words, *, by: User | None) -> EmblemLicence:
    """Take the right to use the emblem back, for example where it was misused; the honour stays.

    Raises Denied, Refused (no reason; withdrawn or revoked already).
    """
    if by is not None:
        keep_honour.require(by, licence.honour)
    row = _locked(licence)
    ru, en = both(reason)
    if not ru and not en:
        raise Refused(_("Say why: the letter to the applicant repeats it."), field="reason_ru")
    row.withdrawn_at, row.withdrawn_reason_ru, row.withdrawn_reason_en = now(), ru, en
    row.save(update_fields=["withdrawn_at", "withdrawn_reason_ru", "withdrawn_reason_en"])
    ledger.append(
        row.honour.edition.chain,
        "emblem.withdrawn",
        subject=row.honour.uid,
        by=by,
        data={"reason_sha256": ledger.words(ru, en)},
    )
    _tell(row, "withdrawn")
    return row


@transaction.atomic
def remind_of_licences() -> int:
    """Write to those whose right ends soon, and once more when it is over; returns how many rights
    were spoken of. Run as often as you like: each is spoken of once for each of `REMIND_DAYS`.
    """
    day = today()
    told: dict[Edition, list[str]] = defaultdict(list)
    due = (
        EmblemLicence.objects.select_for_update(of=("self",))
        .filter(
            honour__state=HonourState.PUBLISHED,
            withdrawn_at__isnull=True,
            starts_on__lte=day,
            ends_on__lte=day + timedelta(days=REMIND_DAYS[0]),
            ends_on__gte=day - FORGOTTEN,
        )
        .select_related(
            "honour__edition__award", "honour__edition__version", "honour__entry__organisation",
            "honour__entry__good",
        )
        .order_by("pk")
    )  # fmt: skip
    for licence in due:
        left = (licence.ends_on - day).days
        step = 0 if left < 0 else min(days for days in REMIND_DAYS if days and left <= days)
        if licence.reminded is not None and licence.reminded <= step:
            continue
        licence.reminded = step
        licence.save(update_fields=["reminded"])
        _tell(licence, "ending" if step else "over")
        told[licence.honour.edition].append(licence.honour.uid)
    for edition, uids in told.items():
        data = {"honours": uids}
        ledger.append(edition.chain, "emblem.reminded", subject=edition.uid, by=None, data=data)
    return sum(map(len, told.values()))


def _tell(licence: EmblemLicence, what: str) -> None:
    honour = licence.honour
    entry = honour.entry
    emblem = honour.edition.rules.emblem
    for user in representatives([entry.organisation.uid]).get(entry.organisation.uid, []):
        with translation.override(user.language):
            values = {
                "name": user,
                "emblem": localised(emblem, "title") if emblem else "",
                "title": localised(honour.edition.rules.honour(honour.key), "title"),
                "entry": entry.number or entry.uid,
                "what": localised(entry.good or entry.organisation, "name"),
                "day": moment(licence.ends_on, "date").shown,
                "reason": localised(licence, "withdrawn_reason"),
            }
            subject, body = _words(what)
            queue(
                to=user.email,
                user=user,
                kind=f"honours.emblem_{what}",
                language=user.language,
                scope=honour.edition.chain,
                dedupe_key=f"emblem:{what}:{honour.uid}:{licence.ends_on}:"
                f"{licence.reminded if what == 'ending' else ''}:{user.pk}",
                subject=subject % values,
                body=body % values + ending(honour.edition),
            )


def _words(what: str) -> tuple[str, str]:
    """Subject and text of a letter, to be filled in."""
    return {
        "ending": (
            _("The right to use the emblem ends on %(day)s: %(entry)s"),
            _(
                "%(name)s,\n\nyour right to use “%(emblem)s” for %(what)s (%(title)s, entry "
                "%(entry)s) ends on %(day)s. If you want to go on using it, write to the organiser "
                "before that day; otherwise take it off packaging, documents and advertising.\n"
            ),
        ),
        "over": (
            _("The right to use the emblem is over: %(entry)s"),
            _(
                "%(name)s,\n\nyour right to use “%(emblem)s” for %(what)s (%(title)s, entry "
                "%(entry)s) ended on %(day)s. The honour stays yours; the emblem may no longer be "
                "used on packaging, documents and in advertising.\n"
            ),
        ),
        "renewed": (
            _("The right to use the emblem is renewed until %(day)s: %(entry)s"),
            _(
                "%(name)s,\n\nyour right to use “%(emblem)s” for %(what)s (%(title)s, entry "
                "%(entry)s) has been renewed until %(day)s.\n"
            ),
        ),
        "withdrawn": (
            _("The right to use the emblem is withdrawn: %(entry)s"),
            _(
                "%(name)s,\n\nyour right to use “%(emblem)s” for %(what)s (%(title)s, entry "
                "%(entry)s) has been withdrawn.\nReason: %(reason)s\n\nThe honour stays yours; the "
                "emblem may no longer be used.\n"
            ),
        ),
    }[what]
