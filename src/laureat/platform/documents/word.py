"""Word documents from templates that a ministry edits itself.

A template is an ordinary ``.docx`` with ``{{ names }}`` and ``{% tags %}`` of Jinja in it. It is
filled with the same data as the PDF of the same name: text is always shown literally, and a list
of runs ``{text, bold?, italic?, url?}`` becomes formatted text where the template says
``{{r paragraph }}``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import docxtpl
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import LRUCache

from .errors import DocumentError
from .typography import MONTHS_EN, MONTHS_RU, Language, polish, walk

_LIBRARY: Any = docxtpl  # it ships no types
_EPOCH: Final = datetime(1980, 1, 1, tzinfo=UTC)
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LANGUAGE, _VALUE = f"{_WORD}lang", f"{_WORD}val"
_LINKS: Final = ("https://", "http://", "mailto:", "tel:")
_LAUREL: Final = "1F5C4A"
_MONTHS: Final[Mapping[Language, Sequence[str]]] = {
    "ru": MONTHS_RU,
    "en": MONTHS_EN,
}


def render_docx(
    template_path: Path, data: Mapping[str, object], *, language: Language, title: str
) -> bytes:
    """Fill a Word template; the same input gives the same bytes.

    Filters for dates: ``{{ issued|short_date }}`` (16.01.2024), ``{{ issued|long_date }}``
    (16 января 2024 г.). A name that the data lacks is an error, not a hole in the letter.

    Raises DocumentError, which names the template and what was wrong.
    """
    name = template_path.name
    if not template_path.is_file():
        raise DocumentError(name, f"there is no file {template_path}")
    try:
        document = _LIBRARY.DocxTemplate(io.BytesIO(template_path.read_bytes()))
        polished = walk(data, lambda text: polish(text, language, short_words=False))
        document.render(
            {**_with_runs(polished, document), "language": language, "title": title},
            jinja_env=_environment(language),
            autoescape=True,
        )
        _set_properties(document, data, language=language, title=title)
        filled = io.BytesIO()
        document.save(filled)
    except TemplateError as error:
        raise DocumentError(name, error.message or type(error).__name__) from error
    except (KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        raise DocumentError(name, f"{type(error).__name__}: {error}") from error
    return same_bytes(filled.getvalue())


def same_bytes(archive: bytes) -> bytes:
    """The archive with every time stamp inside it set to the same moment."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, date_time=_EPOCH.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(entry.filename), compresslevel=6)
    return out.getvalue()


class _Environment(SandboxedEnvironment):
    """Compiles a part of a template once: a campaign fills the same ones for every letter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: Any = LRUCache(64)

    def from_string(self, source: Any, *others: Any, **options: Any) -> Template:
        """The template of `source`; that of a syntax tree or with globals is compiled anew."""
        if others or options or not isinstance(source, str):
            return super().from_string(source, *others, **options)
        found: Template | None = self._compiled.get(source)
        if found is None:
            found = self._compiled[source] = super().from_string(source)
        return found


@cache
def _environment(language: Language) -> SandboxedEnvironment:
    """Jinja for templates that people outside edit: sandboxed, strict about names."""
    environment = _Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters["short_date"] = lambda iso: _short_date(iso, language)
    environment.filters["long_date"] = lambda iso: _long_date(iso, language)
    return environment


def _long_date(iso: str, language: Language) -> str:
    day = date.fromisoformat(iso[:10])
    text = (
        f"{day.day}\N{NO-BREAK SPACE}{_MONTHS[language][day.month - 1]}\N{NO-BREAK SPACE}{day.year}"
    )
    return f"{text}\N{NO-BREAK SPACE}г." if language == "ru" else text


def _short_date(iso: str, language: Language) -> str:
    if language == "en":
        return _long_date(iso, language)
    return date.fromisoformat(iso[:10]).strftime("%d.%m.%Y")


def _with_runs(value: object, document: Any) -> dict[str, object]:
    """The data with every list of runs made into formatted text."""

    def change(item: object) -> object:
        if isinstance(item, Mapping):
            return {key: change(part) for key, part in item.items()}
        if isinstance(item, list):
            if item and all(isinstance(part, Mapping) and "text" in part for part in item):
                return _rich(item, document)
            return [change(part) for part in item]
        return item

    if not isinstance(value, Mapping):
        raise TypeError("the data must be a mapping")
    return {key: change(item) for key, item in value.items()}


def _rich(runs: Sequence[Mapping[str, object]], document: Any) -> Any:
    text = _LIBRARY.RichText()
    for run in runs:
        bold, italic = bool(run.get("bold")), bool(run.get("italic"))
        url = str(run.get("url") or "")
        if url.startswith(_LINKS):
            text.add(
                str(run["text"]),
                bold=bold,
                italic=italic,
                color=_LAUREL,
                underline=True,
                url_id=document.build_url_id(url),
            )
        else:
            text.add(str(run["text"]), bold=bold, italic=italic)
    return text


def _set_properties(
    document: Any, data: Mapping[str, object], *, language: Language, title: str
) -> None:
    """Title, language and dates of the file: from the data alone, never from the clock."""
    spoken = "ru-RU" if language == "ru" else "en-GB"
    for element in document.docx.styles.element.iter(_LANGUAGE):
        element.set(
            _VALUE, spoken
        )  # else Word hyphenates English by Russian rules, and underlines it
    properties = document.docx.core_properties
    issued = data.get("issued")
    moment = datetime.fromisoformat(f"{str(issued)[:10]}T00:00:00+00:00") if issued else _EPOCH
    properties.title = title
    properties.language = spoken
    properties.created = properties.modified = moment.replace(tzinfo=None)
    properties.last_modified_by = ""
    properties.revision = 1
