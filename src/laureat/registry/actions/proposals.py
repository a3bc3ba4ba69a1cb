"""Changes of what others know an organisation or a good by: proposed by whoever acts for it, decided
by a secretary who does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from laureat import ledger
from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Denied, Refused
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.registry import CHAIN
from laureat.registry.actions import goods, organisations
from laureat.registry.actions.rows import locked
from laureat.registry.models import TRANSITIONS, Good, Organisation, Proposal, ProposalState
from laureat.registry.permissions import (
    edit_organisation,
    keep_organisation,
    must_propose,
    represented,
)
from laureat.registry.queries.organisations import keepers, representatives
from laureat.registry.queries.proposals import LABELS, changes_of

MOST = 500
"""Characters of a reason, as its columns hold them."""


@dataclass(frozen=True)
class Outcome:
    """What came of a form that somebody sent."""

    saved: bool
    """Some facts were changed at once."""
    proposal: Proposal | None = None
    """What waits for the secretary now."""


@transaction.atomic
def change_or_propose(
    subject: Organisation | Good,
    changes: Mapping[str, Any],
    *,
    why: str = "",
    correction: bool = False,
    by: User,
) -> Outcome:
    """Change the facts named in `changes`; those that only a secretary changes are proposed to one,
    all others are saved at once. What waits already is added to.

    Raises Denied, Refused (wrong facts; no reason given for what is proposed).
    """
    card = subject.organisation if isinstance(subject, Good) else subject
    edit_organisation.require(by, card)
    card = locked(card)
    good = None
    if isinstance(subject, Good):
        good = Good.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    asked: dict[str, list[Any]] = {}
    if must_propose(by, card, good):
        asked = _to_ask(good or card, changes)
    rest = {name: value for name, value in changes.items() if name not in asked}
    saved = bool(rest) and _apply(good or card, rest, correction=correction, by=by)
    if not asked:
        return Outcome(saved)
    why = _said(
        why, "why", _("Say by which paper this changes, e.g. an entry of the EGRUL of 12.03.2026.")
    )
    return Outcome(saved, _propose(card, good, asked, why, by=by))


def _to_ask(row: Organisation | Good, changes: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Which of the changes are a secretary's to decide: by field, as it was and as it shall be.

    Wrong facts are refused at once, not weeks later by the secretary.
    """
    trial: Organisation | Good
    if isinstance(row, Good):
        trial, facts = Good.objects.get(pk=row.pk), goods.REGISTER_FACTS
        goods.fill(trial, dict(changes))
    else:
        trial, facts = Organisation.objects.get(pk=row.pk), organisations.REGISTER_FACTS
        organisations.fill(trial, dict(changes))
    before = {name: _value(row, name) for name in changes}
    changed = sorted(name for name in changes if _value(trial, name) != before[name])
    known = set(organisations.known_facts(facts, changed, before))
    # The numbers say together who it is: they are decided about together.
    if known & organisations.NUMBERS:
        known |= organisations.NUMBERS & set(changed)
    if known and isinstance(trial, Good):
        goods.refuse_twin(trial)
    elif known and isinstance(trial, Organisation) and trial.inn:
        organisations.refuse_taken(trial, plain=True)
    return {name: [before[name], _value(trial, name)] for name in sorted(known)}


def _apply(
    row: Organisation | Good, changes: Mapping[str, Any], *, correction: bool, by: User
) -> bool:
    """Whether anything was changed."""
    values = [_value(row, name) for name in changes]
    after: Organisation | Good
    if isinstance(row, Good):
        after = goods.change_good(row, changes, correction=correction, by=by)
    else:
        after = organisations.change_organisation(row, changes, correction=correction, by=by)
    return values != [_value(after, name) for name in changes]


def _value(row: Organisation | Good, name: str) -> Any:
    return getattr(row, name) if isinstance(row, Good) else organisations.value_of(row, name)


