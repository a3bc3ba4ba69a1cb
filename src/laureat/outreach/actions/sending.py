"""Handing letters to the mail."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from laureat import ledger
from laureat.outreach.models import TRANSITIONS, Campaign, Letter, LetterState
from laureat.outreach.permissions import handle_campaign
from laureat.outreach.wording import Calendar, letter_data
from laureat.platform.accounts.models import User
from laureat.platform.errors import Refused
from laureat.platform.files.models import StoredFile
from laureat.platform.mail import actions as mail
from laureat.platform.mail.models import Message, MessageState


@dataclass(frozen=True)
class Sent:
    """What became of the letters that were ready."""

    sent: int
    no_address: int
    """Organisations without e-mail: print and post."""


@transaction.atomic
def send_letters(campaign: Campaign, *, by: User | None) -> Sent:
    """Hand every letter that is ready to the mail, its PDF attached; each goes out once.

    Organisations without e-mail are marked, to be printed and posted; once an address is known,
    sending again takes them along. Raises Denied, Refused (drafts left, nothing to send).
    """
    if by is not None:
        handle_campaign.require(by, campaign)
    letters = list(
        campaign.letters.select_for_update(of=("self",))
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
    calendar = Calendar(campaign.edition)
    sent = no_address = 0
    for letter in letters:
        if letter.state not in {LetterState.RENDERED, LetterState.NO_ADDRESS}:
            continue
        if letter.organisation.email:
            _send(letter, calendar, dedupe=f"letter/{letter.uid}", by=by)
            sent += 1
        elif letter.state == LetterState.RENDERED:
            _move(letter, LetterState.NO_ADDRESS)
            no_address += 1
    if not sent and not no_address:
        raise Refused(_("There is nothing to send: no letter is waiting with an address."))
    return Sent(sent, no_address)


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
        subject = data["subject"] or _("Letter No. %(number)s") % {"number": letter.number}
        body = _(
            "%(salutation)s\n\n"
            "We send you letter No. %(number)s of %(dated)s. It is attached as a PDF.\n\n"
            "%(closing)s\n%(signatory)s\n"
        ) % {
            "salutation": data["salutation"],
            "number": letter.number,
            "dated": campaign.dated.strftime("%d.%m.%Y"),
            "closing": data["closing"],
            "signatory": "\n".join([*data["signatory"]["post"], data["signatory"]["name"]]),
        }
    return mail.queue(
        to=letter.organisation.email,
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
    calendar = Calendar(row.campaign.edition)
    _send(row, calendar, dedupe=f"letter/{row.uid}/after-{row.message.pk}", by=by)
    letter.refresh_from_db()
    return row


@transaction.atomic
def withdraw_letter(letter: Letter, *, by: User | None) -> Letter:
    """Take a letter out of its campaign before it is sent; its number stays used.

    Raises Denied, Refused (already handed to the mail).
    """
    row = _locked(letter, by)
    if row.state == LetterState.SENT:
        raise Refused(
            _("Letter %(number)s was handed to the mail and cannot be taken back.")
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
