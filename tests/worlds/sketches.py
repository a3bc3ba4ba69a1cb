"""While a world is built, its papers are sketches: a line that tells them apart instead of a page.

Drawing a receipt takes longer than all the rest of handing in an entry. Tests that look at a paper
draw it themselves; `tests/platform/documents` and `tests/access` draw one of every kind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from laureat.platform.documents import pdf
from tests.worlds.papers import one_page


def _sketch(path: Path, inputs: dict[str, str], standards: Sequence[Any]) -> bytes:
    said = json.dumps([path.name, sorted(inputs.items()), list(standards)])
    return one_page(hashlib.sha256(said.encode()).hexdigest())


@contextmanager
def sketched() -> Iterator[None]:
    """Inside, PDF files are sketched."""
    real, pdf._compile = pdf._compile, _sketch
    try:
        yield
    finally:
        pdf._compile = real
