"""What a report says, frozen as plain JSON in both languages.

`gather` reads everything about an edition at once, `build` makes the content of one entry, the
same bytes from the same facts. No name of an assessor enters it: comments of several people are
merged and ordered by their letters, not by who wrote them.
"""

from laureat.feedback.content.building import build, digest, find_part, with_edits
from laureat.feedback.content.comments import lines
from laureat.feedback.queries.gathering import Material, gather

__all__ = ["Material", "build", "digest", "find_part", "gather", "lines", "with_edits"]
