"""What is asked of an uploaded PDF: that whoever judges by it can open and read it."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from laureat.platform.errors import Refused

_LOCKED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
_OVERLAP = 64


def check_pdf(upload: UploadedFile, name: str) -> None:
    """Raise Refused unless the file opens without a password and has a page."""
    if _is_locked(upload):
        raise Refused(
            _(
                "«%(name)s» is protected by a password or against changes: assessors could not "
                "open it. Save it without protection (print it to PDF, for example) and attach "
                "it again."
            )
            % {"name": name}
        )
    if not _pages(upload):
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


def _pages(upload: UploadedFile) -> int:
    """How many pages there are; 0 if the file does not open.

    As lenient as viewers are: a wrong table of contents of the file is made anew.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - only who uploads waits for it

    upload.seek(0)
    try:
        return len(PdfReader(upload, strict=False).pages)
    except Exception:  # noqa: BLE001 - whatever a broken file makes of a reader, it does not open
        return 0
    finally:
        upload.seek(0)
