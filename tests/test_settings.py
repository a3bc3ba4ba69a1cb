"""What an operator writes into the environment, as settings take it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation
from ruamel.yaml import YAML

from laureat import environment
from laureat.environment import SettingError, env_database
from laureat.platform.operations.checks import check_environment, check_production
from laureat.saying import reason, translated

ROOT = Path(__file__).resolve().parents[1]


def database(url):
    return env_database("LAUREAT_TEST_DATABASE", url)


def test_the_whole_address_of_postgresql_counts():
    found = database(
        "postgresql://la%40ur:p%3Aw@db.example:5433/la%20ur?sslmode=verify-full"
        "&sslrootcert=/etc/ca.pem&connect_timeout=5"
    )
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("la@ur", "p:w", "la ur")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"] == {
        "prepare_threshold": None,
        "options": "-c jit=off -c join_collapse_limit=5",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
        "connect_timeout": "5",
    }


def test_a_socket_and_its_port_stand_behind_the_question_mark():
    found = database("postgresql:///laureat?host=/run/postgresql&port=5433")
    assert (found["HOST"], found["PORT"]) == ("/run/postgresql", "5433")
    assert set(found["OPTIONS"]) == {"prepare_threshold", "options"}


def test_options_of_the_operator_stand_behind_ours():
    found = database("postgresql:///laureat?options=-c%20statement_timeout%3D5s")
    assert found["OPTIONS"]["options"] == (
        "-c jit=off -c join_collapse_limit=5 -c statement_timeout=5s"
    )


def test_behind_pgbouncer_nothing_is_asked_that_belongs_to_one_connection():
    found = database("postgresql://db/laureat?pooled=transactions&sslmode=require")
    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert found["OPTIONS"] == {"prepare_threshold": None, "sslmode": "require"}
    assert "DISABLE_SERVER_SIDE_CURSORS" not in database("postgresql://db/laureat")


@pytest.mark.parametrize("url", ["sqlite:////srv/laureat.db", "postgresql:///laureat"])
def test_a_request_finds_the_connection_of_the_one_before_it(url):
    assert database(url)["CONN_MAX_AGE"] == 60


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql:///laureat?sslmodus=require", "sslmodus"),
        ("postgresql:///laureat?dbname=other", "dbname"),
        ("postgresql://u@db/laureat?password=secret", "got “password”"),
        ("postgresql:///laureat?pooled=sessions", "pooled=transactions"),
        ("mysql://me:secret@laureat", "expected sqlite"),
        ("laureat.db", "expected sqlite"),
        ("sqlite:///laureat.db?timeout=5", "expected sqlite"),
    ],
)
def test_what_would_be_ignored_is_refused_without_telling_a_password(url, said):
    with pytest.raises(SettingError, match=re.escape(said)) as refused:
        database(url)
    assert "secret" not in str(refused.value)


WORDS = "LAUREAT_TEST_WORD"


@pytest.mark.parametrize(
    ("read", "value", "russian", "english"),
    [
        (lambda: environment.proxies(WORDS), "proxy1",
         "адреса, сети или unix, получено «proxy1»",
         "addresses, networks or unix, got “proxy1”"),
        (lambda: environment.env_int(WORDS, 25, most=65535), "abc",
         "целое число от 1 до 65535, получено «abc»",
         "a whole number from 1 to 65535, got “abc”"),
        (lambda: environment.env_int(WORDS, 25, most=65535), "65536",
         "целое число от 1 до 65535, получено «65536»",
         "a whole number from 1 to 65535, got “65536”"),
        (lambda: environment.env_int(WORDS, 15), "0",
         "целое число от 1 до 1000000, получено «0»",
         "a whole number from 1 to 1000000, got “0”"),
        (lambda: environment.env_choice(WORDS, "ERROR", ("INFO", "ERROR")), "verbose",
         "одно из: INFO, ERROR, получено «verbose»", "one of INFO, ERROR, got “verbose”"),
        (lambda: environment.env_bool(WORDS), "maybe",
         "1 или 0, получено «maybe»", "1 or 0, got “maybe”"),
        (lambda: environment.env_site(WORDS, ""), "award.example.org",
         "адрес вида https://award.example.org, получено «award.example.org»",
         "an address like https://award.example.org, got “award.example.org”"),
        (lambda: environment.env_site(WORDS, ""), "https://example.org/award",
         "адрес вида https://award.example.org, получено «https://example.org/award»",
         "an address like https://award.example.org, got “https://example.org/award”"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_name(read, value, russian, english, monkeypatch):
    monkeypatch.setenv(WORDS, value)
    with pytest.raises(SettingError) as refused:
        read()
    assert str(refused.value) == f"{WORDS}: expected {english}"
    with translation.override("ru"):
        said = translated(reason(refused.value), translation.gettext)
    assert said == f"{WORDS}: ожидается {russian}"


def test_a_wrong_setting_ends_a_command_with_one_line_in_the_operators_language(tmp_path):
    code = "from laureat.cli import main; main()"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAUREAT_")}
    wrong = {"LAUREAT_EMAIL_PORT": "abc", "LAUREAT_LANGUAGE": "ru", "LAUREAT_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, "ledger", "verify"],
        env={**kept, **wrong},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "LAUREAT_EMAIL_PORT: ожидается целое число от 1 до 65535, получено «abc»\n",
    )


def test_a_misspelt_name_is_found_with_the_one_that_was_meant():
    names = ["LAUREAT_TRUSTED_PROXY", "LAUREAT_XYZZY", "LAUREAT_URL", "PATH", "LAUREAT_TEST_ROOT"]
    assert environment.unknown(names) == {
        "LAUREAT_TRUSTED_PROXY": "LAUREAT_TRUSTED_PROXIES",
        "LAUREAT_XYZZY": "",
    }


def test_settings_that_nobody_reads_are_found_by_the_check(monkeypatch, settings):
    assert check_environment(None) == []
    monkeypatch.setenv("LAUREAT_TRUSTED_PROXY", "127.0.0.1")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smpt.EmailBackend"
    misspelt, nowhere = check_environment(None)
    assert (misspelt.id, misspelt.hint) == ("laureat.W002", "Is LAUREAT_TRUSTED_PROXIES meant?")
    assert (nowhere.id, nowhere.level) == ("laureat.E002", 40)
    assert "smpt" in nowhere.msg


def test_what_must_not_be_where_real_people_work_is_found(settings, tmp_path):
    settings.DEMO, settings.STATIC_ROOT = False, tmp_path
    assert check_production(None) == []
    settings.DEMO, settings.WHITENOISE_USE_FINDERS = True, False
    assert [each.id for each in check_production(None)] == ["laureat.E003", "laureat.E004"]
    (tmp_path / "staticfiles.json").write_text("{}")
    assert [each.id for each in check_production(None)] == ["laureat.E003"]


def test_an_empty_setting_is_not_set(monkeypatch):
    monkeypatch.setenv("LAUREAT_TEST_SETTING", " ")
    assert environment.env_bool("LAUREAT_TEST_SETTING", default=True) is True
    assert environment.env_int("LAUREAT_TEST_SETTING", 7) == 7
    assert environment.env_list("LAUREAT_TEST_SETTING", "a,b") == ["a", "b"]


def test_the_site_has_one_address_however_it_was_typed():
    assert environment.env_site(WORDS, " https://laureat.example/ ") == "https://laureat.example"


def test_the_proxy_of_the_manual_lets_the_largest_application_through():
    """A form may be sent with all its files at once; MB of forms are 1024² bytes, as nginx's."""
    manual = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    allowed = int(re.search(r"client_max_body_size (\d+)m;", manual)[1])
    asked = {
        path.parent.name: sum(_sizes(YAML(typ="safe").load(path)))
        for path in (ROOT / "awards").glob("*/form.yaml")
    }
    assert asked
    assert all(total < allowed for total in asked.values()), asked


def _sizes(node):
    if isinstance(node, dict):
        yield from ([node["largest_mb"]] if "largest_mb" in node else [])
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _sizes(each)
