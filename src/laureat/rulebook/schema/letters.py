"""Letters that invite, as templates."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from laureat.rulebook.schema.base import Key, Node, Text

PLACEHOLDERS = ("organisation", "head", "edition", "year", "opens", "closes", "region", "apply")
"""What a letter may ask to be filled in, e.g. {organisation}; {apply} is the page to apply on."""


class Letterhead(Node):
    """Who writes: the block at the top left."""

    name: Text
    """Lines separated by line breaks."""
    address: Text
    phone: str = ""
    email: str = ""
    site: str = ""


class Contact(Node):
    """The person to call."""

    name: Text
    post: Text
    phone: str = ""
    email: str = ""


class Signatory(Node):
    """Who signs."""

    post: Text
    name: Text


class Issued(Node):
    """Under which date and numbers a letter of a past season really left."""

    dated: date
    serial: int = Field(ge=1)
    """Of the first letter."""


class Letter(Node):
    """A letter to the list. Paragraphs know **bold** and {placeholders}.

    Placeholders: organisation, head, edition, year, opens, closes, region, apply.
    """

    key: Key
    title: Text
    letterhead: Letterhead
    addressees: Text
    """To whom when the letter goes «по списку»."""
    number_pattern: str = "МПТ-{serial}"
    issued: Issued | None = None
    """Known of past seasons only; whoever plays one again writes the letters so."""
    subject: Text | None = None
    salutation: Text
    paragraphs: list[Text]
    contact: Contact | None = None
    appendix: Text | None = None
    closing: Text
    signatory: Signatory
