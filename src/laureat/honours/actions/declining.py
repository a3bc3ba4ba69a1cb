"""A laureate declines a title: in the system, or by a letter that the secretary puts on record."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.council.actions import free_place
from laureat.honours.actions.granting import move, register
from laureat.honours.actions.letters import ending
from laureat.honours.models import Honour, HonourState
from laureat.honours.permissions import decline_honour, keep_honour
from laureat.honours.queries import resting_on
from laureat.honours.queries.declining import over
from laureat.intake.queries import secretaries_of
from laureat.platform.accounts.models import User
from laureat.platform.clock import now, today
from laureat.platform.errors import Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail.actions import queue
from laureat.registry.actions import revoke_distinction
from laureat.registry.queries import representatives

LONGEST_LETTER = 100
_NOTE = ("лауреат отказался от звания", "declined by the laureate")
"""Beside the line of the register: it was not taken back."""


@transaction.atomic
def decline(
    honour: Honour,
    *,
    letter: str = "",
    letter_on: date | None = None,
    reason: str = "",
    by: User | None,
) -> Honour:
    """Decline a title, and the additional ones that rest on it alone: the register names it no more
    (or says so, where the rules want that), its diploma and its right to the emblem end.

    Who acts for the laureate does it within the term of the rules; the secretary at any time, by a
    letter with its number and date. Nobody moves up by themselves; where the rules let the panel be
    asked, the place counts as free. Raises Denied, Refused (term over; no letter; not in force).
    """
    if by is not None:
        decline_honour.require(by, honour)
    office = by is None or bool(keep_honour(by, honour))
    held = {
        row.pk: row
        for row in Honour.objects.select_for_update().filter(entry=honour.entry_id).order_by("pk")
    }
    row = Honour.objects.select_related(
        "edition__award", "edition__version", "stage", "entry__organisation", "entry__good"
    ).get(pk=honour.pk)
    if held[row.pk].state != HonourState.PUBLISHED:
        raise Refused(
            _("The honour is %(state)s: this cannot be done now.")
            % {"state": row.get_state_display()}
        )
    if office:
        letter = _named(letter, letter_on)
    else:
        letter, letter_on = "", None
        if said := over(row):
            raise Refused(said)
    for each in (row, *resting_on(row)):
        each.declined_letter, each.declined_letter_on = letter, letter_on
        each.declined_reason = reason.strip()
        _end(each, by)
    _tell_laureate(row)
    _tell_office(row)
    honour.state = row.state
    return row


def _named(letter: str, letter_on: date | None) -> str:
    """The letter as the record names it. Raises Refused."""
    named = " ".join(letter.split())
    if not named:
        raise Refused(_("Give the number of the letter."), field="letter")
    if len(named) > LONGEST_LETTER:
        raise Refused(_("The number is too long."), field="letter")
    if letter_on is None:
        raise Refused(_("Give the date of the letter."), field="letter_on")
    if letter_on > today():
        raise Refused(_("The letter cannot be of a day to come."), field="letter_on")
    return named


def _end(row: Honour, by: User | None) -> None:
    rules = row.edition.rules.declining
    move(row, HonourState.DECLINED)
    row.declined_at, row.declined_shown = now(), rules.shown
    row.save(
        update_fields=[
            "state", "declined_at", "declined_letter", "declined_letter_on", "declined_reason",
            "declined_shown",
        ]
    )  # fmt: skip
    if row.edition.rules.honour(row.key).public:
        register(row, _NOTE)
    revoke_distinction(row.uid, by=None)
    if rules.place == "council":
        free_place(row.stage, row.entry, row.key, by=None)
    ledger.append(
        row.edition.chain,
        "honour.declined",
        subject=row.uid,
        by=by,
        data={
            "entry": row.entry.uid,
            "honour": row.key,
            "letter_on": row.declined_letter_on.isoformat() if row.declined_letter_on else "",
            "letter_sha256": ledger.words(row.declined_letter),
            "reason_sha256": ledger.words(row.declined_reason),
            "place": rules.place,
        },
    )


def _values(honour: Honour, user: User) -> dict[str, object]:
    entry = honour.entry
    return {
        "name": user,
        "title": localised(honour.edition.rules.honour(honour.key), "title"),
        "entry": entry.number or entry.uid,
        "what": localised(entry.good or entry.organisation, "name"),
        "organisation": localised(entry.organisation, "name"),
    }


def _tell_laureate(honour: Honour) -> None:
    uid = honour.entry.organisation.uid
    for user in representatives([uid]).get(uid, []):
        with translation.override(user.language):
            values = _values(honour, user)
            queue(
                to=user.email,
                user=user,
                kind="honours.declined",
                language=user.language,
                scope=honour.edition.chain,
                dedupe_key=f"declined:{honour.uid}:{user.pk}",
                subject=_("Entry %(entry)s: the honour “%(title)s” has been declined") % values,
                body=_(
                    "%(name)s,\n\nit is on record that %(organisation)s declined the honour "
                    "“%(title)s” of the entry %(entry)s (%(what)s).\n\nA diploma of it is no longer "
                    "valid and the emblem may not be used. If this was not meant, write to the "
                    "secretary of the contest at once.\n"
                )
                % values
                + ending(honour.edition),
            )


def _tell_office(honour: Honour) -> None:
    edition = honour.edition
    page = reverse("honours:edition", args=[edition.award.key, edition.key])
    for user in secretaries_of(edition, honour.stage.region):
        with translation.override(user.language):
            values = _values(honour, user) | {"link": f"{settings.BASE_URL}{page}"}
            body = _(
                "%(name)s,\n\n%(organisation)s declined the honour “%(title)s” of the entry "
                "%(entry)s (%(what)s).\n\n"
            )
            body += (
                _("By the rules the place is free: the panel may decide about the next one.")
                if edition.rules.declining.place == "council"
                else _("By the rules nobody moves up: the place stays empty.")
            )
            queue(
                to=user.email,
                user=user,
                kind="honours.declined_told",
                language=user.language,
                scope=edition.chain,
                dedupe_key=f"declined_told:{honour.uid}:{user.pk}",
                subject=_("Declined: “%(title)s”, entry %(entry)s") % values,
                body=body % values + "\n\n" + _("Honours: %(link)s\n") % values,
            )
