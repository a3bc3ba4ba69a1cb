"""QR codes for paper."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code (error correction M or better, no margin) as SVG; the caller leaves white around.

    >>> qr_svg("https://example.org/d/42-2023-018").startswith("<svg")
    True
    """
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=0,
        xmldecl=False,
        svgns=True,
        dark="#1d2320",
        nl=False,
        omitsize=True,
    )
    return out.getvalue().decode("utf-8")
