"""Throw-away data in memory is given back, and never taken from a run that goes on."""

import os
import subprocess

from tests import room


def test_only_what_a_dead_run_left_long_ago_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MEMORY", tmp_path)
    dead = subprocess.Popen(["true"])
    dead.wait()
    kept = [
        f"laureat-tests-{dead.pid}-young",
        f"laureat-tests-{os.getpid()}-old",
        "laureat-pg-1-old",
    ]
    kept += ["laureat-tests-unnamed-old", "somebody-else-s"]
    for name in (f"laureat-tests-{dead.pid}-old", *kept):
        (tmp_path / name).mkdir()
        if name.endswith("-old"):
            os.utime(tmp_path / name, (1, 1))
    mine = room.folder("tests", str(tmp_path))
    assert mine.parent == tmp_path
    assert mine.name.startswith(f"laureat-tests-{os.getpid()}-")
    assert {each.name for each in tmp_path.iterdir()} == {mine.name, *kept}


def test_without_room_in_memory_the_usual_place_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "ENOUGH", 2**63)
    assert room.folder("tests", str(tmp_path)).parent == tmp_path
