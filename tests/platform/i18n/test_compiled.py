"""Russian pages are Russian however laureat was started, or it says why it does not start."""

import gettext
import os
import subprocess
import sys

import pytest

from laureat.platform.i18n import compiled
from laureat.platform.i18n.catalogue import compile_one

PO = """msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Entry"
msgstr "Заявка"
"""


@pytest.fixture
def source(tmp_path):
    found = tmp_path / "intake" / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    found.parent.mkdir(parents=True)
    found.write_text(PO, encoding="utf-8")
    return found


def said(source):
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Entry")


def test_what_is_not_compiled_is_compiled_at_the_start(tmp_path, source):
    assert (compiled.stale(tmp_path), compiled.missing(tmp_path)) == ([source], [source])
    compiled.ensure(tmp_path)
    assert (compiled.stale(tmp_path), compiled.missing(tmp_path)) == ([], [])
    assert said(source) == "Заявка"
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_what_was_changed_since_is_compiled_again(tmp_path, source):
    compiled.ensure(tmp_path)
    source.write_text(PO.replace("Заявка", "Заявление"), encoding="utf-8")
    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert compiled.stale(tmp_path) == [source]
    compiled.ensure(tmp_path)
    assert said(source) == "Заявление"


def test_where_nothing_can_be_written_an_error_says_what_to_do(tmp_path, source, monkeypatch):
    def refused(_source):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("laureat.platform.i18n.catalogue.compile_one", refused)
    compiled.ensure(tmp_path)
    (error,) = compiled._errors(compiled.missing(tmp_path))
    assert (error.id, error.level) == ("laureat.E001", 40)
    assert error.msg == (
        "The Russian texts of intake are not compiled: its Russian pages would be English."
    )
    assert "--compile" in error.hint


def test_a_package_whose_texts_look_older_than_their_source_still_starts(
    tmp_path, source, monkeypatch
):
    compile_one(source)
    os.utime(source.with_suffix(".mo"), (1, 1))
    monkeypatch.setattr(
        "laureat.platform.i18n.catalogue.compile_one",
        lambda _source: (_ for _ in ()).throw(PermissionError(13, "no")),
    )
    compiled.ensure(tmp_path)
    assert compiled.missing(tmp_path) == []
    assert said(source) == "Заявка"


def test_all_rooms_are_compiled_here():
    assert compiled.check() == []
    assert len(list(compiled.sources())) >= 14


def test_texts_are_compiled_before_anything_reads_one():
    """Django remembers what it has read: the process that compiles would itself speak English."""
    program = (
        "import django\n"
        "from django.utils.translation import trans_real\n"
        "from laureat.platform.i18n import compiled\n"
        "compiled.ensure = lambda: print(sorted(trans_real._translations))\n"
        "django.setup()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
