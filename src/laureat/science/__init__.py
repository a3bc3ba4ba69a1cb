"""Pure numbers: fair scores, assignment, apportionment, ranking under uncertainty."""

import os

# Matrices here have some forty rows: a thread per core costs more than it brings, and the order of
# its sums would depend on the machine. Who wants more sets the variable. Read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
