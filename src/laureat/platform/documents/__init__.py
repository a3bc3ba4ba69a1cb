"""Documents on paper: PDF by typst, Word by docxtpl, QR codes.

``render_pdf("honours/diploma", data, language="ru", title="Диплом № 42-2023-018")`` makes a PDF
from ``honours/documents/diploma.typ``; the head of each template says what its data holds.
"""

from .errors import DocumentError
from .pdf import render_pdf, template_path
from .qr import qr_svg
from .typography import Language, polish
from .word import render_docx

__all__ = [
    "DocumentError",
    "Language",
    "polish",
    "qr_svg",
    "render_docx",
    "render_pdf",
    "template_path",
]
