"""What is asked of an uploaded PDF: that it is whole and without protection."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from laureat.platform.errors import Refused

_LOCKED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
_OVERLAP = 64
_TAIL = 64 * 1024


def check_pdf(upload: UploadedFile, name: str) -> None:
    """Raise Refused for a file that is locked, or was not copied to its end."""
    if _is_locked(upload):
        raise Refused(
            _(
                "«%(name)s» is protected by a password or against changes. Assessors must be able "
                "to open it everywhere: save it without protection (print it to PDF, for "
                "example) and attach it again."
            )
            % {"name": name}
        )
    if not _is_whole(upload):
        raise Refused(
            _(
                "«%(name)s» does not open: it is damaged or was not copied to its end. Open it on "
                "your computer, save it as PDF anew and attach it again."
            )
            % {"name": name}
        )


def _is_locked(upload: UploadedFile) -> bool:
    """The trailer of a PDF (or the dictionary of its cross-reference stream) is never compressed,
    so the word is found without reading the document.
    """
    before = b""
    for chunk in upload.chunks():
        if _LOCKED.search(before + chunk):
            return True
        before = chunk[-_OVERLAP:]
    return False


def _is_whole(upload: UploadedFile) -> bool:
    """Whether the file ends as PDFs do: where its table of contents is, then the mark of the end.

    Nothing is unpacked: a file made for that would keep the machine busy for minutes.
    """
    upload.seek(max(0, (upload.size or 0) - _TAIL))
    tail = upload.read()
    upload.seek(0)
    return 0 <= tail.rfind(b"startxref") < tail.rfind(b"%%EOF")
