"""Making the documents of letters."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from laureat import ledger
from laureat.outreach.models import TRANSITIONS, Campaign, Letter, LetterState
from laureat.outreach.permissions import handle_campaign
from laureat.outreach.wording import (
    Calendar,
    check_placeholders,
    letter_data,
    letter_to,
    template_of,
)
from laureat.platform.accounts.models import User
from laureat.platform.documents import DocumentError, render_docx, render_pdf, template_path
from laureat.platform.documents.typography import Language
from laureat.platform.errors import Refused
from laureat.platform.files.actions import keep_bytes
from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation
from laureat.registry.permissions import edit_organisation
from laureat.rulebook import schema

TEMPLATE = "outreach/letter"


@dataclass(frozen=True)
class Made:
    """The two documents of a letter."""

    pdf: bytes
    docx: bytes
    stem: str
    """Name of the files without their ending."""


def render_letters(
    campaign: Campaign, *, by: User | None, again: bool = False, at_most: int | None = None
) -> int:
    """Make PDF and Word of the drafts (`again`: of all that can still be changed).

    Documents are made before anything is locked, then written letter by letter, so a long list
    may be made in portions (`at_most`) and be interrupted. Returns how many were made.
    Raises Denied, Refused.
    """
    if by is not None:
        handle_campaign.require(by, campaign)
    states = [LetterState.DRAFT]
    if again:
        states += [LetterState.RENDERED, LetterState.NO_ADDRESS]
    letters = (
        campaign.letters.filter(state__in=states)
        .select_related("organisation", "campaign__edition__award", "campaign__edition__version")
        .order_by("pk")
    )
    calendar = Calendar(campaign.edition)
    done = 0
    for letter in letters[:at_most]:
        done += keep(letter, make(letter, calendar))
    if done:
        note(campaign, done, by)
    return done


@transaction.atomic
def note(campaign: Campaign, done: int, by: User | None) -> None:
    """Write into the journal that `done` letters were made."""
    ledger.append(
        campaign.edition.chain,
        "letters.rendered",
        subject=campaign.uid,
        by=by,
        data={"count": done},
    )


@transaction.atomic
def keep(letter: Letter, made: Made, *, only_draft: bool = False) -> bool:
    """Keep the documents unless the letter was changed or sent while they were made (or, of a
    draft only, made by somebody else).
    """
    row = Letter.objects.select_for_update().get(pk=letter.pk)
    if only_draft and row.state != LetterState.DRAFT:
        return False
    if LetterState.RENDERED not in TRANSITIONS[row.state] or (
        (row.addressee_post, row.addressee_name) != (letter.addressee_post, letter.addressee_name)
    ):
        return False
    row.pdf = keep_bytes(made.pdf, f"{made.stem}.pdf")
    row.docx = keep_bytes(made.docx, f"{made.stem}.docx")
    row.state = LetterState.RENDERED
    row.save(update_fields=["pdf", "docx", "state"])
    return True


def render_one(letter: Letter) -> None:
    """Make the documents of one letter anew, in the caller's transaction."""
    keep(letter, make(letter, Calendar(letter.campaign.edition)))
    letter.refresh_from_db()


def make(letter: Letter, calendar: Calendar) -> Made:
    """The documents of a letter. Raises Refused that names the letter and what is wrong."""
    language: Language = "en" if letter.campaign.language == "en" else "ru"
    data = letter_data(letter, calendar)
    title = _title(letter, language)
    word = template_path(TEMPLATE).with_suffix(".docx")
    try:
        pdf = render_pdf(TEMPLATE, data, language=language, title=title)
        docx = render_docx(word, data, language=language, title=title)
    except DocumentError as error:
        raise Refused(
            _("Letter %(number)s cannot be made: %(problem)s")
            % {"number": letter.number, "problem": error}
        ) from error
    stem = " ".join(f"{letter.number} {localised(letter.organisation, 'name', language)}".split())
    return Made(
        pdf, docx, "".join(char if char not in '/\\:*?"<>|' else "-" for char in stem)[:150]
    )


def _title(letter: Letter, language: str) -> str:
    name = localised(letter.organisation, "name", language)
    if language == "en":
        return f"Letter No. {letter.number}: {name}"
    return f"Письмо № {letter.number}: {name}"


def number_of(template: schema.Letter, campaign: Campaign, serial: int) -> str:
    """The outgoing number with this serial. Raises Refused for a pattern nobody can fill."""
    try:
        return template.number_pattern.format(
            serial=serial, year=campaign.dated.year, region=campaign.region
        )
    except (KeyError, IndexError, ValueError) as error:
        raise Refused(
            _("The number pattern “%(pattern)s” cannot be read: it may hold {serial} and {year}.")
            % {"pattern": template.number_pattern},
            field="letter",
        ) from error


def preview(
    campaign: Campaign, organisation: Organisation, *, serial: int | None = None, by: User
) -> bytes:
    """The PDF of a letter of a campaign that is not kept yet. Raises Denied, Refused."""
    handle_campaign.require(by, campaign)
    edit_organisation.require(by, organisation)
    try:
        template = template_of(campaign)
    except KeyError:
        raise Refused(_("Choose a letter."), field="letter") from None
    check_placeholders(template, campaign.language)
    number = number_of(template, campaign, serial or campaign.first_number)
    letter = letter_to(campaign, organisation, number)
    return make(letter, Calendar(campaign.edition)).pdf
