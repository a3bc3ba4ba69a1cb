"""Placeholders and **bold** of a letter's texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from laureat.platform.errors import Refused
from laureat.rulebook.schema import Letter
from laureat.rulebook.schema.letters import PLACEHOLDERS

Values = Mapping[str, str]

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_LINK = re.compile(
    r"(?P<url>https?://[^\s<>«»]+[^\s<>«».,;:!?)\]}'\"])"
    r"|(?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
)


def texts(letter: Letter, language: str) -> Iterator[str]:
    """Every text of a letter in which placeholders are filled."""
    for text in (letter.subject, letter.salutation, *letter.paragraphs, letter.appendix):
        if text is not None:
            yield text.in_language(language)
    yield letter.addressees.in_language(language)
    yield letter.closing.in_language(language)


def used(letter: Letter, language: str) -> set[str]:
    """The placeholders that must have a value: all that occur, but {head} in the salutation."""
    found = {name for text in texts(letter, language) for name in _PLACEHOLDER.findall(text)}
    elsewhere = [
        text for text in texts(letter, language) if text != letter.salutation.in_language(language)
    ]
    if not any("{head}" in text for text in elsewhere):
        found.discard("head")
    return found


def check_placeholders(letter: Letter, language: str) -> None:
    """Raises Refused that names the first placeholder nobody can fill."""
    for text in texts(letter, language):
        for name in _PLACEHOLDER.findall(text):
            if name not in PLACEHOLDERS:
                raise Refused(
                    _(
                        "The letter “%(letter)s” asks for {%(name)s}, which does not exist. "
                        "Known are %(known)s: correct the letter in the rulebook."
                    )
                    % {
                        "letter": letter.key,
                        "name": name,
                        "known": ", ".join(f"{{{each}}}" for each in PLACEHOLDERS),
                    },
                    field="letter",
                )


def fill(text: str, values: Values) -> str:
    """`text` with its placeholders filled. Raises Refused for one without a value."""

    def value(found: re.Match[str]) -> str:
        filled = values.get(found[1], "")
        if not filled:
            raise Refused(
                _("There is nothing to put in for {%(name)s} in: %(text)s")
                % {"name": found[1], "text": text[:80]}
            )
        return filled

    return _PLACEHOLDER.sub(value, text)


def rich(text: str, *, bold: bool = False) -> list[dict[str, object]]:
    """The runs of a paragraph: **bold**, web and mail addresses as links."""
    runs: list[dict[str, object]] = []
    for place, piece in enumerate(_BOLD.split(text)):
        runs += _linked(piece, bold=bold or place % 2 == 1)
    return runs


def _linked(text: str, *, bold: bool) -> Iterator[dict[str, object]]:
    weight: dict[str, object] = {"bold": True} if bold else {}
    end = 0
    for found in _LINK.finditer(text):
        if found.start() > end:
            yield {"text": text[end : found.start()], **weight}
        url = found["url"] or f"mailto:{found['mail']}"
        yield {"text": found[0], "url": url, **weight}
        end = found.end()
    if end < len(text):
        yield {"text": text[end:], **weight}


def paragraph(text: str) -> str | list[dict[str, object]]:
    """A paragraph as the documents take it: plain text, or runs where something stands out."""
    runs = rich(" ".join(text.split()))
    if all(set(run) == {"text"} for run in runs):
        return "".join(str(run["text"]) for run in runs)
    return runs
