"""Lists of INNs that somebody pasted or uploaded."""

from laureat.outreach.lists.files import read_file
from laureat.outreach.lists.reading import MOST_LINES, List, read_list

__all__ = ["MOST_LINES", "List", "read_file", "read_list"]
