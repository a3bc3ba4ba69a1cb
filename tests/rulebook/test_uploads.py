"""Rulebooks through the browser: what an organiser may send, and what is refused."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from laureat.platform.errors import Denied, Refused
from laureat.rulebook import actions
from laureat.rulebook.actions import uploading
from laureat.rulebook.models import Edition, Version
from laureat.rulebook.schema.problems import RulebookError
from tests.worlds import people

pytestmark = pytest.mark.django_db
AWARDS = Path(__file__).parent.parent.parent / "awards"
PRIZE = "rf-quality-prize"


def files(inside="", change=None):
    """The prize's folder as names and contents."""
    change = change or {}
    found = {path.name: path.read_bytes() for path in sorted((AWARDS / PRIZE).glob("*.yaml"))}
    return {f"{inside}{name}": content for name, content in {**found, **change}.items()}


def packed(contents, name="award.zip"):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for each, content in contents.items():
            out.writestr(each, content)
    return SimpleUploadedFile(name, archive.getvalue())


@pytest.mark.parametrize("inside", ["", f"{PRIZE}/", "my awards/".replace(" ", "-"), "a/b/"])
def test_a_zip_of_an_awards_folder_is_loaded_however_it_is_packed(inside):
    done = actions.load_upload(packed(files(inside)), by=people.organiser())
    assert sorted(each.edition.chain for each in done) == [f"{PRIZE}/2024", f"{PRIZE}/2025"]
    assert all(each.changed for each in done)
    again = actions.load_upload(packed(files(inside)), by=people.organiser())
    assert not any(each.changed for each in again)
    assert Version.objects.count() == 2


def test_what_a_mac_adds_to_an_archive_is_left_alone():
    extra = {"__MACOSX/._award.yaml": b"\0\5", ".DS_Store": b"x", "logo.png": b"x"}
    done = actions.load_upload(packed({**files(f"{PRIZE}/"), **extra}), by=people.organiser())
    assert len(done) == 2


def test_one_wrong_edition_stops_the_whole_upload():
    broken = (AWARDS / PRIZE / "2025.yaml").read_text(encoding="utf-8")
    broken = broken.replace("quorum: 1/2", "quorum: many").encode()
    with pytest.raises(RulebookError) as error:
        actions.load_upload(packed(files(change={"2025.yaml": broken})), by=people.organiser())
    assert {(each.file, each.path) for each in error.value.problems} == {
        (f"{PRIZE}/2025.yaml", "stages[4].quorum")
    }
    assert not Edition.objects.exists()


def test_a_single_file_takes_its_includes_from_the_server():
    content = (AWARDS / PRIZE / "2024.yaml").read_bytes()
    upload = SimpleUploadedFile("2024.yaml", content)
    (done,) = actions.load_upload(upload, award=PRIZE, by=people.organiser(PRIZE))
    assert (done.edition.chain, done.changed) == (f"{PRIZE}/2024", True)
    with pytest.raises(Refused, match="Выберите премию"):
        actions.load_upload(SimpleUploadedFile("2024.yaml", content), by=people.organiser())
    for award in ("nothing", "../awards", "..", "best-goods/../rf-quality-prize"):
        with pytest.raises(Refused, match="нет папки премии"):
            upload = SimpleUploadedFile("2024.yaml", content)
            actions.load_upload(upload, award=award, by=people.organiser())


