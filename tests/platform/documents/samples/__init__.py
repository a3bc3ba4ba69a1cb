"""Samples of every document: ``<template>.<case>.<language>.sample.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laureat.platform.documents import Language, qr_svg, render_pdf

ROOMS = {
    "letter": "outreach",
    "receipt": "intake",
    "minutes": "council",
    "diploma": "honours",
    "report": "feedback",
}


@dataclass(frozen=True)
class Sample:
    name: str
    template: str
    language: Language
    data: dict[str, Any]
    title: str
    images: dict[str, str]


def _read(path: Path) -> Sample:
    template, case, language, *_ = path.name.split(".")
    data = json.loads(path.read_text(encoding="utf-8"))
    title = data.pop("title", "") or f"{template} {data.get('number') or ''}".strip()
    images = {
        name: qr_svg(text) if name == "qr" else text
        for name, text in data.pop("images", {}).items()
    }
    return Sample(
        name=f"{template}.{case}.{language}",
        template=f"{ROOMS[template]}/{template}",
        language="ru" if language == "ru" else "en",
        data=data,
        title=title,
        images=images,
    )


SAMPLES = [_read(path) for path in sorted(Path(__file__).parent.glob("*.sample.json"))]


def render(sample: Sample) -> bytes:
    return render_pdf(
        sample.template,
        sample.data,
        language=sample.language,
        title=sample.title,
        images=sample.images,
    )
