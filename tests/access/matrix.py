"""The table `matrix.csv`: address, object, method, and what each role gets.

ok        a page, a file, a form sent back, or a thing done
go        (GET) sent on to another page of the site
sign-in   sent to the sign-in page
no        403 with the reason
hidden    404
method    405

`LAUREAT_MATRIX=write python -m pytest tests/access/test_matrix.py` writes what is observed; read
every line that changes as somebody who guards the house.
"""

from __future__ import annotations

import csv
from pathlib import Path

from tests.worlds.small_season import ROLES

FILE = Path(__file__).with_name("matrix.csv")
Key = tuple[str, str, str]
Table = dict[Key, dict[str, str]]


def read() -> Table:
    """What is expected: by (address, object, method), by role."""
    if not FILE.exists():
        return {}
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            (row["address"], row["on"], row["method"]): {role: row[role] for role in ROLES}
            for row in csv.DictReader(file)
        }


def write(table: Table) -> None:
    """Keep what was observed."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["address", "on", "method", *ROLES])
        for key, row in sorted(table.items()):
            lines.writerow([*key, *(row[role] for role in ROLES)])
