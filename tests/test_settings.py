"""What an operator writes into the environment, as settings take it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from laureat.settings import database

ROOT = Path(__file__).resolve().parents[1]


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


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql:///laureat?sslmodus=require", "sslmodus"),
        ("postgresql:///laureat?dbname=other", "dbname"),
        ("postgresql:///laureat?pooled=sessions", "pooled=transactions"),
        ("mysql://laureat", "expected sqlite"),
        ("sqlite:///laureat.db?timeout=5", "timeout"),
    ],
)
def test_what_would_be_ignored_is_refused(url, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        database(url)


def test_the_site_has_one_address_however_it_was_typed():
    code = "from laureat import settings; print(settings.BASE_URL)"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "LAUREAT_URL": " https://laureat.example/ "},
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout.strip() == "https://laureat.example"


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
