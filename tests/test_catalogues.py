"""Everything that the interface says is said in Russian, with the same placeholders."""

import pytest

from laureat.platform.i18n import catalogue

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