@pytest.mark.parametrize(
    "name", ["../2024.yaml", "a/../../award.yaml", "/etc/award.yaml", "C:/award.yaml", "..\\x.yaml"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name):
    with pytest.raises(Refused, match="за пределы архива"):
        actions.load_upload(packed({**files(), name: b"x: 1"}), by=people.organiser())


def test_an_include_cannot_read_the_server(tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2")
    for reference in (secret, f"../../..{secret}", "../other/award.yaml"):
        stolen = f"about: !include {reference}\n".encode()
        with pytest.raises(RulebookError) as error:
            actions.load_upload(packed(files(change={"2024.yaml": stolen})), by=people.organiser())
        assert "hunter2" not in str(error.value)


def test_a_link_in_an_archive_is_only_text():
    contents = files()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for each, content in contents.items():
            out.writestr(each, content)
        link = zipfile.ZipInfo("2026.yaml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, "/etc/passwd")
    with pytest.raises(RulebookError) as error:
        actions.load_upload(SimpleUploadedFile("a.zip", archive.getvalue()), by=people.organiser())
    assert "root:" not in str(error.value)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = packed({**files(), "2026.yaml": b" " * (uploading.LARGEST_CONTENT + 1)})
    assert bomb.size < uploading.LARGEST_UPLOAD
    with pytest.raises(Refused, match="больше 8 МБ"):
        actions.load_upload(bomb, by=people.organiser())
    many = {f"f{number}.yaml": b"x: 1" for number in range(uploading.MOST_FILES + 1)}
    with pytest.raises(Refused, match="слишком много файлов"):
        actions.load_upload(packed(many), by=people.organiser())


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("a.zip", b""), "Файл пуст"),
        (SimpleUploadedFile("a.zip", b"PK not a zip"), "не архив zip"),
        (SimpleUploadedFile("a.rar", b"x"), "Ожидается файл .yaml"),
        (packed({"readme.yaml": b"x: 1"}), "нет award.yaml"),
        (packed({"a/award.yaml": b"x: 1", "b/award.yaml": b"x: 1"}), "несколько премий"),
        (packed({"award.yaml": (AWARDS / PRIZE / "award.yaml").read_bytes()}), "нет конкурса"),
    ],
)
def test_each_wrong_file_is_explained(upload, said):
    with pytest.raises(Refused, match=said) as refused:
        actions.load_upload(upload, by=people.organiser())
    assert refused.value.field == "upload"


def test_a_damaged_archive_is_explained():
    whole = packed(files()).read()
    middle = len(whole) // 3
    torn = whole[:middle] + bytes(200) + whole[middle + 200 :]
    with pytest.raises((Refused, RulebookError)):
        actions.load_upload(SimpleUploadedFile("a.zip", torn), by=people.organiser())
    assert not Edition.objects.exists()


def test_only_organisers_upload_and_only_their_awards():
    with pytest.raises(Denied):
        actions.load_upload(packed(files()), by=people.secretary(PRIZE, "2024"))
    with pytest.raises(Denied):
        actions.load_upload(packed(files()), by=people.organiser("best-goods"))
    assert not Edition.objects.exists()


# ------------------------------------------------------------------------------------------ pages


def test_the_page_loads_or_says_all_that_is_wrong(client):
    client.force_login(people.organiser())
    done = client.post("/rules/upload/", {"upload": packed(files())}, follow=True)
    assert done.status_code == 200
    assert f"{PRIZE}/2024" in {each.chain for each in Edition.objects.all()}
    broken = (AWARDS / PRIZE / "2024.yaml").read_text(encoding="utf-8")
    broken = broken.replace("quorum: 1/2", "quorum: many").encode()
    upload = packed(files(change={"2024.yaml": broken}))
    wrong = client.post("/rules/upload/", {"upload": upload})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "1 ошибка; ничего не изменено" in text
    assert "stages[4].quorum" in text
    assert client.post("/rules/upload/", {}).status_code == 422
    refused = client.post("/rules/upload/", {"upload": SimpleUploadedFile("a.rar", b"x")})
    assert refused.status_code == 422
    assert "Ожидается файл .yaml" in refused.content.decode()


def test_others_read_why_they_may_not(client):
    client.force_login(people.person())
    for address in ("/rules/", "/rules/upload/"):
        assert client.get(address).status_code == 403
    client.force_login(people.secretary(PRIZE, "2024"))
    assert client.get("/rules/").status_code == 200
    assert client.get("/rules/upload/").status_code == 403
    client.logout()
    assert client.get("/rules/").status_code == 302


def sent(client, upload):
    return client.post("/rules/upload/", {"upload": upload}, follow=True).content.decode()


@pytest.mark.parametrize("editions", [["2024.yaml"], ["2024.yaml", "2025.yaml"]])
def test_loading_the_same_again_says_that_nothing_changed(client, editions):
    client.force_login(people.organiser())
    contents = {name: each for name, each in files().items()
                if name in editions or not name[0].isdigit()}  # fmt: skip
    first = sent(client, packed(contents))
    assert "ничего не измен" not in first
    again = sent(client, packed(contents))
    assert again.count("ничего не измен") == len(editions)


def test_what_is_wrong_is_listed_in_the_readers_language(client):
    client.force_login(people.organiser())
    broken = (AWARDS / PRIZE / "2025.yaml").read_text(encoding="utf-8")
    upload = packed(
        files(change={"2025.yaml": broken.replace("quorum: 1/2", "quorum: 5/2").encode()})
    )
    said = sent(client, upload)
    assert "найдено 5/2 — ожидается доля от 0 до 1" in said
    assert 'lang="en"' not in said.split("<main", 1)[1].split("</main>")[0]
