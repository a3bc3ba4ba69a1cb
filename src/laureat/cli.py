"""The `laureat` command: each room adds its group."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from importlib import import_module
from inspect import cleandoc

import click

from laureat import terminal

GROUPS = {
    "assessment": "laureat.assessment.commands:assessment",
    "award": "laureat.rulebook.commands:award",
    "files": "laureat.platform.files.commands:files",
    "honours": "laureat.honours.commands:honours",
    "ledger": "laureat.ledger.commands:ledger",
    "letters": "laureat.outreach.commands:letters",
    "science": "laureat.science.commands:science",
    "people": "laureat.platform.access.commands:people",
    "register": "laureat.registry.commands:register",
    "results": "laureat.showcase.commands:results",
    "clock": "laureat.intake.commands:clock",
    "mail": "laureat.platform.mail.commands:mail",
    "season": "laureat.demo.commands:season",
    "demo": "laureat.demo.commands:demo",
    "serve": "laureat.demo.commands:serve",
    "manage": "laureat.platform.operations.commands:manage",
}


def _start_django() -> None:
    import django  # noqa: PLC0415 - settings must be known first

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laureat.settings")
    django.setup()
    from django.utils import translation  # noqa: PLC0415 - needs the settings

    translation.activate(terminal.language())


class Rooms(click.Group):
    """Loads a room's commands only when they are called, so that `--help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in GROUPS:
            return None
        if cmd_name != "science":  # numbers need no database, and start at once
            _start_django()
        module, name = GROUPS[cmd_name].split(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        explain(command, terminal.translate if cmd_name == "science" else _django_text)
        return command


def _django_text(text: str) -> str:
    from django.utils.translation import gettext  # noqa: PLC0415 - the rooms' catalogues

    return gettext(text)


def explain_alone(command: click.Command, translate: Callable[[str], str]) -> None:
    """Let `--help` of this command speak by `translate`; where it is loaded, nothing else is."""
    if command.help:
        command.help = translate(cleandoc(command.help))
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            option.help = translate(option.help)


def explain(command: click.Command, translate: Callable[[str], str]) -> None:
    """Let `--help` of a command, and of those below it, speak by `translate`."""
    explain_alone(command, translate)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                explain(below, translate)


@click.group(cls=Rooms)
@click.version_option(package_name="laureat")
def laureat() -> None:
    """Run quality awards: from the letter to the diploma."""


UNWRITABLE = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT,
    errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG,
)  # fmt: skip
"""What is the matter with somebody's file or disk, not with the program."""


def main() -> None:
    """Run the command line; wrong input ends with a clear line and exit status 1 (usage: 2)."""
    from laureat.environment import SettingError  # noqa: PLC0415 - keeps --help instant
    from laureat.platform.errors import LaureatError  # noqa: PLC0415 - see above

    try:
        terminal.speak(terminal.language())
        explain_alone(laureat, terminal.translate)
        laureat(prog_name="laureat")
    except click.UsageError as error:  # LAUREAT_LANGUAGE
        error.show()
        sys.exit(error.exit_code)
    except SettingError as error:
        click.secho(terminal.complaint(error), fg="red", err=True)
        sys.exit(2)
    except LaureatError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(1)
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        where = f"{error.filename}: " if error.filename else ""
        click.secho(f"{where}{terminal.translate(error.strerror or '')}", fg="red", err=True)
        sys.exit(1)
    # What it may be is named only where Django is loaded; everything untold is raised again.
    except Exception as error:
        told = _in_words(error)
        if not told:
            raise
        click.secho(told, fg="red", err=True)
        sys.exit(1)


def _in_words(error: Exception) -> str:
    """What to tell of a broken rulebook, or of a database that cannot be asked; else nothing."""
    if "django.db" not in sys.modules:  # a command of science
        return ""
    from django.db.utils import OperationalError, ProgrammingError  # noqa: PLC0415 - loaded already

    from laureat.rulebook.reading.problems import told  # noqa: PLC0415 - only if something failed
    from laureat.rulebook.schema.problems import RulebookError  # noqa: PLC0415 - see above

    if isinstance(error, RulebookError):
        return "\n".join(str(told(each)) for each in error.problems)
    missing = isinstance(error, ProgrammingError) and "does not exist" in str(error)
    if missing or (isinstance(error, OperationalError) and _is_not_ready(error)):
        return terminal.database_not_ready(str(error).strip().partition("\n")[0])
    return ""


def _is_not_ready(error: Exception) -> bool:
    """Whether the database cannot be reached or has no tables; a deadlock or a full disk is neither."""
    cause = error.__cause__
    if cause is not None and hasattr(
        cause, "sqlstate"
    ):  # PostgreSQL; without a state nothing answered at all
        state = cause.sqlstate or "08"
        return state.startswith(("08", "28", "3D", "57P"))
    signs = ("no such table", "no such column", "unable to open database file")
    return any(each in str(error) for each in signs)
