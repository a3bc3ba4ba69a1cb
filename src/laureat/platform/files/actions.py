"""Keeping files."""

from __future__ import annotations

import errno
import logging
import unicodedata
from collections.abc import Collection, Iterable
from decimal import Decimal

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from laureat.platform.accounts.models import User
from laureat.platform.clock import now
from laureat.platform.errors import Refused
from laureat.platform.files.models import StoredFile
from laureat.platform.files.pdf import check_pdf
from laureat.platform.files.store import store

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "zip": "application/zip",
    "mp4": "video/mp4",
    "ics": "text/calendar",
}
_FAMILIES = {"docx": {"docx", "zip"}, "xlsx": {"xlsx", "zip"}, "jpeg": {"jpg", "jpeg"}}
_HEAD = 64 * 1024
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
_LOG = logging.getLogger(__name__)


def clean_name(name: str) -> str:
    """A file name without folders and control characters, at most 200 characters.

    Browsers send a quotation mark as %22, a line's end as %0D%0A (the standard of HTML forms says
    so); both become again what they were.
    """
    for code, meant in (("%22", '"'), ("%0D", ""), ("%0A", "")):
        name = name.replace(code, meant)
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip()
    if len(name) > 200:
        stem, dot, ending = name.rpartition(".")
        name = stem[: 199 - len(ending)] + dot + ending
    return name or "file"


def _check_content(upload: UploadedFile, name: str, ending: str) -> None:
    """Raise Refused unless the bytes look like what the ending says."""
    upload.seek(0)
    head = upload.read(_HEAD)
    upload.seek(0)
    if ending == "pdf" and head.startswith(b"%PDF-"):
        return  # by far the most; to compare with all kinds takes longer than to keep it
    family = _FAMILIES.get(ending, {ending, "jpg" if ending == "jpeg" else ending})
    try:
        found = {match.extension.lstrip(".") for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        found = set()
    if "jpg" in family:
        family = family | {"jpeg", "jfif"}
    if not found & family:
        raise Refused(
            _("The content of «%(name)s» is not a %(ending)s file. Save it in this format anew.")
            % {"name": name, "ending": ending.upper()}
        )


def keep_upload(
    upload: UploadedFile, *, accept: Collection[str], largest_mb: Decimal, by: User | None
) -> StoredFile:
    """Keep an uploaded file whose ending, content and size are right.

    Raises Refused for an ending not in `accept`, an empty or too large file, or bytes that are
    not what the ending says; a PDF that is locked or does not open. Nothing is kept then.
    """
    name = clean_name(upload.name or "")
    ending = name.rpartition(".")[2].lower()
    if ending not in accept:
        raise Refused(
            _("«%(name)s» cannot be attached here: expected %(accept)s.")
            % {"name": name, "accept": ", ".join(sorted(each.upper() for each in accept))}
        )
    if not upload.size:
        raise Refused(_("«%(name)s» is empty.") % {"name": name})
    if upload.size > largest_mb * 1024 * 1024:
        raise Refused(
            _("«%(name)s» is too large: at most %(most)s MB.") % {"name": name, "most": largest_mb}
        )
    _check_content(upload, name, ending)
    if ending == "pdf":
        check_pdf(upload, name)
    sha256, size = _put(upload.chunks())
    return _record(name, sha256, size, MEDIA_TYPES.get(ending, "application/octet-stream"), by)


def keep_bytes(content: bytes, name: str, *, by: User | None = None) -> StoredFile:
    """Keep a document that laureat itself made."""
    ending = name.rpartition(".")[2].lower()
    sha256, size = _put([content])
    return _record(name, sha256, size, MEDIA_TYPES.get(ending, "application/octet-stream"), by)


def _put(chunks: Iterable[bytes]) -> tuple[str, int]:
    try:
        return store().put(chunks)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _LOG.exception("a file cannot be kept in %s", settings.FILES)
        raise Refused(
            _(
                "The file cannot be kept: the server's disk is full or may not be written to. What "
                "was saved before is safe. Tell the operator, and try again later."
            )
        ) from error


def _record(name: str, sha256: str, size: int, media_type: str, by: User | None) -> StoredFile:
    return StoredFile.objects.create(
        sha256=sha256, size=size, name=name, media_type=media_type, stored_at=now(), by=by
    )
