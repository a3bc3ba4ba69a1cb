"""A rulebook that an organiser sends through the browser: one YAML file, or a zip of a folder.

Nothing of it is kept on disk: it is unpacked beside, read, validated, frozen in the database and
thrown away. Names from the archive never become paths outside, and sizes are known beforehand.
"""

from __future__ import annotations

import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from laureat.platform.access.models import Role
from laureat.platform.access.permissions import grants
from laureat.platform.accounts.models import User
from laureat.platform.errors import Denied, Refused
from laureat.rulebook import schema
from laureat.rulebook.actions.loading import load_read
from laureat.rulebook.models import Edition, Version
from laureat.rulebook.schema.loading import LoadedEdition, load_document, load_edition
from laureat.rulebook.schema.problems import Problem, RulebookError

LARGEST_UPLOAD = 2 * 1024 * 1024
LARGEST_CONTENT = 8 * 1024 * 1024
MOST_FILES = 200
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_YAML = (".yaml", ".yml")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
"""What reading a torn or strange archive raises."""


@dataclass(frozen=True)
class Uploaded:
    """What became of one edition of an upload."""

    edition: Edition
    changed: bool
    notices: list[Problem]


@transaction.atomic
def load_upload(upload: UploadedFile, *, award: str = "", by: User) -> list[Uploaded]:
    """Load the editions in `upload`: all of them, or none if anything is wrong with one.

    A single YAML file is an edition of `award` and takes everything it includes from the folder
    of that award on this server. Raises RulebookError, Denied, Refused (`field` upload).
    """
    if not grants(by, Role.ORGANISER):
        raise Denied(_("Only the organiser of an award loads its rules."))
    with _unpacked(upload, award) as files:
        read = _read_all(files)
    done = []
    for loaded in read:
        known = _version(loaded)
        edition = load_read(loaded, by=by)
        done.append(Uploaded(edition, edition.version_id != known, loaded.notices))
    return done


def _version(loaded: LoadedEdition) -> int | None:
    """The version that the edition has so far."""
    frozen = Version.objects.filter(
        editions__award__key=loaded.edition.award, editions__key=loaded.edition.edition
    )
    return frozen.values_list("pk", flat=True).first()


def _read_all(files: list[Path]) -> list[LoadedEdition]:
    read, problems = [], []
    for file in files:
        try:
            read.append(load_edition(file))
        except RulebookError as error:
            problems += error.problems
    if problems:
        raise RulebookError(problems)
    return read


def _refused(message: str) -> Refused:
    return Refused(message, field="upload")


@contextmanager
def _unpacked(upload: UploadedFile, award: str) -> Iterator[list[Path]]:
    """The edition files of `upload`, unpacked for the length of the block."""
    name = PurePosixPath((upload.name or "").replace("\\", "/")).name
    if not upload.size:
        raise _refused(_("The file is empty."))
    if upload.size > LARGEST_UPLOAD:
        raise _refused(_("The file is too large: a rulebook may have at most 2 MB."))
    content = upload.read()
    with tempfile.TemporaryDirectory(prefix="laureat-rulebook-") as folder:
        root = Path(folder)
        if name.lower().endswith(".zip"):
            yield _from_zip(content, root)
        elif name.lower().endswith(_YAML):
            yield [_from_yaml(content, name, award, root)]
        else:
            raise _refused(_("Expected a .yaml file, or a .zip of the folder of an award."))


def _from_yaml(content: bytes, name: str, award: str, root: Path) -> Path:
    if not award:
        raise _refused(_("Choose the award that this edition belongs to, or send a .zip."))
    home = settings.AWARDS / award
    if not _PART.fullmatch(award) or not (home / "award.yaml").is_file():
        raise _refused(
            _(
                "This server has no folder of the award «%(award)s»: send a .zip of the whole folder."
            )
            % {"award": award}
        )
    if not _PART.fullmatch(name):
        raise _refused(_("Name the file as the edition, e.g. 2024.yaml."))
    folder = root / award
    shutil.copytree(home, folder, ignore=_only_yaml)
    file = folder / f"{Path(name).stem}.yaml"
    file.write_bytes(content)
    return file


def _only_yaml(folder: str, names: list[str]) -> list[str]:
    paths = [Path(folder) / name for name in names]
    return [path.name for path in paths if path.is_symlink() or not _belongs(path)]


def _belongs(path: Path) -> bool:
    return path.is_dir() or path.suffix in _YAML


def _from_zip(content: bytes, root: Path) -> list[Path]:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except _DAMAGE as error:
        raise _refused(_("This is not a zip archive. Pack the folder anew.")) from error
    with archive:
        for member, path in _members(archive).items():
            target = root.joinpath("award", *path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_bytes_of(archive, member))
    editions = sorted(_named(root / "award").glob("[0-9]*.yaml"))
    if not editions:
        raise _refused(
            _("The archive holds no edition: expected a file such as 2024.yaml beside award.yaml.")
        )
    return editions


def _members(archive: zipfile.ZipFile) -> dict[zipfile.ZipInfo, PurePosixPath]:
    """The YAML files of the archive by their path below the folder of award.yaml."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise _refused(
            _("The archive holds too many files: at most %(most)s.") % {"most": MOST_FILES}
        )
    if sum(info.file_size for info in infos) > LARGEST_CONTENT:
        raise _refused(_("The archive unpacks to more than 8 MB."))
    found = {info: PurePosixPath(info.filename.replace("\\", "/")) for info in infos}
    for info, path in found.items():
        if info.flag_bits & 1:
            raise _refused(_("The archive is protected by a password. Pack it without one."))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise _refused(
                _("«%(name)s» leads out of the archive. Pack the folder anew.")
                % {"name": info.filename}
            )
    found = {info: path for info, path in found.items() if _readable(path)}
    homes = sorted(
        (path.parent for path in found.values() if path.name == "award.yaml"),
        key=lambda path: len(path.parts),
    )
    if not homes:
        raise _refused(_("The archive holds no award.yaml: pack the folder of one award."))
    if len(homes) > 1:
        raise _refused(_("The archive holds several awards: pack the folder of one award."))
    home = homes[0]
    return {
        info: path.relative_to(home) for info, path in found.items() if path.is_relative_to(home)
    }


def _readable(path: PurePosixPath) -> bool:
    """A YAML file whose name is plain (macOS adds others to an archive)."""
    return path.suffix in _YAML and all(_PART.fullmatch(part) for part in path.parts)


def _bytes_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The content, never more than the archive itself says."""
    try:
        with archive.open(member) as source:
            content = source.read(member.file_size + 1)
    except _DAMAGE as error:
        raise _refused(_("The archive is damaged. Pack the folder anew.")) from error
    if len(content) > member.file_size:
        raise _refused(_("The archive is damaged. Pack the folder anew."))
    return content


def _named(folder: Path) -> Path:
    """The folder under the name of its award, however the archive was packed."""
    award = load_document(folder / "award.yaml", schema.Award)
    return folder.rename(folder.with_name(award.award))
