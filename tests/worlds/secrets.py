"""Which of the planted secrets each role must not find anywhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from tests.worlds.small_season import SECRETS, World

_ALL = set(SECRETS)

# By role: everything but what it may know.
HIDDEN: dict[str, set[str]] = {
    "anonymous": _ALL,
    "stranger": _ALL,
    "applicant": _ALL - {"draft", "answer", "file", "question"},
    "applicant_other": _ALL - {"other", "file"},
    "assessor": _ALL - {"assessor", "unsigned", "answer", "file"},
    "assessor_asked": _ALL - {"assessor"},
    "assessor_other": _ALL - {"assessor", "other", "conflict"},
    "taster": _ALL - {"assessor"},
    "lead": _ALL - {"assessor", "mark", "answer", "file"},
    "secretary": set(),
    "secretary_42": _ALL - {"assessor"},
    "secretary_other": _ALL,
    "chair": _ALL - {"recusal", "motion"},
    "member": _ALL - {"recusal", "motion"},
    "member_other": _ALL,
    "auditor": {"draft", "file", "answer"},
    "organiser": set(),
}


def words_hidden_from(world: World, role: str) -> set[bytes]:
    """The words that must be in no byte of what `role` reads."""
    found = {SECRETS[name] for name in HIDDEN[role]}
    if role in TASTERS:
        found |= set(_makers(world))
    return {word.encode() for word in found}


TASTERS = ("taster", "assessor")
"""They taste blind: whose sample it is they must not find out."""


def _makers(world: World) -> Iterable[str]:
    for organisation in world["makers"]:
        yield from (organisation.name_ru, organisation.name_en, organisation.inn, organisation.uid)
    for sample in world["samples"]:
        yield from (sample.entry.uid, sample.entry.number, sample.entry.good.name_ru)
        yield from (sample.entry.good.name_en, sample.entry.good.uid)


def leaks(world: World, role: str, pages: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where a secret is found: word and address. A person's own name is no secret to them."""
    own = str(world.people[role] or "").encode()
    words = {word for word in words_hidden_from(world, role) if word and word not in own}
    return sorted(
        f"{word.decode()} at {address}"
        for address, content in ((address, unpacked(content)) for address, content in pages)
        for word in words
        if word in content and word not in address.encode()
    )


def unpacked(content: bytes) -> bytes:
    """What is inside a spreadsheet, a text document or an archive; everything else as it is."""
    start = content.find(b"PK\x03\x04")
    if start < 0:
        return content
    with zipfile.ZipFile(io.BytesIO(content[start:])) as archive:
        return content[:start] + b"".join(archive.read(name) for name in archive.namelist())
