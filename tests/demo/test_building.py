"""The demo's data: put in place in one step, whatever happens on the way."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from laureat.demo import building
from laureat.platform.clock import today
from laureat.platform.errors import Refused


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(building, "fingerprint", lambda: "code of today")
    return tmp_path / "мои данные" / "demo"


def plays(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(building, "_play", lambda beside: (beside / "db").write_text(words))


def stops(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def stop(beside: Path) -> None:
        (beside / "db").write_text("half")
        raise error

    monkeypatch.setattr(building, "_play", stop)


def test_a_demo_is_played_once_and_again_when_code_or_days_have_changed(folder, monkeypatch):
    plays(monkeypatch, "first")
    assert not building.built(folder)
    building.build(folder)
    assert building.built(folder)
    assert sorted(each.name for each in folder.parent.iterdir()) == ["demo", "demo.lock"]
    long_ago = today() - building.FRESH_FOR
    (folder / building.MARK).write_text(f"code of today\n{long_ago}\n")
    assert not building.built(folder)
    (folder / building.MARK).write_text(f"code of today\n{long_ago + timedelta(days=1)}\n")
    assert building.built(folder)
    monkeypatch.setattr(building, "fingerprint", lambda: "code of tomorrow")
    assert not building.built(folder)


@pytest.mark.parametrize("mark", ["", "code of today", "code of today\nsome day\n", "\0"])
def test_a_mark_that_says_nothing_is_no_demo(folder, mark):
    folder.mkdir(parents=True)
    (folder / building.MARK).write_text(mark)
    assert not building.built(folder)


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), Refused("not finished"), OSError(28, "full")]
)
def test_what_ends_before_time_leaves_the_earlier_demo(folder, monkeypatch, error):
    plays(monkeypatch, "first")
    building.build(folder)
    stops(monkeypatch, error)
    with pytest.raises((KeyboardInterrupt, Refused)):
        building.build(folder)
    assert (folder / "db").read_text() == "first"
    plays(monkeypatch, "second")
    building.build(folder)
    assert (folder / "db").read_text() == "second"


def test_an_end_between_the_last_two_steps_is_made_good_without_playing(folder, monkeypatch):
    plays(monkeypatch, "first")
    building.build(folder)
    folder.rename(folder.with_name("demo.building"))
    stops(monkeypatch, AssertionError("it is played already"))
    building.build(folder)
    assert (folder / "db").read_text() == "first"


def test_what_a_killed_start_left_behind_is_no_demo_and_holds_nobody_up(folder, monkeypatch):
    beside = folder.with_name("demo.building")
    beside.mkdir(parents=True)
    (beside / "db").write_text("half")
    folder.with_name("demo.lock").touch()
    plays(monkeypatch, "whole")
    building.build(folder)
    assert (folder / "db").read_text() == "whole"
    assert not beside.exists()


def test_two_starts_at_once_do_not_play_into_one_folder(folder, monkeypatch):
    def again(beside: Path) -> None:
        with pytest.raises(Refused):
            building.build(folder)
        (beside / "db").write_text("one")

    monkeypatch.setattr(building, "_play", again)
    building.build(folder)
    assert (folder / "db").read_text() == "one"


def test_a_place_where_nothing_can_be_written_is_named(folder, monkeypatch):
    folder.parent.parent.joinpath("file").write_text("")
    inside = folder.parent.parent / "file" / "demo"
    with pytest.raises(Refused) as caught:
        building.build(inside)
    assert str(inside) in str(caught.value)


def test_a_full_disk_is_called_by_its_name(folder, monkeypatch):
    monkeypatch.setattr(
        building.subprocess, "run", lambda *_a, **_k: subprocess.CompletedProcess([], 1)
    )
    monkeypatch.setattr(building, "ENOUGH_MB", 1)
    with pytest.raises(Refused) as caught:
        building.build(folder)
    assert " 1 " not in str(caught.value)
    monkeypatch.setattr(building, "ENOUGH_MB", 2**40)
    with pytest.raises(Refused) as caught:
        building.build(folder)
    assert str(2**40) in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_a_child_ends_when_its_parent_is_killed():
    code = (
        "import subprocess, sys, time\n"
        "from laureat.demo.building import end_with_parent\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " preexec_fn=end_with_parent)\n"
        "print(child.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip() / "stat"
        assert child.exists()
        parent.kill()
    for _wait in range(50):
        if not child.exists() or child.read_text().split(") ")[1][0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the child runs on")
