"""What other parts of the house are told about people."""

from __future__ import annotations

from django.dispatch import Signal

person_erased = Signal()
"""Sent inside `erase_person`'s transaction with `user` (blanked), `address` (the former e-mail) and
`by`. Whoever stores words about people blanks them."""
