"""Where the site listens is looked at before anything else is done."""

from __future__ import annotations

import os
import socket

import pytest
from click.testing import CliRunner

from laureat.demo import building, commands, serving
from laureat.platform.errors import Refused


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playing, migrating and serving fail the test: nothing may have begun."""
    for home, name in ((building, "build"), (commands, "call_command"), (serving, "start")):
        monkeypatch.setattr(home, name, lambda *_, **__: pytest.fail("began"))


@pytest.fixture
def taken():
    """A port somebody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize("command", [commands.demo, commands.serve])
@pytest.mark.parametrize("port", ["-1", "0", "65536", "99999", "http"])
@pytest.mark.usefixtures("idle")
def test_a_port_that_cannot_be_is_refused_before_the_work(command, port):
    done = CliRunner().invoke(command, ["--port", port])
    assert done.exit_code == 2
    assert "--port" in done.output


@pytest.mark.parametrize("command", [commands.demo, commands.serve])
@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid", "a" * 70, "::ffff"])
@pytest.mark.usefixtures("idle")
def test_an_address_of_another_machine_is_refused_before_the_work(command, host):
    with pytest.raises(Refused, match=f"нет адреса «{host}»"):
        CliRunner().invoke(command, ["--host", host], catch_exceptions=False)


@pytest.mark.parametrize("command", [commands.demo, commands.serve])
@pytest.mark.usefixtures("idle")
def test_without_a_free_port_nothing_begins(command, taken, monkeypatch):
    monkeypatch.setattr(serving, "MOST_TRIED", 1)
    with pytest.raises(Refused, match=f"между {taken} и {taken}"):
        CliRunner().invoke(command, ["--port", str(taken)], catch_exceptions=False)


def test_a_taken_port_gives_the_next_free_one(taken):
    assert taken < serving.free_port("127.0.0.1", taken) < taken + 20


def test_the_last_port_has_none_after_it(monkeypatch):
    tried = []
    monkeypatch.setattr(
        serving, "_taken", lambda _, port: tried.append(port) or OSError(98, "in use")
    )
    with pytest.raises(Refused, match="между 65530 и 65535"):
        serving.free_port("127.0.0.1", 65530)
    assert tried == list(range(65530, 65536))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may listen everywhere")
def test_a_port_of_the_system_is_told():
    with pytest.raises(Refused, match="только для системы"):
        serving.free_port("127.0.0.1", 80)


def test_an_address_of_ipv6_stands_in_brackets():
    assert [serving.written(host) for host in ("::1", "localhost")] == ["[::1]", "localhost"]
