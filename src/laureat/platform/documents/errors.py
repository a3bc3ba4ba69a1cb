"""What goes wrong while a document is made."""

from __future__ import annotations


class DocumentError(Exception):
    """A document could not be made; names the template and says what was wrong.

    >>> str(DocumentError("honours/diploma", "the data has no “number”"))
    'honours/diploma: the data has no “number”'
    """

    def __init__(self, template: str, problem: str) -> None:
        super().__init__(f"{template}: {problem}")
        self.template = template
        self.problem = problem
