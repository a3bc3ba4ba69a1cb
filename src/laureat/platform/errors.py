"""What can go wrong with a request, in words that people read."""

from __future__ import annotations

from typing import Any


class LaureatError(Exception):
    """A failure with a message for the reader."""

    def __init__(self, message: Any) -> None:
        """`message` is a (lazily translated) text."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Refused(LaureatError):
    """What was asked cannot be done now; nothing was changed."""

    def __init__(self, message: Any, field: str = "") -> None:
        """`field` names the input at fault, "" when it is the whole request."""
        super().__init__(message)
        self.field = field


class Denied(LaureatError):
    """This person may not do or see this; the message says why."""
