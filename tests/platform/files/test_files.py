"""Files: only what is expected is kept, under its own hash, and handed out inert."""

import errno
import hashlib
import io
import time
import zipfile
import zlib
from contextlib import suppress
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from laureat.platform.errors import Refused
from laureat.platform.files.actions import clean_name, keep_bytes, keep_upload
from laureat.platform.files.commands import files as command
from laureat.platform.files.models import StoredFile
from laureat.platform.files.pdf import check_pdf
from laureat.platform.files.responses import document_response, file_response
from laureat.platform.files.store import DiskStore, store
from tests.worlds.papers import one_page

pytestmark = pytest.mark.django_db
PDF = one_page()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def upload(name, content):
    return SimpleUploadedFile(name, content)


def office(inside):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("[Content_Types].xml", "<Types/>")
        out.writestr(inside, "<x/>")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("отчёт.pdf", PDF, "application/pdf"),
        ("знак.PNG", PNG, "image/png"),
        ("пакет.zip", office("a.txt"), "application/zip"),
    ],
)
def test_a_right_file_is_kept_under_its_hash(name, content, media_type):
    kept = keep_upload(
        upload(name, content), accept=["pdf", "png", "zip"], largest_mb=Decimal(1), by=None
    )
    assert (kept.name, kept.size, kept.media_type, kept.sha256) == (
        name,
        len(content),
        media_type,
        hashlib.sha256(content).hexdigest(),
    )
    with store().open(kept.sha256) as found:
        assert found.read() == content


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "приложить нельзя"),
        ("empty.pdf", b"", "пуст"),
        ("page.pdf", b"<script>alert(1)</script>", "не файл PDF"),
        ("picture.png", PDF, "не файл PNG"),
        ("large.pdf", PDF + b"\0" * 1024 * 1024, "слишком велик"),
        ("noending", PDF, "приложить нельзя"),
        ("cut.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 ", "«cut.pdf» не открывается"),
        ("half.pdf", PDF[: len(PDF) // 3], "не открывается"),
        ("begun.pdf", PDF + b" " * 70_000, "не открывается"),
        (
            "locked.pdf",
            PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 9 0 R"),
            "защищён паролем",
        ),
    ],
)
def test_a_wrong_file_is_explained_and_not_kept(name, content, said):
    with pytest.raises(Refused, match=said):
        keep_upload(upload(name, content), accept=["pdf", "png"], largest_mb=Decimal(1), by=None)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("place", range(65_500, 65_560, 7))
def test_a_lock_is_found_wherever_the_file_is_cut(place):
    content = b"%PDF-1.7\n".ljust(place, b" ") + b"/Encrypt\n12 0 R" + b" " * 70_000
    with pytest.raises(Refused, match="защищён паролем"):
        keep_upload(upload("a.pdf", content), accept=["pdf"], largest_mb=Decimal(1), by=None)


def test_a_report_whose_table_is_wrong_opens_as_it_does_in_viewers():
    moved = PDF.replace(b"startxref\n", b"startxref\n9")
    assert keep_upload(upload("a.pdf", moved), accept=["pdf"], largest_mb=Decimal(1), by=None)


def test_a_hostile_report_is_not_unpacked():
    bomb = PDF.replace(b"startxref", zlib.compress(b" " * 20_000_000) + b"\nstartxref")
    began = time.process_time()
    check_pdf(upload("a.pdf", bomb), "a.pdf")
    assert time.process_time() - began < 0.1


@given(st.binary(max_size=400), st.integers(0, 300))
def test_no_broken_report_breaks_the_page(noise, place):
    broken = upload("a.pdf", PDF[:place] + noise)
    with suppress(Refused):
        check_pdf(broken, "a.pdf")
    assert broken.tell() == 0


def test_a_name_is_shown_as_it_was_given():
    given_by_browser = "Отчёт %22о 'практике'%22.pdf"
    kept = keep_upload(
        upload(given_by_browser, PDF), accept=["pdf"], largest_mb=Decimal(1), by=None
    )
    assert kept.name == "Отчёт \"о 'практике'\".pdf"
    handed = file_response(kept)
    handed.file_to_stream.close()
    assert handed.headers["Content-Disposition"] == (
        "inline; filename*=utf-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%20%22%D0%BE%20%27"
        "%D0%BF%D1%80%D0%B0%D0%BA%D1%82%D0%B8%D0%BA%D0%B5%27%22.pdf"
    )


