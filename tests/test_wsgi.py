"""What a server has done before its first visitor comes."""

import json
import subprocess
import sys


def test_every_view_is_read_before_the_first_visitor_comes():
    program = (
        "import json, sys\n"
        "import laureat.wsgi\n"
        "rooms = ('showcase', 'feedback', 'honours', 'council', 'assessment', 'intake')\n"
        "print(json.dumps([room for room in rooms if f'laureat.{room}.urls' not in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []
