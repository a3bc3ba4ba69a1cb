"""Everything that the interface says is said in Russian, with the same placeholders, in one word for
one thing.
"""

import re
from pathlib import Path

import pytest

from laureat.platform.i18n import catalogue

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
ROOMS = catalogue.rooms()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_text_of_a_room_has_its_russian(room):
    path = catalogue.catalogue_path(room)
    known = catalogue.known(path)
    missing = []
    for message in catalogue.messages(room, ROOMS):
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        if found is None or not catalogue.is_translated(found):
            missing.append(message.id)
        elif not catalogue.same_placeholders(found):
            missing.append((message.id, found.string))
    assert missing == []


def forbidden():
    """The words that the glossary refuses, by the Russian one that stands for them."""
    found = {}
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3:
            for pattern in re.findall(r"`([^`]+)`", cells[2]):
                found[pattern.replace(r"\|", "|")] = cells[1]
    return found


def test_the_glossary_is_read():
    words = forbidden()
    assert words["заявител"] == "соискатель"
    assert words[r"зон\w+ (роста|улучшения)"] == "сильные стороны, области для улучшения"
    assert len(words) > 20


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_calls_things_as_the_glossary_does(room):
    wrong = []
    for message in catalogue.known(catalogue.catalogue_path(room)):
        texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        for pattern, right in forbidden().items() if message.id else ():
            wrong += [
                f"{text!r}: say {right}"
                for text in texts
                if text and re.search(pattern, re.sub(r"%\(\w+\)", "", text), re.IGNORECASE)
            ]
    assert wrong == []
