"""What other parts of the house are told about people."""

from __future__ import annotations

from django.dispatch import Signal

person_erased = Signal()
"""Sent inside `erase_person`'s transaction with `user` (blanked), `address` (the former e-mail) and
`by`. Whoever stores words about people blanks them."""

second_factor_reset = Signal()
"""Sent inside `reset_second_factor`'s transaction with `user`, `by` and `reason` (in their words):
the rooms write it to the journals, with a role or without."""
