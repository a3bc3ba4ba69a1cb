"""Letters of a campaign as files: an archive of documents, the list as a table."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any

from django.utils.translation import gettext as _

from laureat.outreach.models import Letter
from laureat.outreach.queries.campaigns import Line
from laureat.platform.files.models import StoredFile
from laureat.platform.files.store import store
from laureat.platform.i18n.content import localised
from laureat.registry.sheets import Column, csv_lines, sheet

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PIECE = 64 * 1024


# ---------------------------------------------------------------------------------- the documents


def files_of(letters: Iterable[Letter], kind: str) -> list[StoredFile]:
    """The documents of letters that are made; `kind` is pdf or docx."""
    found = (letter.pdf if kind == "pdf" else letter.docx for letter in letters)
    return [stored for stored in found if stored is not None]


class _Pipe(RawIOBase):
    """A file that is only written, front to back; what was written is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since."""
        piece = bytes(self._written)
        self._written.clear()
        return piece


def zipped(files: Iterable[StoredFile]) -> Iterator[bytes]:
    """The files as a ZIP archive, piece by piece: no archive is ever held whole.

    A file that the store has lost is named in a text inside, so that nobody misses it unnoticed.
    """
    pipe = _Pipe()
    names: set[str] = set()
    lost: list[str] = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for stored in files:
            name = _unique(stored.name, names)
            try:
                content = store().open(stored.sha256)
            except FileNotFoundError:
                lost.append(name)
                continue
            with content, archive.open(zipfile.ZipInfo(name, date_time=_EPOCH), "w") as into:
                while piece := content.read(_PIECE):
                    into.write(piece)
                    yield pipe.taken()
        if lost:
            told = _("These files are missing in the store; make the letters again:")
            text = "\n".join([told, *lost, ""])
            archive.writestr(zipfile.ZipInfo("MISSING.txt", date_time=_EPOCH), text)
    yield pipe.taken()


def _unique(name: str, names: set[str]) -> str:
    """Long names are cut, so two may look alike."""
    stem, dot, ending = name.rpartition(".")
    found, number = name, 1
    while found.casefold() in names:
        number += 1
        found = f"{stem} ({number}){dot}{ending}"
    names.add(found.casefold())
    return found


# ------------------------------------------------------------------------------------ the list


def _columns() -> list[Column]:
    return [
        Column(_("Number"), 16),
        Column(_("Date"), 12, "day"),
        Column(_("Organisation"), 46),
        Column(_("INN"), 14),
        Column(_("Region"), 30),
        Column(_("Post (to whom)"), 30),
        Column(_("Name (to whom)"), 30),
        Column(_("Postal address"), 46),
        Column(_("E-mail"), 28),
        Column(_("Sent to"), 28),
        Column(_("State"), 24),
        Column(_("Left at"), 18, "instant"),
        Column(_("What the mail said"), 46),
    ]


def _row(line: Line) -> list[Any]:
    letter = line.letter
    organisation = letter.organisation
    return [
        letter.number,
        letter.campaign.dated,
        localised(organisation, "name"),
        organisation.inn,
        localised(organisation.region, "name") if organisation.region else "",
        letter.addressee_post,
        letter.addressee_name,
        organisation.address,
        organisation.email,
        letter.message.to if letter.message else "",
        line.state,
        line.since,
        line.error,
    ]


def workbook(lines: Iterable[Line]) -> bytes:
    """The list as a spreadsheet."""
    return sheet(_("Letters"), _columns(), (_row(line) for line in lines))


def csv_text(lines: Iterable[Line]) -> str:
    """The list as CSV."""
    return "".join(csv_lines(_columns(), (_row(line) for line in lines)))
