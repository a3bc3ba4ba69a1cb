"""What is asked of an uploaded file beyond its ending, content and size."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from laureat.platform.errors import Refused

_LOCKED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
_OVERLAP = 64


def refuse_locked(upload: UploadedFile) -> None:
    """A PDF with a password cannot be read by assessors. Raises Refused.

    The trailer of a PDF (or the dictionary of its cross-reference stream) is never compressed, so
    the word is found without reading the document.
    """
    if not (upload.name or "").lower().endswith(".pdf"):
        return
    before = b""
    for chunk in upload.chunks():
        if _LOCKED.search(before + chunk):
            raise Refused(
                _(
                    "«%(name)s» is protected by a password or against changes: assessors could not "
                    "open it. Save it without protection (print it to PDF, for example) and attach "
                    "it again."
                )
                % {"name": upload.name}
            )
        before = chunk[-_OVERLAP:]