def _said(text: str, field: str, wanted: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Refused(wanted, field=field)
    if len(text) > MOST:
        raise Refused(
            _("At most %(most)d characters, here are %(count)d.")
            % {"most": MOST, "count": len(text)},
            field=field,
        )
    return text


def _propose(
    card: Organisation, good: Good | None, asked: dict[str, list[Any]], why: str, *, by: User
) -> Proposal:
    row = (
        Proposal.objects.select_for_update()
        .filter(organisation=card, good=good, state=ProposalState.WAITING)
        .order_by()
        .first()
    )
    if row is None:
        row = Proposal(organisation=card, good=good)
    elif all(
        row.changes.get(name, [None, None])[1] == _plain(new) for name, (_was, new) in asked.items()
    ):
        return row  # sent twice: it waits already
    else:
        row.version += 1
    row.changes = {
        **row.changes,
        **{name: [_plain(was), _plain(new)] for name, (was, new) in asked.items()},
    }
    row.why, row.proposed_by, row.proposed_at = why, by, now()
    row.save()
    fields = {"fields": sorted(asked)}
    _record(row, "organisation.change_proposed", "good.change_proposed", by=by, data=fields)
    _ask(row, by)
    return row


def _plain(value: Any) -> Any:
    """As JSON keeps it: days as text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _record(
    row: Proposal, of_organisation: str, of_good: str, *, by: User, data: dict[str, Any]
) -> None:
    """Under the code of what it is about."""
    code, subject = (of_good, row.good.uid) if row.good else (of_organisation, row.organisation.uid)
    ledger.append(CHAIN, code, subject=subject, by=by, data={"proposal": row.uid, **data})


@transaction.atomic
def decide_proposal(
    proposal: Proposal,
    *,
    accept: bool,
    reason: str = "",
    correction: bool = False,
    seen: int,
    by: User,
) -> Proposal:
    """Accept what was proposed, which changes the facts, or decline it with a `reason`; whoever asked
    is told. `seen` is the version that was read. Raises Denied, Refused.
    """
    row = _held(proposal)
    keep_organisation.require(by, row.organisation)
    if row.proposed_by_id == by.pk or row.organisation.uid in represented(by):
        raise Denied(_("You act for this organisation yourself: another secretary decides."))
    _move(row, ProposalState.ACCEPTED if accept else ProposalState.DECLINED)
    if row.version != seen:
        raise Refused(_("Something was added to the proposal meanwhile: read it once more."))
    row.reason = " ".join(reason.split())
    if not accept or row.reason:
        row.reason = _said(reason, "reason", _("Say why: the applicant reads it."))
    row.decided_by, row.decided_at = by, now()
    row.save()
    if accept:
        _refuse_overtaken(row)
        values = {name: new for name, (_was, new) in row.changes.items()}
        _apply(row.good or row.organisation, _read(values), correction=correction, by=by)
    fields = {"fields": sorted(row.changes)}
    if accept:
        _record(row, "organisation.change_accepted", "good.change_accepted", by=by, data=fields)
    else:
        _record(row, "organisation.change_declined", "good.change_declined", by=by, data=fields)
    _answer(row)
    return row


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: User) -> Proposal:
    """Take back what was proposed; whoever acts for the organisation may. Raises Denied, Refused."""
    row = _held(proposal)
    if row.organisation.uid not in represented(by):
        raise Denied(_("Only those who act for the organisation take back what they proposed."))
    _move(row, ProposalState.WITHDRAWN)
    row.decided_by, row.decided_at = by, now()
    row.save()
    _record(row, "organisation.change_withdrawn", "good.change_withdrawn", by=by, data={})
    return row


def _held(proposal: Proposal) -> Proposal:
    """The row as it is now, its organisation locked before it."""
    card = locked(proposal.organisation)
    row = (
        Proposal.objects.select_for_update(of=("self",)).select_related("good").get(pk=proposal.pk)
    )
    row.organisation = card
    return row


def _move(row: Proposal, state: ProposalState) -> None:
    if state not in TRANSITIONS[ProposalState(row.state)]:
        raise Refused(
            _("This has been settled already: %(state)s.") % {"state": row.get_state_display()}
        )
    row.state = state


def _refuse_overtaken(row: Proposal) -> None:
    """Raises Refused if a card says something else by now than what the proposal would replace."""
    subject = row.good or row.organisation
    other = [
        name
        for name, told in row.changes.items()
        if (_plain(_value(subject, name)) or "") not in {each or "" for each in told}
    ]
    if other:
        raise Refused(
            _(
                "Meanwhile the card says something else (%(fact)s): decline the proposal and give "
                "this as the reason, or put the card right."
            )
            % {"fact": LABELS[other[0]]}
        )


def _read(values: dict[str, Any]) -> dict[str, Any]:
    """As the columns hold them: days as days."""
    days = {"founded_on", "launched_on"} & set(values)
    return {**values, **{name: date.fromisoformat(values[name]) for name in days if values[name]}}


def _ask(row: Proposal, by: User) -> None:
    """Tell those who keep the organisation."""
    for person in keepers(row.organisation):
        if person.pk == by.pk:
            continue
        with override(person.language):
            mail.queue(
                to=person.email,
                kind="registry.proposed",
                subject=_("A change of facts to decide about: %(name)s")
                % {"name": localised(row.organisation, "name")},
                body=_(
                    "%(person)s asks to change facts by which others know %(name)s already: an "
                    "application was handed in, or an honour given.\n\n%(changes)s\n\nThe reason "
                    "given: %(why)s\n\nAccept or decline it here: %(link)s\n"
                )
                % _told(row),
                user=person,
                language=person.language,
            )


def _answer(row: Proposal) -> None:
    """Tell those who act for the organisation, and whoever asked."""
    people = representatives([row.organisation.uid]).get(row.organisation.uid, [])
    accepted = row.state == ProposalState.ACCEPTED
    for person in dict.fromkeys([row.proposed_by, *people]):
        if not person.is_active:
            continue
        with override(person.language):
            said = _told(row)
            subject = (
                _("The change is accepted: %(name)s")
                if accepted
                else _("The change is declined: %(name)s")
            )
            body = (
                _(
                    "The secretary has accepted the change that was proposed; the register shows it "
                    "now.\n\n%(changes)s\n\n%(link)s\n"
                )
                if accepted
                else _(
                    "The secretary has declined the change that was proposed; the register stays as "
                    "it was.\n\n%(changes)s\n\nThe reason: %(reason)s\n\nYou may propose it anew: "
                    "%(link)s\n"
                )
            )
            mail.queue(
                to=person.email,
                kind="registry.decided",
                subject=subject % said,
                body=body % said,
                user=person,
                language=person.language,
            )


def _told(row: Proposal) -> dict[str, str]:
    """What letters about a proposal say, in the language that is set."""
    lines = [f"{each.label}: {each.was or '—'} → {each.new or '—'}" for each in changes_of(row)]
    page = reverse("registry:proposal", args=[row.uid])
    return {
        "name": localised(row.good or row.organisation, "name"),
        "person": row.proposed_by.called or row.proposed_by.email,
        "changes": "\n".join(lines),
        "why": row.why,
        "reason": row.reason,
        "link": settings.BASE_URL + page,
    }
