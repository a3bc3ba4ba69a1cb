"""The data that `outreach/documents/letter.typ` and `letter.docx` are filled with."""

from __future__ import annotations

import re
from typing import Any

from laureat.outreach.models import Campaign, Letter
from laureat.outreach.wording.filling import fill, paragraph, rich
from laureat.outreach.wording.values import Calendar, addressee_of, salutation, values_of
from laureat.platform.i18n.content import localised
from laureat.registry.models import Organisation
from laureat.rulebook import schema

_APPENDIX = re.compile(r"^(?:Приложени[ея]|Enclosures?|Appendix)\s*:?\s*", re.IGNORECASE)


def template_of(campaign: Campaign) -> schema.Letter:
    """The letter of the rulebook that a campaign sends; KeyError if the rulebook lost it."""
    for letter in campaign.edition.rules.letters:
        if letter.key == campaign.template_key:
            return letter
    raise KeyError(campaign.template_key)


def letter_to(campaign: Campaign, organisation: Organisation, number: str) -> Letter:
    """The letter of `campaign` to `organisation`, not kept yet."""
    addressee = addressee_of(organisation, campaign.language)
    return Letter(
        campaign=campaign,
        organisation=organisation,
        number=number,
        addressee_post=addressee.post,
        addressee_name=addressee.name,
    )


def letter_data(letter: Letter, calendar: Calendar | None = None) -> dict[str, Any]:
    """One letter as data, part by part. Raises Refused for a placeholder without a value."""
    campaign, organisation = letter.campaign, letter.organisation
    template, language = template_of(campaign), campaign.language
    values = values_of(campaign, organisation, calendar)

    def say(text: schema.Text) -> str:
        return fill(text.in_language(language), values)

    greeting = salutation(template.salutation.in_language(language), values, organisation.head_name)
    reply = None
    if campaign.answers_number and campaign.answers_dated:
        reply = {
            "number": campaign.answers_number,
            "date": campaign.answers_dated.isoformat(),
        }
    return {
        "authority": _authority(template.letterhead, language),
        "addressee": _addressee(letter, language),
        "issued": campaign.dated.isoformat(),
        "number": letter.number,
        "reply_to": reply,
        "subject": say(template.subject) if template.subject else None,
        "salutation": fill(greeting, values),
        "body": [paragraph(say(text)) for text in template.paragraphs],
        "contact": _contact(template.contact, language) if template.contact else None,
        "appendix": _appendix(say(template.appendix)) if template.appendix else None,
        "closing": say(template.closing),
        "signatory": {
            "post": _lines(template.signatory.post.in_language(language)),
            "name": template.signatory.name.in_language(language),
        },
        "executor": None,
        "demo": campaign.edition.is_demo or organisation.is_demo,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def _authority(head: schema.letters.Letterhead, language: str) -> dict[str, Any]:
    details: list[Any] = list(_lines(head.address.in_language(language)))
    if head.phone:
        details.append(f"{'тел.' if language == 'ru' else 'tel.'} {head.phone}")
    if head.email:
        details.append([{"text": "e-mail: "}, {"text": head.email, "url": f"mailto:{head.email}"}])
    if head.site:
        shown = re.sub(r"^https?://|/$", "", head.site)
        url = head.site if "://" in head.site else f"https://{head.site}/"
        label = "web-сайт: " if language == "ru" else "web: "
        details.append([{"text": label}, {"text": shown, "url": url}])
    return {"name": _lines(head.name.in_language(language)), "details": details}


def _addressee(letter: Letter, language: str) -> list[str]:
    """Post, organisation, name; the postal address below, as envelopes with a window want it."""
    organisation = letter.organisation
    name = localised(organisation, "name", language)
    lines = [each for each in (letter.addressee_post, name, letter.addressee_name) if each]
    return [*lines, "", organisation.address] if organisation.address else lines


def _contact(contact: schema.letters.Contact, language: str) -> list[dict[str, object]]:
    ru = language == "ru"
    text = f" {contact.name.in_language(language)} — {contact.post.in_language(language)}"
    if contact.phone:
        text += f", {'тел.' if ru else 'tel.'}: {contact.phone}"
    if contact.email:
        text += f", e-mail: {contact.email}"
    label = "Контактное лицо для взаимодействия:" if ru else "Contact:"
    return [*rich(label, bold=True), *rich(f"{text}.")]


def _appendix(text: str) -> str | list[str]:
    """Without the word «Приложение», which the document writes itself."""
    lines = [re.sub(r"^\d+[.)]\s*", "", line) for line in _lines(_APPENDIX.sub("", text))]
    return lines[0] if len(lines) == 1 else lines
