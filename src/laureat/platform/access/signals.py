"""What other parts of the house are told about roles."""

from __future__ import annotations

from django.dispatch import Signal

role_changed = Signal()
"""Sent inside the transaction with `grant`, `by` (a person or None) and `change` ("given" or
"ended"). The rulebook writes it to the ledger of the edition."""
