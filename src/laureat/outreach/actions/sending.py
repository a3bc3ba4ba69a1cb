"""Handing letters to the mail, and taking back those that have not left."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from laureat import ledger
from laureat.outreach.actions.making import end_orders
from laureat.outreach.models import TRANSITIONS, Campaign, Letter, LetterState
from laureat.outreach.permissions import handle_campaign
from laureat.outreach.queries.invitations import invites
from laureat.outreach.wording import Calendar, apply_url, letter_data, template_of
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.files.models import StoredFile
from laureat.platform.i18n.content import localised
from laureat.platform.mail import actions as mail
from laureat.platform.mail.models import Message, MessageState
from laureat.platform.ui.text import DAY

_UNDELIVERED = (MessageState.FAILED, MessageState.CANCELLED)


@dataclass(frozen=True)
class Sent:
    """What became of the letters that were ready."""

    sent: int
    no_address: int = 0
    """Organisations without e-mail: print and post."""
    left: int = 0
    """Letters that wait for the next portion."""


@transaction.atomic
def send_letters(campaign: Campaign, *, by: User | None, at_most: int | None = None) -> Sent:
    """Hand every letter that is ready to the mail, its PDF attached; each goes out once.

    Organisations without e-mail are marked, to be printed and posted; once an address is known,
    sending again takes them along. A long list may go in portions (`at_most`), each for itself.
    Raises Denied, Refused (drafts left, nothing to send).
    """
    if by is not None:
        handle_campaign.require(by, campaign)
    letters = list(
        campaign.letters.select_for_update(of=("self",))
        .filter(state__in=(LetterState.DRAFT, LetterState.RENDERED, LetterState.NO_ADDRESS))
        .select_related("organisation", "pdf", "campaign__edition__award")
        .order_by("pk")
    )
    drafts = sum(letter.state == LetterState.DRAFT for letter in letters)
    if drafts:
        raise Refused(
            ngettext(
                "%(count)d letter is still a draft: make its documents first.",
                "%(count)d letters are still drafts: make their documents first.",
                drafts,
            )
            % {"count": drafts}
        )
    waiting = [
        letter
        for letter in letters
        if letter.state == LetterState.RENDERED or letter.organisation.email
    ]
    if not waiting:
        raise Refused(_("There is nothing to send: no letter is waiting with an address."))
    calendar = Calendar(campaign.edition)
    portion = waiting[:at_most]
    sent = 0
    for letter in portion:
        if letter.organisation.email:
            _send(letter, calendar, dedupe=f"letter/{letter.uid}", by=by)
            sent += 1
        else:
            _move(letter, LetterState.NO_ADDRESS)
    return Sent(sent, len(portion) - sent, len(waiting) - len(portion))


def _send(letter: Letter, calendar: Calendar, *, dedupe: str, by: User | None) -> None:
    if letter.state == LetterState.NO_ADDRESS:
        _move(letter, LetterState.RENDERED)
    letter.message = _queue(letter, calendar, dedupe)
    letter.save(update_fields=["message"])
    if letter.state != LetterState.SENT:
        _move(letter, LetterState.SENT)
    assert letter.pdf is not None
    ledger.append(
        letter.campaign.edition.chain,
        "letter.sent",
        subject=letter.uid,
        by=by,
        data={
            "number": letter.number,
            "organisation": letter.organisation.uid,
            "pdf": letter.pdf.sha256,
        },
    )


def _queue(letter: Letter, calendar: Calendar, dedupe: str) -> Message:
    campaign = letter.campaign
    data = letter_data(letter, calendar)
    attachments: list[StoredFile] = [letter.pdf] if letter.pdf else []
    with override(campaign.language):
        edition = localised(campaign.edition, "title")
        subject = data["subject"] or _("Letter No. %(number)s: %(edition)s") % {
            "number": letter.number,
            "edition": edition,
        }
        apply = ""
        if invites(template_of(campaign)):
            apply = f"{edition}\n"
            apply += _("Conditions and application: %(url)s") % {"url": apply_url(campaign.edition)}
            apply += "\n\n"
        body = _(
            "%(salutation)s\n\n"
            "We send you letter No. %(number)s of %(dated)s. It is attached as a PDF.\n\n"
            "%(apply)s%(closing)s\n%(signatory)s\n"
        ) % {
            "salutation": data["salutation"],
            "number": letter.number,
            "dated": date_format(campaign.dated, "d.m.Y" if campaign.language == "ru" else DAY),
            "apply": apply,
            "closing": data["closing"],
            "signatory": "\n".join([*data["signatory"]["post"], data["signatory"]["name"]]),
        }
    return mail.queue(
        to=letter.organisation.email,
        reply_to=template_of(campaign).letterhead.email or "",
        kind="outreach.letter",
        subject=str(subject),
        body=body,
        scope=campaign.edition.chain,
        language=campaign.language,
        dedupe_key=dedupe,
        attachments=attachments,
    )


def _move(letter: Letter, state: LetterState) -> None:
    if state not in TRANSITIONS[letter.state]:
        raise Refused(
            _("Letter %(number)s is %(state)s: this cannot be done now.")
            % {"number": letter.number, "state": letter.get_state_display()}
        )
    letter.state = state
    letter.save(update_fields=["state"])


@transaction.atomic
def resend_letter(letter: Letter, *, by: User) -> Letter:
    """Send a letter once more, to the address that is in the register now.

    Raises Denied, Refused (never sent, still waiting to leave, no address).
    """
    row = _locked(letter, by)
    if row.state != LetterState.SENT or row.message is None:
        raise Refused(_("This letter has not been sent yet: send the campaign first."))
    if row.message.state in {MessageState.QUEUED, MessageState.SENDING}:
        raise Refused(_("This letter is already waiting to be sent."))
    if not row.organisation.email:
        raise Refused(_("The organisation has no e-mail address: enter it in the register first."))
    _send_again(row, Calendar(row.campaign.edition), by)
    letter.refresh_from_db()
    return row


@transaction.atomic
def resend_failed(campaign: Campaign, *, by: User | None) -> Sent:
    """Send once more every letter that the mail could not deliver (or that was stopped in the
    outbox), to the address that is in the register now. Raises Denied, Refused (nothing failed).
    """
    if by is not None:
        handle_campaign.require(by, campaign)
    failed = (
        campaign.letters.select_for_update(of=("self",))
        .filter(state=LetterState.SENT, message__state__in=_UNDELIVERED)
        .select_related("organisation", "message", "pdf", "campaign__edition__award")
        .order_by("pk")
    )
    calendar = Calendar(campaign.edition)
    sent = no_address = 0
    for letter in failed:
        if not letter.organisation.email:
            no_address += 1
            continue
        _send_again(letter, calendar, by)
        sent += 1
    if not sent and not no_address:
        raise Refused(_("No letter of this campaign came back: there is nothing to send again."))
    return Sent(sent, no_address)


def _send_again(letter: Letter, calendar: Calendar, by: User | None) -> None:
    assert letter.message is not None
    _send(letter, calendar, dedupe=f"letter/{letter.uid}/after-{letter.message.pk}", by=by)


@dataclass(frozen=True)
class Discarded:
    """What became of the letters of a campaign that was discarded."""

    withdrawn: int
    left: int
    """Letters that had left before: they stay as they are."""


@transaction.atomic
def discard_campaign(campaign: Campaign, *, by: User | None) -> Discarded:
    """Withdraw every letter of a campaign that has not left; numbers stay used.

    Letters that wait in the outbox are taken out of it. Raises Denied, Refused (nothing is left to
    withdraw).
    """
    if by is not None:
        handle_campaign.require(by, campaign)
    end_orders(campaign)
    letters = list(
        campaign.letters.select_for_update(of=("self",))
        .exclude(state=LetterState.WITHDRAWN)
        .select_related("message")
        .order_by("pk")
    )
    withdrawn = [letter for letter in letters if _taken_back(letter)]
    if not withdrawn:
        raise Refused(
            _("All letters of this campaign have left or were withdrawn: nothing can be discarded.")
        )
    for letter in withdrawn:
        letter.state = LetterState.WITHDRAWN
    Letter.objects.bulk_update(withdrawn, ["state"], batch_size=500)
    ledger.append(
        campaign.edition.chain,
        "letters.discarded",
        subject=campaign.uid,
        by=by,
        data={"count": len(withdrawn), "left": len(letters) - len(withdrawn)},
    )
    return Discarded(len(withdrawn), len(letters) - len(withdrawn))


def _taken_back(letter: Letter) -> bool:
    """Whether a letter can be withdrawn still; one that waits in the outbox is stopped there."""
    if LetterState.WITHDRAWN not in TRANSITIONS[letter.state]:
        return False
    if letter.state != LetterState.SENT:
        return True
    message = letter.message
    assert message is not None
    return message.state == MessageState.CANCELLED or mail.take_back(message)


@transaction.atomic
def withdraw_letter(letter: Letter, *, by: User | None) -> Letter:
    """Take a letter out of its campaign before it leaves; its number stays used.

    One that waits in the outbox is taken out of it. Raises Denied, Refused (it has left).
    """
    row = _locked(letter, by)
    if row.state == LetterState.SENT and not _taken_back(row):
        raise Refused(
            _("Letter %(number)s has left already and cannot be taken back.")
            % {"number": row.number}
        )
    _move(row, LetterState.WITHDRAWN)
    ledger.append(
        row.campaign.edition.chain,
        "letter.withdrawn",
        subject=row.uid,
        by=by,
        data={"number": row.number},
    )
    letter.refresh_from_db()
    return row


def _locked(letter: Letter, by: User | None) -> Letter:
    row = (
        Letter.objects.select_for_update(of=("self",))
        .select_related("organisation", "message", "pdf", "campaign__edition__award")
        .get(pk=letter.pk)
    )
    if by is not None:
        handle_campaign.require(by, row.campaign)
    return row
