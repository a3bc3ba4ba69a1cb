"""What all commands share: the reader's language, and files that a command is asked to write.

Nothing of Django is imported: `laureat science` starts without it. Its texts, and those of click
itself, come from the catalogue beside this file by Python's own gettext.
"""

from __future__ import annotations

import gettext
import os
from gettext import ngettext
from pathlib import Path
from typing import Any

import click

from laureat.saying import reason, translated

LANGUAGES = ("ru", "en")
_CATALOGUES = Path(__file__).parent / "locale"
_UNDECIDED = ("", "C", "POSIX")
"""What the locale of a server says on which nobody chose one."""


def language() -> str:
    """LAUREAT_LANGUAGE, else that of the locale: English for any but a Russian one or none.

    Raises click.UsageError: LAUREAT_LANGUAGE names another language.
    """
    asked = os.environ.get("LAUREAT_LANGUAGE", "")
    if asked:
        if asked not in LANGUAGES:
            raise click.UsageError(f"LAUREAT_LANGUAGE={asked}: ожидается ru или en (ru or en)")
        return asked
    found = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG")
                  if os.environ.get(name)), "")  # fmt: skip
    undecided = found.partition(".")[0] in _UNDECIDED
    return "ru" if undecided or found.lower().startswith("ru") else "en"


def speak(chosen: str) -> None:
    """Let this module, and click (which asks Python's gettext), say everything in `chosen`."""
    os.environ["LANGUAGE"] = chosen  # what gettext reads; programs we start speak it as well
    gettext.bindtextdomain("django", str(_CATALOGUES))
    gettext.textdomain("django")


def translate(text: str) -> str:
    """`text` in the language that was chosen by `speak`; an empty one stays empty."""
    return gettext.gettext(text) if text else ""


_ = translate


def said(sentence: str, **values: object) -> str:
    """A message of a command of science: `sentence`, translated, with `values` filled in."""
    return translate(sentence) % values if values else translate(sentence)


def complaint(error: Exception) -> str:
    """Why something was refused, in the language of the commands."""
    return str(translated(reason(error), translate))


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue that somebody else will say."""
    return text


CLICK = (
    gettext_noop("Usage:"),
    gettext_noop("Options"),
    gettext_noop("Commands"),
    gettext_noop("Show this message and exit."),
    gettext_noop("Show the version and exit."),
    gettext_noop("Try '{command} {option}' for help."),
    gettext_noop("Error: {message}"),
    gettext_noop("Invalid value for {param_hint}: {message}"),
    gettext_noop("Invalid value: {message}"),
    gettext_noop("Missing argument"),
    gettext_noop("Missing option"),
    gettext_noop("Missing command."),
    gettext_noop("Choose from:\n\t{choices}"),
    gettext_noop("No such command {name!r}."),
    gettext_noop("No such option {name!r}."),
    gettext_noop("Option {name!r} does not take a value."),
    gettext_noop("Option {name!r} requires an argument."),
    ngettext(
        "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 2
    ),
    ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 2),
    gettext_noop("Could not open file {filename!r}: {message}"),
    gettext_noop("{name} {filename!r} does not exist."),
    gettext_noop("{name} {filename!r} is a directory."),
    gettext_noop("{name} {filename!r} is a file."),
    gettext_noop("{name} {filename!r} is not readable."),
    gettext_noop("{name} {filename!r} is not writable."),
    gettext_noop("{value!r} is not a valid {number_type}."),
    gettext_noop("{value} is not in the range {range}."),
    ngettext(
        "{value!r} does not match the format {format}.",
        "{value!r} does not match the formats {formats}.",
        2,
    ),
    ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 2),
    gettext_noop("default: {default}"),
    gettext_noop("required"),
    gettext_noop("Aborted!"),
    gettext_noop("Error: invalid input"),
    gettext_noop("file"),
    gettext_noop("directory"),
)
"""What click says for us, in its words."""


SYSTEM = (
    gettext_noop("Permission denied"),
    gettext_noop("Operation not permitted"),
    gettext_noop("Read-only file system"),
    gettext_noop("No space left on device"),
    gettext_noop("Disk quota exceeded"),
    gettext_noop("No such file or directory"),
    gettext_noop("Not a directory"),
    gettext_noop("Is a directory"),
    gettext_noop("File name too long"),
    gettext_noop("File exists"),
    gettext_noop("Address already in use"),
)
"""What the system says of files and addresses, in its words (`OSError.strerror`)."""


def database_not_ready(why: str) -> str:
    """What to do where the database does not answer, or has no tables yet."""
    return _(
        "The database does not answer: %(why)s. See that LAUREAT_DATABASE and LAUREAT_DATA are right; "
        "“laureat manage migrate” makes the tables."
    ) % {"why": why}


class Output(click.Path):
    """A file to be written: whatever keeps it from being written is told before the work begins."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails if it is a folder, lies in none, or may not be written."""
        if not str(value):
            self.fail(_("expected the name of a file, got nothing"), param, ctx)
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not _exists(path):
            self._check_folder(path, path.absolute().parent, param, ctx)
        return path

    def _check_folder(
        self, path: Path, folder: Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> None:
        words = {"file": path, "folder": folder}
        if len(os.fsencode(path.name)) > 255:
            self.fail(_("the name is too long: at most 255 bytes"), param, ctx)
        if not folder.is_dir():
            self.fail(_("%(file)s: there is no folder %(folder)s") % words, param, ctx)
        if not os.access(folder, os.W_OK | os.X_OK):
            self.fail(
                _("%(file)s: the folder %(folder)s may not be written to") % words, param, ctx
            )


class OutputFolder(click.Path):
    """A folder to write into, made if it is not there."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails if it is a file, or can neither be written to nor made."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        above = path.absolute()
        while not _exists(above):
            above = above.parent
        words = {"file": path, "folder": above}
        if not above.is_dir():
            self.fail(_("%(file)s: %(folder)s is no folder") % words, param, ctx)
        if not os.access(above, os.W_OK | os.X_OK):
            self.fail(
                _("%(file)s: the folder %(folder)s may not be written to") % words, param, ctx
            )
        return path


def _exists(path: Path) -> bool:
    """Whether something is there; what cannot even be looked at is not."""
    try:
        return path.exists()
    except OSError:
        return False
