"""A monitor asks whether the server can serve, by any name and without https."""

import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _production(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["award.example.org"]


def test_a_monitor_that_knows_neither_name_nor_https_reads_that_all_is_well(client):
    answer = client.get("/health/", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert client.head("/health/").status_code == 200


def test_a_database_that_does_not_answer_is_told(client, monkeypatch):
    def gone(*_args):
        message = "could not connect to server"
        raise OperationalError(message)

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_everything_else_still_asks_for_the_right_name_and_https(client):
    assert client.get("/", headers={"host": "award.example.org"}).status_code == 301
    assert client.get("/", headers={"host": "10.0.0.7"}).status_code == 400
    assert client.post("/health/", headers={"host": "award.example.org"}).status_code == 301
