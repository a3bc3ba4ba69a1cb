"""PDF documents from typst templates.

A template is a file ``documents/<name>.typ`` of a room. It reads its data, and everything it
shares with other templates, from ``/platform/documents/typst/common.typ``. Data never becomes
markup: it reaches the template as JSON, and strings in it are shown as they are.
"""

from __future__ import annotations

import base64
import json
import re
import struct
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import typst

from .errors import DocumentError
from .typography import Language, clean, polish, walk

ROOT: Final = Path(__file__).resolve().parents[2]
FONTS: Final = Path(__file__).resolve().parent / "fonts"

# Accessible (tagged, with title, language and alternative texts) and made to be kept.
ARCHIVAL: Final[Sequence[typst.PDFStandard]] = ("a-2a", "ua-1")
# An archival file must carry a date; a draft has none yet.
DRAFT: Final[Sequence[typst.PDFStandard]] = ("ua-1",)

_TEMPLATE = re.compile(r"[a-z_]+/[a-z0-9_-]+")
_PNG = b"\x89PNG\r\n\x1a\n"
_NO_GLYPH = "could not be displayed with font"

# The light tokens of the design, for pictures drawn for pages (CSS variables mean nothing here).
_TOKENS: Final = {
    "paper": "#faf8f4",
    "sheet": "#ffffff",
    "ink": "#1d2320",
    "quiet": "#5c645f",
    "line": "#e4dfd5",
    "laurel": "#1f5c4a",
    "laurel-soft": "#e4efea",
    "gold": "#8a5f0e",
    "gold-soft": "#f7eed9",
    "warn": "#9a3412",
    "warn-soft": "#fbe9e0",
    "tone-1": "#e4efea",
    "tone-2": "#bfdacf",
    "tone-3": "#8fbfab",
    "tone-4": "#3f806a",
    "tone-5": "#1f5c4a",
    "serif": "PT Serif",
    "sans": "PT Sans",
}


def render_pdf(
    template: str,
    data: Mapping[str, object],
    *,
    language: Language,
    title: str,
    images: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """Make a PDF; the same input gives the same bytes.

    ``template`` is ``"room/name"``; the head of ``<room>/documents/<name>.typ`` says what the
    data must hold. ``data`` is JSON-able; its ``"issued"`` (an ISO date) becomes the date of the
    file, and without it the file is a draft: accessible (PDF/UA-1) but not archival (PDF/A-2a).
    ``images`` are SVG (text or bytes) or PNG (bytes) by the names that the template asks for.

    Text may hold a character that no bundled font has; the file then loses its archival mark
    rather than the text.

    Raises DocumentError, which names the template and what was wrong.
    """
    path = template_path(template)
    inputs = {
        "data": _json(template, data, language),
        "language": language,
        "title": polish(title, language),
        **{f"image:{name}": _svg(template, name, image) for name, image in (images or {}).items()},
    }
    standards = ARCHIVAL if _issued(template, data) else DRAFT
    try:
        return _compile(path, inputs, standards)
    except typst.TypstError as error:
        if _NO_GLYPH not in error.message:
            raise DocumentError(template, _explain(error)) from error
    try:
        return _compile(path, inputs, ())
    except typst.TypstError as error:
        raise DocumentError(template, _explain(error)) from error


@cache
def template_path(template: str) -> Path:
    """The file of the template ``"room/name"``. Raises DocumentError when there is none."""
    if not _TEMPLATE.fullmatch(template):
        raise DocumentError(template, "a template is named “room/name”")
    room, name = template.split("/")
    path = ROOT / room / "documents" / f"{name}.typ"
    if not path.is_file():
        raise DocumentError(template, f"there is no file {path.relative_to(ROOT)}")
    return path


@cache
def _fonts() -> typst.Fonts:
    """The bundled fonts, read once in a process; those of the machine are not used."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)]
    )


def _compile(path: Path, inputs: dict[str, str], standards: Sequence[typst.PDFStandard]) -> bytes:
    return typst.compile(
        str(path),
        root=str(ROOT),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=list(standards),
        timestamp=0,
    )


def _json(template: str, data: Mapping[str, object], language: Language) -> str:
    try:
        return json.dumps(
            walk(data, lambda text: polish(text, language)), ensure_ascii=False, allow_nan=False
        )
    except (TypeError, ValueError) as error:
        raise DocumentError(template, f"the data is not plain JSON: {error}") from error


def _issued(template: str, data: Mapping[str, object]) -> bool:
    issued = data.get("issued")
    if not issued:
        return False
    try:
        date.fromisoformat(str(issued))
    except ValueError as error:
        raise DocumentError(template, f"“issued” is not an ISO date: {issued!r}") from error
    return True


def _svg(template: str, name: str, image: bytes | str) -> str:
    """The image as SVG text: what a template's inputs can carry."""
    if isinstance(image, bytes) and image.startswith(_PNG):
        width, height = struct.unpack(">II", image[16:24])
        encoded = base64.b64encode(image).decode("ascii")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}"><image width="{width}" height="{height}" '
            f'href="data:image/png;base64,{encoded}"/></svg>'
        )
    try:
        text = image if isinstance(image, str) else image.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(template, f"the image “{name}” is neither SVG nor PNG") from error
    if "<svg" not in text:
        raise DocumentError(template, f"the image “{name}” is neither SVG nor PNG")
    return _CSS_VARIABLE.sub(_token, clean(text)).replace("currentColor", _TOKENS["ink"])


_CSS_VARIABLE = re.compile(r"var\(\s*--([\w-]+)\s*(?:,\s*([^()]*(?:\([^()]*\))?[^()]*))?\)")


def _token(variable: re.Match[str]) -> str:
    name, fallback = variable[1], variable[2]
    return _TOKENS.get(name) or (fallback or "").strip() or _TOKENS["ink"]


def _explain(error: typst.TypstError) -> str:
    """One line: where, what typst says, and its hints."""
    place = re.search(r"┌─ (\S+)", error.diagnostic)
    where = f"{place[1]}: " if place else ""
    hints = f" ({'; '.join(error.hints)})" if error.hints else ""
    return f"{where}{error.message}{hints}"
