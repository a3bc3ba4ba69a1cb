"""What a server has done before its first visitor comes, and what a command does without."""

import json
import subprocess
import sys

ENGINES = "{'numpy', 'scipy', 'numba', 'ortools'}"


def told(program: str) -> object:
    """What a process of its own says."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_every_view_and_engine_is_read_before_the_first_visitor_comes():
    missing = told(
        "import json, sys\n"
        "import laureat.wsgi\n"
        "rooms = ('showcase', 'feedback', 'honours', 'council', 'assessment', 'intake')\n"
        "wanted = [f'laureat.{room}.urls' for room in rooms]\n"
        f"print(json.dumps([each for each in (*wanted, *{ENGINES}) if each not in sys.modules]))"
    )
    assert missing == []


def test_what_stays_as_long_as_the_server_is_not_looked_through_for_garbage():
    kept, young = told(
        "import gc, json\n"
        "import laureat.wsgi\n"
        "print(json.dumps([gc.get_freeze_count(), len(gc.get_objects())]))"
    )
    assert kept > 20 * young


def test_a_command_that_counts_nothing_waits_for_no_engine():
    """They take as long to load as all the rest."""
    loaded = told(
        "import json, sys\n"
        "from laureat.cli import laureat\n"
        "laureat(['ledger', '--help'], standalone_mode=False)\n"
        "import laureat.urls\n"
        f"print(json.dumps(sorted({ENGINES} & set(sys.modules))))"
    )
    assert loaded == []