@given(st.text(max_size=300))
def test_a_cleaned_name_is_short_and_plain(name):
    clean = clean_name(name)
    assert 0 < len(clean) <= 200
    assert "/" not in clean
    assert clean.isprintable() or not any(ord(letter) < 32 for letter in clean)
    assert clean_name(clean) == clean


def test_a_long_name_keeps_its_ending():
    assert clean_name("я" * 300 + ".pdf") == "я" * 196 + ".pdf"
    assert clean_name("C:\\Мои документы\\отчёт.pdf") == "отчёт.pdf"


def test_the_same_bytes_lie_once(tmp_path):
    disk = DiskStore(tmp_path)
    first = disk.put([b"ab", b"c"])
    assert disk.put([b"a", b"bc"]) == first == (hashlib.sha256(b"abc").hexdigest(), 3)
    assert disk.holds(first[0])
    assert not disk.holds("0" * 64)
    assert [path.is_file() for path in tmp_path.rglob("*")].count(True) == 1


@pytest.mark.parametrize("chunks", [[b""], [], [b"ab"], [b"a", b"b"], [b"a", b"b", b"c"]])
def test_bytes_are_kept_however_they_come_and_a_broken_file_is_mended(tmp_path, chunks):
    disk, content = DiskStore(tmp_path), b"".join(chunks)
    name = hashlib.sha256(content).hexdigest()
    for _again in range(2):
        assert disk.put(chunks) == (name, len(content))
        assert disk.open(name).read() == content
        assert [path.name for path in tmp_path.iterdir()] == [name[:2]]
        disk._path(name).write_bytes(b"half of it")


def test_files_are_handed_out_private_and_inert():
    shown = file_response(keep_bytes(PDF, "протокол.pdf"))
    assert shown.headers["Content-Disposition"].startswith("inline")
    for response in (shown, document_response(PDF, "протокол.pdf")):
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    shown.file_to_stream.close()
    packed = file_response(keep_bytes(b"PK", "a.zip"))
    assert packed.headers["Content-Disposition"].startswith("attachment")
    assert packed.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    packed.file_to_stream.close()
    lost = keep_bytes(b"x", "x.pdf")
    StoredFile.objects.filter(pk=lost.pk).update(sha256="0" * 64)
    lost.refresh_from_db()
    with pytest.raises(Http404):
        file_response(lost)


def verified():
    done = CliRunner().invoke(command, ["verify"])
    return done.exit_code, done.output


def test_an_operator_learns_which_files_are_missing_or_damaged():
    whole, gone, bad = (keep_bytes(each, f"{each.decode()}.txt") for each in (b"a", b"b", b"c"))
    keep_bytes(b"b", "ещё раз.txt")
    assert verified() == (0, "✓ 3 файла в том виде, в каком их сохранили\n")
    path = store()._path
    path(gone.sha256).unlink()
    path(bad.sha256).write_bytes(b"C")
    status, said = verified()
    assert status == 1
    assert sorted(said.splitlines()) == sorted(
        [
            f"✗ нет на месте: {gone.sha256} «b.txt», «ещё раз.txt»",
            f"✗ повреждён: {bad.sha256} «c.txt»",
        ]
    )
    assert whole.sha256 not in said


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_full_disk_is_told_in_words_and_leaves_no_half_file(
    code, monkeypatch, settings, tmp_path
):
    settings.FILES, settings.FILES_SYNC = tmp_path, True

    def full(_handle):
        raise OSError(code, "no room")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Refused, match="диск сервера переполнен"):
        keep_upload(upload("отчёт.pdf", PDF), accept=["pdf"], largest_mb=Decimal(1), by=None)
    assert list(tmp_path.iterdir()) == []
    assert not StoredFile.objects.exists()


def test_what_no_operator_can_mend_by_making_room_is_not_called_a_full_disk(monkeypatch, settings):
    settings.FILES_SYNC = True

    def broken(_handle):
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="input/output"):
        keep_bytes(b"unheard of", "a.txt")
