"""The `laureat` command as a whole: one language for all commands, files that cannot be written."""

import errno
import gettext
import os
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from django.db.utils import OperationalError

from laureat import cli, terminal

LOCALE = ("LAUREAT_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def bare(monkeypatch):
    """An environment without any language."""
    for name in LOCALE:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ({}, "ru"),
        ({"LANG": "C.UTF-8"}, "ru"),
        ({"LANG": "POSIX"}, "ru"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LAUREAT_LANGUAGE": "ru"}, "ru"),
        ({"LAUREAT_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_setting_goes_before_the_locale_and_no_locale_is_russian(bare, given, spoken):
    for name, value in given.items():
        bare.setenv(name, value)
    assert terminal.language() == spoken


def test_a_language_that_is_not_spoken_is_refused(bare):
    bare.setenv("LAUREAT_LANGUAGE", "de")
    with pytest.raises(click.UsageError, match=r"LAUREAT_LANGUAGE=de: ожидается ru или en"):
        terminal.language()


def run(*words, **environment):
    """The real program, as a person starts it: exit status, what it prints, what it complains of."""
    env = {name: each for name, each in os.environ.items() if name not in LOCALE}
    done = subprocess.run(
        [sys.executable, "-c", "from laureat.cli import main; main()", *map(str, words)],
        env={**env, "DJANGO_SETTINGS_MODULE": "laureat.settings", **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "Ошибка: Неверное значение '--json': {file}: нет папки {folder}\n"),
        ("en", "Error: Invalid value for '--json': {file}: there is no folder {folder}\n"),
    ],
)
def test_a_command_without_django_speaks_the_language_too(tmp_path, language, said):
    table = tmp_path / "votes.csv"
    table.write_text("a,1\n", encoding="utf-8")
    file = tmp_path / "no" / "x.json"
    status, out, err = run(
        "science", "apportion", table, "--seats", 1, "--json", file, LAUREAT_LANGUAGE=language
    )
    assert (status, out) == (2, "")
    assert err.endswith(said.format(file=file, folder=file.parent))


def test_a_mistyped_command_is_told_in_russian():
    status, _out, err = run("leger")
    assert status == 2
    assert "Нет такой команды: 'leger'." in err


@pytest.mark.parametrize(
    ("words", "language", "said"),
    [
        (
            (),
            "ru",
            ["Премии по качеству", "Показать версию и выйти.", "Проверить и загрузить правила"],
        ),
        (("people", "organiser"), "ru", ["Прочие роли дают на странице", "Только этой премии"]),
        (("people", "organiser"), "en", ["Further roles are given", "Only of this award"]),
        (("science", "ranks"), "ru", ["Места заявок", "Столбец балла."]),
        (("season", "simulate"), "ru", ["Разыграть вымышленные сезоны", "СКО в логитах."]),
    ],
)
def test_help_is_in_the_language_of_the_reader(words, language, said):
    status, out, err = run(*words, "--help", LAUREAT_LANGUAGE=language)
    assert (status, err) == (0, "")
    assert [each for each in said if each not in " ".join(out.split())] == []


def test_every_command_and_option_explains_itself_in_russian(monkeypatch):
    """Those without help are the ones whose name says all."""
    monkeypatch.setenv("LANGUAGE", "ru")
    english = []
    terminal.speak("ru")
    cli.explain_alone(cli.laureat, terminal.translate)
    for path, command in commands(cli.laureat):
        told = [command.help] + [
            each.help for each in command.params if isinstance(each, click.Option)
        ]
        english += [(path, each) for each in told if each and not re.search("[а-яё]", each)]
    gettext.textdomain("messages")
    assert english == []


def commands(command, path=""):
    """All of them, with the help that people see."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), f"{path} {name}")


def test_a_database_without_tables_is_told_in_a_line(tmp_path):
    status, out, err = run(
        "ledger", "verify", LAUREAT_DATABASE=f"sqlite:///{tmp_path / 'empty.db'}"
    )
    assert (status, out) == (1, "")
    assert err.startswith("База данных не отвечает: no such table: ledger_chain.")
    assert "laureat manage migrate" in err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database is locked", False),
        ("database or disk is full", False),
        ("no such table: ledger_chain", True),
        ("unable to open database file", True),
    ],
)
def test_only_a_database_that_does_not_answer_is_told_so(said, told):
    assert ("migrate" in cli._in_words(OperationalError(said))) is told


@pytest.mark.parametrize(("state", "told"), [(None, True), ("57P03", True), ("40P01", False)])
def test_a_deadlock_or_a_timeout_of_postgresql_keeps_its_traceback(state, told):
    cause = Exception()
    cause.sqlstate = state
    error = OperationalError("said")
    error.__cause__ = cause
    assert bool(cli._in_words(error)) is told


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "x: на устройстве нет места"),
        (errno.EACCES, "x: недостаточно прав"),
        (errno.ELOOP, None),
    ],
)
def test_what_the_system_refuses_is_told_in_russian(monkeypatch, capsys, code, said):
    def refuse(**_kwargs):
        raise OSError(code, os.strerror(code), "x")

    monkeypatch.setenv("LANGUAGE", "ru")
    monkeypatch.setenv("LAUREAT_LANGUAGE", "ru")
    monkeypatch.setattr(cli, "laureat", refuse)
    monkeypatch.setattr(cli, "explain_alone", lambda *_args: None)
    if said is None:
        with pytest.raises(OSError, match="x"):
            cli.main()
    else:
        with pytest.raises(SystemExit):
            cli.main()
        assert capsys.readouterr().err == f"{said}\n"
    gettext.textdomain("messages")


# ------------------------------------------------------------------------------------ files to write


@click.command()
@click.option("--out", type=terminal.Output())
@click.option("--into", type=terminal.OutputFolder())
def writing(out, into):
    click.echo("worked")


@pytest.mark.parametrize(
    ("option", "place", "said"),
    [
        ("--out", "no/x.json", "there is no folder"),
        ("--out", ".", "is a directory"),
        ("--out", "file/x.json", "there is no folder"),
        ("--out", "я" * 200, "too long"),
        ("--into", "file", "is a file"),
        ("--into", "file/deeper", "is no folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path, option, place, said):
    (tmp_path / "file").write_text("x")
    done = CliRunner().invoke(writing, [option, str(tmp_path / place)], env={"LANGUAGE": "en"})
    assert done.exit_code == 2
    assert said in done.output
    assert "worked" not in done.output


def test_no_name_is_no_file():
    done = CliRunner().invoke(writing, ["--out", ""], env={"LANGUAGE": "en"})
    assert (done.exit_code, "got nothing" in done.output) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    for words in (["--out", str(tmp_path / "x")], ["--into", str(tmp_path / "x")]):
        done = CliRunner().invoke(writing, words, env={"LANGUAGE": "en"})
        assert done.exit_code == 2
        assert "may not be written to" in done.output


@pytest.mark.parametrize("place", ["new.json", "there.json"])
def test_a_new_file_and_one_to_be_replaced_are_fine(tmp_path, place):
    (tmp_path / "there.json").write_text("old")
    words = ["--out", str(tmp_path / place), "--into", str(tmp_path / "a" / "b")]
    assert CliRunner().invoke(writing, words).output == "worked\n"
    assert not (tmp_path / "a").exists()


def outputs():
    """Every option of every command that names a file or folder to write."""
    for path, option in [
        (path, option) for path, command in commands(cli.laureat) for option in command.params
    ]:
        if (
            isinstance(option.type, click.Path)
            and not option.type.exists
            and option.param_type_name == "option"
        ):
            yield f"{path} {option.opts[0]}", option.type


def test_every_command_looks_at_its_file_first():
    found = dict(outputs())
    assert len(found) >= 9
    plain = [name for name, kind in found.items()
             if not isinstance(kind, terminal.Output | terminal.OutputFolder)]  # fmt: skip
    assert plain == []
